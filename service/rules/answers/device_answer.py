"""From what a device may run to one answer, or to what is in the way of one (design 4, "A device")."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.domain.devices import Device
from service.rules.answers import pathway as answer
from service.rules.answers.device_match import (
    TwinGroup,
    best_separation,
    fitting_candidates,
    group_twins,
    respelled_candidates,
    status_remarks,
)
from service.rules.answers.question import QuestionContext
from service.rules.pathfinding.bitset import indices, reachable_from
from service.rules.pathfinding.possible_paths import possibly_reachable
from service.schemas.responses.devices import Candidate, DeviceMatch, ListedFirmware, Resolution, ResolveOutcome
from service.schemas.responses.pathways import Outcome, Pathway, ReachItem, StepWarning

_READ = (
    "Read the firmware version from the device itself (service request 11.2): what an inventory says can differ "
    "from what the meter runs."
)


@dataclass(frozen=True)
class DeviceAnswer:
    """The answer from one of the matches: a pathway, or all that can be reached with its heads."""

    outcome: Outcome
    pathway: Pathway | None = None
    targets: list[ReachItem] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def key(self) -> Hashable:
        """What must be the same for two answers to be one: the outcome and every target, step by step.

        Two ways to one target are two answers: a meter sent down the other's way may never come back.
        """
        steps = self.pathway.steps if self.pathway else []
        return self.outcome, tuple(step.target for step in steps), tuple((i.entry, i.steps) for i in self.targets)

    @property
    def warnings(self) -> list[StepWarning]:
        """The warnings on the first step. From there on the ways of answers that agree are the same."""
        return self.pathway.steps[0].warnings if self.pathway and self.pathway.steps else []


def answer_from_pathway(found: Pathway) -> DeviceAnswer:
    """The answer where a target was named."""
    return DeviceAnswer(found.outcome, found)


def answer_from_reach(here: QuestionContext) -> DeviceAnswer:
    """The answer where none was: all that can be reached from the question's base."""
    targets = answer.reachable_targets(here)
    return DeviceAnswer("route" if targets else _nothing(here), None, targets, heads(here))


def _nothing(here: QuestionContext) -> Outcome:
    """`unknown` if and only if some missing declaration could make a route to anything; else `none`."""
    start, network = here.start, here.network
    if start is None:
        return "none"
    could = possibly_reachable(network, start, here.enterable) & ~(1 << start)
    return "unknown" if could else "none"


def heads(here: QuestionContext) -> list[str]:
    """The listed entries, of those reached and the base itself, from which nothing further is reachable.

    In a cycle each can be reached from the other, so none is a head. A head is never called the latest or the best:
    nothing but declarations was looked at.
    """
    if here.start is None:
        return []
    network = here.network
    found = indices(reachable_from(network.after, 1 << here.start, here.enterable))
    ends = [place for place in found if not network.after[place] & here.enterable]
    return sorted(member.number for place in ends for member in network.vertices[place].members if member.listed)


def resolve_matched(
    device: Device, to: str | None, rows: Sequence[Candidate], told: Sequence[DeviceAnswer], stated: Mapping[str, Any]
) -> Resolution:
    """The answer where something fits. `told` answers for each of `matches(rows, device)`, in that order."""
    found = matching_twins(rows, device)
    said = {"to": to, "matches": _matches(found, rows, told), "remarks": status_remarks(found, device), **stated}
    if len({one.key for one in told}) > 1:
        parted = best_separation(found, [one.key for one in told])
        how = f" Give {parted.attribute} too: its values separate the answers best." if parted else ""
        return _resolution("ambiguous", **said, separates=parted, advice=f"The device may run any of these.{how}")
    first = told[0]
    agreed: dict[str, Any] = {"pathway": first.pathway}
    if first.pathway is None:
        ends = sorted({number for one in told for number in one.heads})
        agreed = {"targets": first.targets, "heads": ends}
    return _resolution(first.outcome, **said, **agreed, advice=_ADVICE.get(first.outcome))


def resolve_unmatched(
    device: Device, to: str | None, rows: Sequence[Candidate], stated: Mapping[str, Any]
) -> Resolution:
    """The answer where nothing fits. `rows` is what is known of the device model, where one was given."""
    if not device.model or not rows:
        return _resolution("unknown-device", to=to, **stated, advice=_ADVICE["unknown-device"])
    others = [_firmware(row) for row in respelled_candidates(rows, device)]
    spelled = " Other spellings of the same digits are possible; they were not used." if others else ""
    known = [_firmware(row) for row in rows]
    advice = f"{_READ}{spelled}"
    return _resolution("unknown-firmware", to=to, **stated, known=known, possible=others, advice=advice)


def matching_twins(rows: Sequence[Candidate], device: Device) -> list[TwinGroup]:
    """What the device may run."""
    return group_twins(fitting_candidates(rows, device))


_ADVICE: dict[ResolveOutcome, str] = {
    "unknown": "A declaration that is still missing could make a way: ask the manufacturer.",
    "unknown-device": f"No list in force at that time has such a device. Check how it is named. {_READ}",
}


def _resolution(outcome: ResolveOutcome, **said: Any) -> Resolution:
    nothing: dict[str, Any] = dict.fromkeys(("pathway", "targets", "heads", "separates", "advice"))
    empty: dict[str, Any] = {"matches": [], "known": [], "possible": [], "remarks": []}
    return Resolution(outcome=outcome, **(nothing | empty | said))


def _matches(found: Sequence[TwinGroup], rows: Sequence[Candidate], told: Sequence[DeviceAnswer]) -> list[DeviceMatch]:
    return [
        DeviceMatch(
            **dict(_firmware(vertex[0])),
            twins=[row.number for row in rows if row.identity == vertex[0].identity and row is not vertex[0]],
            outcome=one.outcome,
            warnings=one.warnings,
        )
        for vertex, one in zip(found, told, strict=True)
    ]


def _firmware(row: Candidate) -> ListedFirmware:
    """As it is shown: the device model as DUIS has it, the GBCS version as the list has it, a blank as null."""
    return ListedFirmware(
        number=row.number,
        status=row.status,
        device_type=row.device_type,
        manufacturer=row.manufacturer,
        device_model=row.device_model[-8:],
        firmware_version=row.firmware_version,
        gbcs_version=row.gbcs_version or None,
        image_hash=row.image_hash or None,
    )
