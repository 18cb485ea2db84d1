"""Rules that find faults in declared Firmware Upgrade Paths, and entries whose declaration is missing."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from service.rules.facts.edit_warnings import WHY_HELD
from service.rules.findings.findings_input import FindingsInput, shorten_numbers
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.snapshot import HeldPair
from service.schemas.responses.findings import (
    EarlierEntry,
    Finding,
    HeldBaseFinding,
    NamedBase,
    NoneThoughEarlierEvidence,
    OutdatedDeclaration,
    UndeclaredImage,
)


def undeclared(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each image of a manufacturer whose entries have no declaration, though their device type
    needs one.

    A declaration of any entry with this image is enough. Entries without an image hash are reported one by one.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for nth, vertex in enumerate(findings_input.network.vertices):
        obliged = [
            member.number
            for member in vertex.members
            if member.device_type.strip().lower() in findings_input.obliged_device_types
        ]
        if vertex.undeclared and obliged:
            groups[vertex.shown.manufacturer, vertex.shown.image_hash or f"without {nth}"] += obliged
    for (manufacturer, _), numbers in groups.items():
        entries = sorted(numbers)
        named = shorten_numbers(entries)
        text = f"No Firmware Upgrade Path was supplied for {named}. Ask the manufacturer ({manufacturer})."
        evidence = UndeclaredImage(
            image_hash=findings_input.entries[entries[0]].image_hash or None,
            listed=[number for number in entries if findings_input.entries[number].listed],
        )
        since = max(
            max(findings_input.listed_since(entry), findings_input.entries[entry].declared.recorded)
            for entry in entries
        )
        yield findings_input.finding("undeclared", text, entries, evidence, since)


def held_bases(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each declared base that gives no upgrade step until somebody accepts it."""
    for pair in sorted(findings_input.snapshot.held):
        other = _counterpart(findings_input, pair)
        hint = f" The same image on the target's own device model is {other}." if other else ""
        text = f"{pair.base} for {pair.target} awaits acceptance: {WHY_HELD[pair.code]}.{hint}"
        evidence = HeldBaseFinding(
            base=pair.base,
            target=pair.target,
            declaration=findings_input.entries[pair.target].declared.id,
            code=pair.code,
            counterpart=other or None,
        )
        yield findings_input.finding("held-base", text, [pair.base, pair.target], evidence)


def _counterpart(findings_input: FindingsInput, pair: HeldPair) -> str:
    """Returns the lowest entry number on the target's own device model that carries the image of the base, or ""."""
    base, target = findings_input.entries[pair.base], findings_input.entries[pair.target]
    peers = (
        member
        for vertex in indices(findings_input.network.peers[target.device_model])
        for member in findings_input.network.vertices[vertex].members
    )
    same = (member.number for member in peers if base.image_hash and member.image_hash == base.image_hash)
    return min((number for number in same if number not in (pair.base, pair.target)), default="")


def pending_bases(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each pending base: a declared base that is on no list in force."""
    for target in findings_input.entries_declaring("bases"):
        for base in target.declared.bases:
            if base not in findings_input.entries:
                text = (
                    f"{base}, a base of {target.number}, is on no list in force. "
                    "The base is kept, and judged when a list in force has it."
                )
                evidence = NamedBase(base=base, target=target.number, declaration=target.declared.id)
                yield findings_input.finding("pending-base", text, [target.number], evidence)


def bases_of_their_own_twins(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each declared base that carries the same image as its target and therefore gives no step."""
    for target in findings_input.entries_declaring("bases"):
        for base in target.declared.bases:
            if base in findings_input.entries and findings_input.entries[base].identity == target.identity:
                text = f"{base}, a base of {target.number}, is a twin of {target.number}, so this base gives no step."
                evidence = NamedBase(base=base, target=target.number, declaration=target.declared.id)
                yield findings_input.finding("base-is-twin", text, [base, target.number], evidence)


def none_though_earlier(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each entry declared N/A (no base) though lists had other entries of its device model
    earlier.

    Of entries listed at the same instant, the one with the lower number counts as earlier.
    """
    network, ages = findings_input.network, findings_input.ages
    for target in findings_input.entries_declaring("none"):
        own = network.index_of[target.number]
        peers = indices(network.peers[target.device_model] & ~(1 << own))
        earlier = [peer for peer in peers if ages[peer] < ages[own]]
        numbers = sorted(member.number for peer in earlier for member in network.vertices[peer].members)
        if numbers:
            evidence = NoneThoughEarlierEvidence(
                declaration=target.declared.id,
                first_listed=findings_input.listed_from(own),
                earlier=[
                    EarlierEntry(entry=number, first_listed=findings_input.first_listed[number]) for number in numbers
                ],
            )
            named = shorten_numbers(numbers)
            text = f"{target.number} is declared N/A, though its device model has earlier entries: {named}."
            yield findings_input.finding("none-though-earlier", text, [target.number, *numbers], evidence)


def old_declarations(findings_input: FindingsInput) -> Iterator[Finding]:
    """Yields a finding for each declaration that was made before the device model, version or image of its target, or
    of one of its bases, changed, unless somebody confirmed the base since.
    """
    for target in findings_input.entries_declaring("bases"):
        declared_at = target.declared.declared
        bases = [findings_input.entries[base] for base in target.declared.bases if base in findings_input.entries]
        open_bases = [base.number for base in bases if not findings_input.snapshot.is_confirmed(base, target)]
        relevant = {target.number, *open_bases} if open_bases or not bases else set()
        changed = sorted(number for number in relevant if _changed(findings_input, number, declared_at))
        if changed:
            attributes = "Device model, firmware version or image hash"
            text = f"{attributes} of {shorten_numbers(changed)} changed after the declaration for {target.number}."
            evidence = OutdatedDeclaration(declaration=target.declared.id, declared=declared_at, changed=changed)
            since = max(findings_input.identity_since(number) for number in changed)
            yield findings_input.finding("old-declaration", text, [target.number, *changed], evidence, since)


def _changed(findings_input: FindingsInput, entry: str, at: datetime) -> bool:
    """Returns whether the device model, version or image of an entry at a past instant differs from the present one."""
    identity = findings_input.snapshot.identity_at(entry, at)
    return identity is not None and identity != findings_input.entries[entry].identity
