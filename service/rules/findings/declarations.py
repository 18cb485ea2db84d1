"""Findings about what was declared, and what was not."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from service.rules.facts.edit_warnings import WHY_HELD
from service.rules.findings.overview import Overview, shorten_numbers
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.snapshot import HeldPair as HeldBase
from service.schemas.responses.findings import (
    EarlierEntry,
    Finding,
    HeldBaseFinding,
    NamedBase,
    NoneThoughEarlier,
    OutdatedDeclaration,
    UndeclaredImage,
)


def undeclared(seen: Overview) -> Iterator[Finding]:
    """Nothing was supplied for entries of a device type obliged to declare: one finding a manufacturer and image.

    What a twin declares is declared. Without an image hash each vertex is an image of its own.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for nth, vertex in enumerate(seen.network.vertices):
        due = [m.number for m in vertex.members if m.device_type.strip().lower() in seen.obliged_device_types]
        if vertex.undeclared and due:
            groups[vertex.shown.manufacturer, vertex.shown.image_hash or f"without {nth}"] += due
    for (manufacturer, _), numbers in groups.items():
        entries = sorted(numbers)
        first = seen.entries[entries[0]]
        named = shorten_numbers(entries)
        text = f"No Firmware Upgrade Path was supplied for {named}. Ask the manufacturer ({manufacturer})."
        listed = [number for number in entries if seen.entries[number].listed]
        evidence = UndeclaredImage(image_hash=first.image_hash or None, listed=listed)
        since = max(max(seen.listed_since(e), seen.entries[e].declared.recorded) for e in entries)
        yield seen.finding("undeclared", text, entries, evidence, since)


def held_bases(seen: Overview) -> Iterator[Finding]:
    """A declared base gives no step until it is accepted by name."""
    for pair in seen.held:
        other = _counterpart(seen, pair)
        hint = f" The same image on the target's own device model is {other}." if other else ""
        text = f"{pair.base} for {pair.target} awaits acceptance: {WHY_HELD[pair.code]}.{hint}"
        declaration = seen.entries[pair.target].declared.id
        evidence = HeldBaseFinding(
            base=pair.base, target=pair.target, declaration=declaration, code=pair.code, counterpart=other or None
        )
        yield seen.finding("held-base", text, [pair.base, pair.target], evidence)


def _counterpart(seen: Overview, pair: HeldBase) -> str:
    base, target = seen.entries[pair.base], seen.entries[pair.target]
    peers = (m for p in indices(seen.network.peers[target.device_model]) for m in seen.network.vertices[p].members)
    same = (m.number for m in peers if base.image_hash and m.image_hash == base.image_hash)
    return min((number for number in same if number not in (pair.base, pair.target)), default="")


def pending_bases(seen: Overview) -> Iterator[Finding]:
    """A declared base is on no list in force."""
    for target in seen.entries_declaring("bases"):
        for base in target.declared.bases:
            if base not in seen.entries:
                text = f"{base}, a base of {target.number}, is on no list in force: kept, and judged when it is."
                evidence = NamedBase(base=base, target=target.number, declaration=target.declared.id)
                yield seen.finding("pending-base", text, [target.number], evidence)


def bases_of_their_own_twins(seen: Overview) -> Iterator[Finding]:
    """A declared base is the target's own twin, and so gives no step."""
    for target in seen.entries_declaring("bases"):
        for base in target.declared.bases:
            if base in seen.entries and seen.entries[base].identity == target.identity:
                text = f"{base}, a base of {target.number}, is its own twin: it gives no step."
                evidence = NamedBase(base=base, target=target.number, declaration=target.declared.id)
                yield seen.finding("base-is-twin", text, [base, target.number], evidence)


def none_though_earlier(seen: Overview) -> Iterator[Finding]:
    """N/A, though the device model has other firmware that was listed earlier, or at once under a lower number."""
    network = seen.network
    for target in seen.entries_declaring("none"):
        own = network.of[target.number]
        peers = indices(network.peers[target.device_model] & ~(1 << own))
        earlier = [p for p in peers if seen.age(p) < seen.age(own)]
        before = sorted(m.number for p in earlier for m in network.vertices[p].members)
        if before:
            evidence = NoneThoughEarlier(
                declaration=target.declared.id,
                first_listed=seen.listed_from(own),
                earlier=[EarlierEntry(entry=number, first_listed=seen.first_listed[number]) for number in before],
            )
            numbers = shorten_numbers(before)
            text = f"{target.number} is declared N/A, though its device model had entries before: {numbers}."
            yield seen.finding("none-though-earlier", text, [target.number, *before], evidence)


def old_declarations(seen: Overview) -> Iterator[Finding]:
    """Device model, firmware version or hash of the target or a base changed after the declaration was made."""
    for target in seen.entries_declaring("bases"):
        then = target.declared.declared
        rests_on = {target.number, *(base for base in target.declared.bases if base in seen.entries)}
        changed = sorted(number for number in rests_on if _changed(seen, number, then))
        if changed:
            what = "Device model, firmware version or hash"
            text = f"{what} of {shorten_numbers(changed)} changed after {target.number} was declared."
            evidence = OutdatedDeclaration(declaration=target.declared.id, declared=then, changed=changed)
            since = max(seen.identity_since(number) for number in changed)
            yield seen.finding("old-declaration", text, [target.number, *changed], evidence, since)


def _changed(seen: Overview, entry: str, then: datetime) -> bool:
    known = seen.snapshot.identity_at(entry, then)
    return known is not None and known != seen.entries[entry].identity
