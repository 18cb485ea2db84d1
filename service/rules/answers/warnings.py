"""Warnings on a step (design 4). They inform, they do not choose."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.rules.facts.descriptor import parse_fragment
from service.rules.pathfinding.network import Network, Vertex
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot
from service.schemas.responses.pathways import StepWarning, WarningCode


@dataclass(frozen=True)
class StepContext:
    """A step of a pathway in its setting."""

    network: Network
    base: int
    target: int
    through_removed: bool
    at: datetime

    @property
    def to(self) -> Vertex:
        """The vertex stepped to."""
        return self.network.vertices[self.target]

    @property
    def base_vertex(self) -> Vertex:
        """The vertex stepped from."""
        return self.network.vertices[self.base]


def step_warnings(step: StepContext) -> list[StepWarning]:
    """All warnings on a step, in the order of the contract."""
    said = ((code, rule(step)) for code, rule in _RULES.items())
    return [StepWarning(code=code, text=text) for code, text in said if text]


def _removed_base(step: StepContext) -> str | None:
    base = step.base_vertex
    return None if base.listed else f"{base.shown.number} is removed from the list."


def _identity_change(step: StepContext) -> str | None:
    base, target = step.base_vertex.device_model, step.to.device_model
    return None if base == target else f"The device model changes from {base} to {target}, as was accepted by name."


def _no_image(step: StepContext) -> str | None:
    number = step.to.shown.number
    return f"The list has no image hash for {number}: it cannot be sent and activated." if step.to.imageless else None


def fragment_of(vertex: Vertex) -> tuple[int, int] | None:
    """(k, n) of a fragment. Twins are one image: what the descriptor of any of them says holds."""
    return next((said for m in vertex.members if (said := parse_fragment(m.descriptor))), None)


def _fragment(step: StepContext) -> str | None:
    found = fragment_of(step.to)
    if not found:
        return None
    part, parts = found
    stop = " Do not stop here." if part < parts else ""
    return f"{step.to.shown.number} is fragment {part} of {parts}.{stop}"


def _certificate_date_passed(step: StepContext) -> str | None:
    shown = step.to.shown
    if not shown.cpa_date or shown.cpa_date >= step.at.date().isoformat() or not _is_date(shown.cpa_date):
        return None
    what = {"[E]": "expiry", "[R]": "review"}.get(shown.cpa_number[:3], "certificate")
    return f"The {what} date of {shown.cpa_number}, {shown.cpa_date}, has passed; it may have been renewed since."


def _is_date(text: str) -> bool:
    """What was not readable as a date stays as the list has it, and proves nothing."""
    return len(text) == 10 and text[:4].isdigit() and text[4] == text[7] == "-"


def _ambiguous_version(step: StepContext) -> str | None:
    shown = step.to.shown
    having = step.network.versions()[shown.device_model, shown.firmware_version]
    same = [number for number, place in having if place != step.target]
    return (
        f"Firmware version {shown.firmware_version} of this device model also names {', '.join(same)}, another image."
        if same
        else None
    )


def _by_twin(step: StepContext) -> str | None:
    if not step.network.row(step.base, step.target).by_twin:
        return None
    declaring = _declaring(step)
    said = f"Declared for {declaring.number if declaring else 'a twin'}"
    if declaring is None or declaring.number == step.to.shown.number:
        said += f", with a twin of {step.base_vertex.shown.number} as its base"
    proof = "the same image listed twice"
    if any(end.imageless for end in _ends_by_twin(step, declaring)):
        proof = "listed with the same version and no image hash, so nothing proves that they are one"
    return f"{said}: {proof}."


def _ends_by_twin(step: StepContext, declaring: EntryInForce | None) -> list[Vertex]:
    """The ends of a step whose shown entry is not in the declaration: a twin of the entry is."""
    if declaring is None:
        return [step.base_vertex, step.to]
    target_declared = declaring.number == step.to.shown.number
    base_declared = step.base_vertex.shown.number in declaring.declared.bases
    ends = ((step.base_vertex, base_declared), (step.to, target_declared))
    return [vertex for vertex, declared in ends if not declared]


def _declaring(step: StepContext) -> EntryInForce | None:
    row = step.network.row(step.base, step.target)
    return next((m for m in step.to.members if m.declared.id == row.declaration), None)


def _cycle(step: StepContext) -> str | None:
    cycle = step.network.cycles(step.through_removed)
    if cycle[step.base] != cycle[step.target]:
        return None
    return f"{step.base_vertex.shown.number} and {step.to.shown.number} can each be reached from the other."


def _old_declaration(step: StepContext) -> str | None:
    believed = step.network.snapshot.beliefs
    if not any(member.number in believed for member in (*step.base_vertex.members, *step.to.members)):
        return None
    declaring = _declaring(step)
    if declaring is None:
        return None
    near, then = step.network.snapshot, declaring.declared.declared
    named = [m for m in step.base_vertex.members if m.number in declaring.declared.bases]
    base = min(named, key=lambda m: (m is not step.base_vertex.shown, m.number), default=declaring)
    changed = sorted({e.number for e in (declaring, base) if _changed(near, e, then)})
    return (
        f"Device model, firmware version or hash of {', '.join(changed)} changed after this was declared."
        if changed
        else None
    )


def _changed(near: Snapshot, entry: EntryInForce, then: datetime) -> bool:
    """Whether the entry was believed to be something else when the declaration was made, for the same `at`."""
    known = near.identity_at(entry.number, then)
    return known is not None and known != entry.identity


_RULES: dict[WarningCode, Callable[[StepContext], str | None]] = {
    "removed-base": _removed_base,
    "identity-change": _identity_change,
    "no-image": _no_image,
    "fragment": _fragment,
    "certificate-date-passed": _certificate_date_passed,
    "ambiguous-version": _ambiguous_version,
    "by-twin": _by_twin,
    "cycle": _cycle,
    "old-declaration": _old_declaration,
}
