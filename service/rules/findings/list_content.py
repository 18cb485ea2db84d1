"""Rules that find faults in the content of the lists: dates, firmware versions, fragments, and entries with equal
images that differ otherwise.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

from service.domain.listings import ListVersion
from service.rules.facts.image_descriptor import parse_fragment
from service.rules.findings.findings_input import FindingsInput, shorten_numbers
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.network import Vertex
from service.rules.pathfinding.snapshot import EntryInForce
from service.rules.pathfinding.twins import group_by_key
from service.schemas.responses.findings import (
    Finding,
    FragmentBases,
    ImageEntries,
    ListDates,
    SameVersionEvidence,
    TwinDeclaration,
    TwinsDiffer,
)


def dates_backwards(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each list that was issued earlier than a list with a lower version number."""
    latest: Iterator[ListVersion] = accumulate(
        findings_input.lists, lambda earlier, later: max(later, earlier, key=lambda version: version.issued)
    )
    for version, previous in zip(findings_input.lists[1:], latest, strict=False):
        if version.issued < previous.issued:
            text = f"List {version.number} was issued on {version.issued}, but {previous.number} on {previous.issued}."
            evidence = ListDates(
                list_version=version.number,
                issued=version.issued,
                previous=previous.number,
                previous_issued=previous.issued,
            )
            yield findings_input.finding(
                "dates-backwards", text, [], evidence, max(version.recorded, previous.recorded)
            )


def same_version(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each firmware version that several different images of one device model carry."""
    for model, peers in findings_input.network.peers.items():
        members = (findings_input.network.vertices[place] for place in indices(peers))
        for version, vertices in group_by_key((vertex.shown.firmware_version, vertex) for vertex in members).items():
            if len(vertices) > 1:
                images = [_image_entries(vertex) for vertex in vertices]
                entries = sorted(number for image in images for number in image.entries)
                named = shorten_numbers(entries)
                text = f"Firmware version {version} of device model {model} names different images: {named}."
                if blank := sorted(number for image in images if not image.image_hash for number in image.entries):
                    text = (
                        f"Firmware version {version} of device model {model} names images that differ or cannot be "
                        f"compared: {named}. The list has no image hash for {shorten_numbers(blank)}."
                    )
                since = max(map(findings_input.identity_since, entries))
                evidence = SameVersionEvidence(firmware_version=version, images=images)
                yield findings_input.finding("same-version", text, entries, evidence, since)


def _image_entries(vertex: Vertex) -> ImageEntries:
    """Returns the image hash of a vertex with the entries that carry this image."""
    numbers = sorted(member.number for member in vertex.members)
    return ImageEntries(image_hash=vertex.shown.image_hash or None, entries=numbers)


def twins_differ(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for twins (entries with the same image) whose declared bases, status, device type or fragment
    differ.

    Declared bases are equal if their images are equal. An entry without a declaration does not count as different.
    """
    twins = (vertex for vertex in findings_input.network.vertices if len(vertex.members) > 1)
    for vertex in twins:
        differs = [name for name, values in _compared_values(findings_input, vertex).items() if len(values) > 1]
        if differs:
            numbers = sorted(member.number for member in vertex.members)
            same = "are one image listed more than once"
            if vertex.imageless:
                same = "have one firmware version and no image hash, count as one image"
            text = f"{shorten_numbers(numbers)} {same}, and differ in {shorten_numbers(differs)}."
            declared = [_twin_declaration(findings_input.entries[number]) for number in numbers]
            evidence = TwinsDiffer.model_validate({"differs": differs, "twins": declared})
            since = max(max(member.recorded, member.declared.recorded) for member in vertex.members)
            yield findings_input.finding("twins-differ", text, numbers, evidence, since)


def _compared_values(findings_input: FindingsInput, vertex: Vertex) -> dict[str, set[object]]:
    """Returns the different values of each compared attribute that the twins of a vertex have."""
    return {
        "declaration": {
            (
                member.declared.kind,
                frozenset(findings_input.network.index_of.get(base, base) for base in member.declared.bases),
            )
            for member in vertex.members
            if member.declared.kind != "not-supplied"
        },
        "device_type": {member.device_type for member in vertex.members},
        "fragment": {parse_fragment(member.descriptor) for member in vertex.members},
        "status": {member.status for member in vertex.members},
    }


def _twin_declaration(entry: EntryInForce) -> TwinDeclaration:
    """Returns the compared attributes of one entry in the form of the finding."""
    part = parse_fragment(entry.descriptor)
    return TwinDeclaration(
        entry=entry.number,
        status=entry.status,
        device_type=entry.device_type,
        fragment=f"{part[0]} of {part[1]}" if part else None,
        kind=entry.declared.kind,
        bases=list(entry.declared.bases),
    )


FragmentPart = tuple[int, int, str]
_VERSION_IN_DESCRIPTOR = re.compile(r"\bversion\s+([0-9A-Fa-f][0-9A-Fa-f.:]*)", re.I)


def _fragment_part(findings_input: FindingsInput, number: str) -> FragmentPart | None:
    """Returns (k, n, version) if the descriptor of the entry or of a twin says "fragment k of n", otherwise None.

    The version is the one that the descriptor names, blank if it names none.
    """
    members = findings_input.network.vertices[findings_input.network.index_of[number]].members
    for descriptor in (findings_input.entries[number].descriptor, *(m.descriptor for m in members)):
        if part := parse_fragment(descriptor):
            version = _VERSION_IN_DESCRIPTOR.search(descriptor)
            return *part, version[1].strip(".:").upper() if version else ""
    return None


def fragments_that_skip(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each entry with fragment k > 1 of an image, if one of its bases is not fragment k - 1 of the
    same image, or if it is declared N/A (no base).
    """
    for target in findings_input.entries_declaring("bases", "none"):
        part = _fragment_part(findings_input, target.number)
        if part is None or part[0] == 1:
            continue
        skipping = [
            base
            for base in target.declared.bases
            if base in findings_input.entries and not _comes_before(_fragment_part(findings_input, base), part)
        ]
        if skipping or target.declared.kind == "none":
            before = f"part {part[0] - 1} of {part[1]} of this image"
            bases = "its base {} is" if len(skipping) == 1 else "its bases {} are"
            fault = f"{bases.format(shorten_numbers(skipping))} not described as {before}"
            if not skipping:
                fault = f"it is declared N/A, without {before}"
            text = f"{target.number} is fragment {part[0]} of {part[1]}, and {fault}."
            evidence = FragmentBases(
                target=target.number, part=part[0], parts=part[1], bases=skipping, declaration=target.declared.id
            )
            yield findings_input.finding("fragment-skips-part", text, [target.number, *skipping], evidence)


def _comes_before(base: FragmentPart | None, target: FragmentPart) -> bool:
    """Returns whether the base is the part of the same image that comes just before the part of the target."""
    if base is None or (base[0], base[1]) != (target[0] - 1, target[1]):
        return False
    return not base[2] or not target[2] or base[2] == target[2]
