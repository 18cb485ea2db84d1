"""Finds the warnings on an upgrade step (design 4). A warning never changes which pathway is preferred."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.rules.answers.question import QuestionContext
from service.rules.answers.text import join_with_and
from service.rules.facts.image_descriptor import parse_fragment
from service.rules.pathfinding.network import Network, Vertex
from service.rules.pathfinding.snapshot import EntryInForce, Snapshot
from service.schemas.responses.pathways import StepWarning, WarningCode


@dataclass(frozen=True)
class StepContext:
    """An upgrade step between two vertices, with its graph and the parts of the question on which warnings about the
    step depend.
    """

    network: Network
    base: int
    target: int
    through_removed: bool
    at: datetime

    @property
    def target_vertex(self) -> Vertex:
        """Returns the vertex (firmware image) to which the upgrade step leads."""
        return self.network.vertices[self.target]

    @property
    def base_vertex(self) -> Vertex:
        """Returns the vertex (firmware image) from which the upgrade step leads."""
        return self.network.vertices[self.base]


def step_warnings(context: QuestionContext, base: int, target: int) -> list[StepWarning]:
    """Returns all warnings on the upgrade step from vertex `base` to vertex `target`, in the order of the contract
    (design 4).
    """
    question = context.question
    step = StepContext(context.network, base, target, question.through_removed, question.at)
    results = ((code, rule(step)) for code, rule in _RULES.items())
    return [StepWarning(code=code, text=text) for code, text in results if text]


def _removed_base(step: StepContext) -> str | None:
    base = step.base_vertex
    return None if base.listed else f"{base.shown.number} is removed from the list."


def _identity_change(step: StepContext) -> str | None:
    base, target = step.base_vertex.device_model, step.target_vertex.device_model
    return (
        None if base == target else f"The device model changes from {base} to {target}, as somebody accepted by name."
    )


def _no_image(step: StepContext) -> str | None:
    number = step.target_vertex.shown.number
    return (
        f"The list has no image hash for {number}, so the image cannot be sent and activated."
        if step.target_vertex.imageless
        else None
    )


def fragment_of(vertex: Vertex) -> tuple[int, int] | None:
    """Returns (k, n) if any entry of the vertex is described as fragment k of n of an image, else None. All entries of
    a vertex carry one image.
    """
    return next((fragment for member in vertex.members if (fragment := parse_fragment(member.descriptor))), None)


def _fragment(step: StepContext) -> str | None:
    fragment = fragment_of(step.target_vertex)
    if not fragment:
        return None
    part, parts = fragment
    stop = " Do not stop here." if part < parts else ""
    return f"{step.target_vertex.shown.number} is fragment {part} of {parts}.{stop}"


def _certificate_date_passed(step: StepContext) -> str | None:
    shown = step.target_vertex.shown
    if not shown.cpa_date or shown.cpa_date >= step.at.date().isoformat() or not _is_date(shown.cpa_date):
        return None
    kind = {"[E]": "expiry", "[R]": "review"}.get(shown.cpa_number[:3], "certificate")
    return f"The {kind} date of {shown.cpa_number}, {shown.cpa_date}, has passed; it may have been renewed since."


def _is_date(text: str) -> bool:
    """Returns whether a date of the list is in ISO form. The service stores an unreadable date as the text of
    the list.
    """
    return len(text) == 10 and text[:4].isdigit() and text[4] == text[7] == "-"


def _ambiguous_version(step: StepContext) -> str | None:
    shown = step.target_vertex.shown
    entries = step.network.versions()[shown.device_model, shown.firmware_version]
    others = [number for number, index in entries if index != step.target]
    if not others:
        return None
    images = "which has another image" if len(others) == 1 else "which have another image"
    if any(not step.network.snapshot.entries[number].image_hash for number in (shown.number, *others)):
        images = "and a missing image hash leaves open whether the images differ"
    return (
        f"Firmware version {shown.firmware_version} of this device model is also that of {join_with_and(others)}, "
        f"{images}."
    )


def _by_twin(step: StepContext) -> str | None:
    if not step.network.step_between(step.base, step.target).by_twin:
        return None
    declaring = _declaring_entry(step)
    declared = f"Declared for {declaring.number if declaring else 'a twin'}"
    if declaring is None or declaring.number == step.target_vertex.shown.number:
        declared += f", with a twin of {step.base_vertex.shown.number} as its base"
    proof = "the same image listed twice"
    if any(end.imageless for end in _ends_by_twin(step, declaring)):
        proof = "listed with the same version and no image hash, so nothing proves that they are one"
    return f"{declared}: {proof}."


def _ends_by_twin(step: StepContext, declaring: EntryInForce | None) -> list[Vertex]:
    """Returns the ends of a step for which the declaration names a twin of the shown entry instead of the
    shown entry.
    """
    if declaring is None:
        return [step.base_vertex, step.target_vertex]
    target_declared = declaring.number == step.target_vertex.shown.number
    base_declared = step.network.is_declared_step(step.base_vertex.shown.number, declaring.number)
    ends = ((step.base_vertex, base_declared), (step.target_vertex, target_declared))
    return [vertex for vertex, declared in ends if not declared]


def _declaring_entry(step: StepContext) -> EntryInForce | None:
    row = step.network.step_between(step.base, step.target)
    return next((member for member in step.target_vertex.members if member.declared.id == row.declaration), None)


def _cycle(step: StepContext) -> str | None:
    component_of = step.network.component_numbers(step.through_removed)
    if component_of[step.base] != component_of[step.target]:
        return None
    return f"{step.base_vertex.shown.number} and {step.target_vertex.shown.number} can each be reached from the other."


def _old_declaration(step: StepContext) -> str | None:
    believed = step.network.snapshot.beliefs
    if not any(member.number in believed for member in (*step.base_vertex.members, *step.target_vertex.members)):
        return None
    declaring = _declaring_entry(step)
    if declaring is None:
        return None
    snapshot, declared_at = step.network.snapshot, declaring.declared.declared
    bases = [m for m in step.base_vertex.members if step.network.is_declared_step(m.number, declaring.number)]
    base = min(bases, key=lambda member: (member is not step.base_vertex.shown, member.number), default=declaring)
    if snapshot.is_confirmed(base, declaring):
        return None
    changed = sorted({entry.number for entry in (declaring, base) if _identity_changed(snapshot, entry, declared_at)})
    return (
        f"Device model, firmware version or hash of {join_with_and(changed)} changed after this declaration."
        if changed
        else None
    )


def _identity_changed(snapshot: Snapshot, entry: EntryInForce, declared_at: datetime) -> bool:
    """Returns whether the recorded identity of the entry was different when somebody made the declaration, for the same
    `at`.
    """
    identity = snapshot.identity_at(entry.number, declared_at)
    return identity is not None and identity != entry.identity


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
