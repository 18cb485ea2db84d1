"""Findings about what the list says: its dates, twins, versions and fragments."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from service.domain.listings import ListVersion
from service.rules.facts.descriptor import parse_fragment
from service.rules.findings.overview import Overview, shorten_numbers
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.network import Vertex
from service.rules.pathfinding.snapshot import EntryInForce
from service.schemas.responses.findings import (
    Finding,
    FragmentBases,
    ImageEntries,
    ListDates,
    SameVersion,
    TwinDeclaration,
    TwinsDiffer,
)


def dates_backwards(seen: Overview) -> Iterator[Finding]:
    """A list was issued before a list of a lower version. Both are in force or were."""
    latest = accumulate(seen.lists, _later)
    for version, before in zip(seen.lists[1:], latest, strict=False):
        if version.issued < before.issued:
            text = f"List {version.number} was issued on {version.issued}, but {before.number} on {before.issued}."
            evidence = ListDates(
                list_version=version.number,
                issued=version.issued,
                previous=before.number,
                previous_issued=before.issued,
            )
            yield seen.finding("dates-backwards", text, [], evidence, max(version.recorded, before.recorded))


def _later(one: ListVersion, other: ListVersion) -> ListVersion:
    return other if other.issued >= one.issued else one


def same_version(seen: Overview) -> Iterator[Finding]:
    """One firmware version of a device model names several images."""
    for model, peers in seen.network.peers.items():
        versions: dict[str, list[Vertex]] = defaultdict(list)
        for place in indices(peers):
            vertex = seen.network.vertices[place]
            versions[vertex.shown.firmware_version].append(vertex)
        for version, vertices in versions.items():
            if len(vertices) > 1:
                images = [_image(vertex) for vertex in vertices]
                entries = sorted(number for image in images for number in image.entries)
                named = shorten_numbers(entries)
                text = f"Firmware version {version} of device model {model} names different images: {named}."
                since = max(map(seen.identity_since, entries))
                evidence = SameVersion(firmware_version=version, images=images)
                yield seen.finding("same-version", text, entries, evidence, since)


def _image(vertex: Vertex) -> ImageEntries:
    numbers = sorted(member.number for member in vertex.members)
    return ImageEntries(image_hash=vertex.shown.image_hash or None, entries=numbers)


def twins_differ(seen: Overview) -> Iterator[Finding]:
    """Twins are one image, yet what is declared for them differs, or their status, device type or fragment does.

    Bases are compared as vertices; a twin for which nothing was supplied says nothing else.
    """
    for vertex in seen.network.vertices:
        differs = [name for name, values in _said(seen, vertex).items() if len(values) > 1]
        if len(vertex.members) > 1 and differs:
            numbers = sorted(member.number for member in vertex.members)
            attributes = shorten_numbers(differs)
            text = f"{shorten_numbers(numbers)} are one image listed more than once, and differ in {attributes}."
            twins = [_twin(seen.entries[number]) for number in numbers]
            evidence = TwinsDiffer.model_validate({"differs": differs, "twins": twins})
            since = max(max(m.recorded, m.declared.recorded) for m in vertex.members)
            yield seen.finding("twins-differ", text, numbers, evidence, since)


def _said(seen: Overview, vertex: Vertex) -> dict[str, set[object]]:
    declared = [m.declared for m in vertex.members if m.declared.kind != "not-supplied"]
    return {
        "declaration": {(d.kind, frozenset(seen.network.of.get(b, b) for b in d.bases)) for d in declared},
        "device_type": {m.device_type for m in vertex.members},
        "fragment": {parse_fragment(m.descriptor) for m in vertex.members},
        "status": {m.status for m in vertex.members},
    }


def _twin(entry: EntryInForce) -> TwinDeclaration:
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
_OF_VERSION = re.compile(r"\bversion\s+([0-9A-Fa-f][0-9A-Fa-f.:]*)", re.I)


def _part(seen: Overview, number: str) -> FragmentPart | None:
    """Part k of n of which version, blank where that is not said; what any twin's descriptor says holds."""
    members = seen.network.vertices[seen.network.of[number]].members
    for descriptor in (seen.entries[number].descriptor, *(m.descriptor for m in members)):
        if part := parse_fragment(descriptor):
            version = _OF_VERSION.search(descriptor)
            return *part, version[1].strip(".:").upper() if version else ""
    return None


def fragments_that_skip(seen: Overview) -> Iterator[Finding]:
    """Part k of an image has a base that is not part k - 1 of it, or is declared N/A."""
    for target in seen.entries_declaring("bases", "none"):
        part = _part(seen, target.number)
        if part is None or part[0] == 1:
            continue
        there = [base for base in target.declared.bases if base in seen.entries]
        skipping = [base for base in there if not _comes_before(_part(seen, base), part)]
        if skipping or target.declared.kind == "none":
            what = (
                f"its base {shorten_numbers(skipping)} is"
                if len(skipping) == 1
                else f"its bases {shorten_numbers(skipping)} are"
            )
            said = f"{what} not part {part[0] - 1}" if skipping else f"it is declared N/A, without part {part[0] - 1}"
            text = f"{target.number} is fragment {part[0]} of {part[1]}, and {said}."
            evidence = FragmentBases(
                target=target.number, part=part[0], parts=part[1], bases=skipping, declaration=target.declared.id
            )
            yield seen.finding("fragment-skips-part", text, [target.number, *skipping], evidence)


def _comes_before(base: FragmentPart | None, target: FragmentPart) -> bool:
    if base is None or (base[0], base[1]) != (target[0] - 1, target[1]):
        return False
    return not base[2] or not target[2] or base[2] == target[2]
