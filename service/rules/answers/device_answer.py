"""Builds the answer for a device of an inventory, which may run the firmware of any of several entries (design 4)."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.domain.devices import Device
from service.domain.outcomes import Standing
from service.rules.answers.device_match import (
    TwinGroup,
    best_separation,
    device_remarks,
    fitting_candidates,
    matching_twins,
    respelled_candidates,
    unused_remarks,
)
from service.rules.answers.device_standing import OUTCOMES, standing_of, standing_reasons
from service.rules.answers.pathway import reachable_targets
from service.rules.answers.question import QuestionContext
from service.rules.answers.text import join_with_and
from service.rules.pathfinding.bitset import indices, reachable_from
from service.schemas.responses.devices import Candidate, DeviceMatch, ListedFirmware, Resolution, ResolveOutcome
from service.schemas.responses.pathways import Outcome, Pathway, ReachItem, Reason, StepWarning

_READ_THE_DEVICE = (
    "Read the firmware version from the device itself (service request 11.2): an inventory can differ from what the "
    "meter runs."
)


@dataclass(frozen=True)
class DeviceAnswer:
    """The answer for one entry that a device may run: its pathway to the target, or without a target all entries that
    it can reach.

    `heads` are the reachable entries from which no upgrade step leads on. Without a target, `standing` says whether any
    upgrade leads on, and `reasons` why none does.
    """

    outcome: Outcome
    pathway: Pathway | None = None
    targets: list[ReachItem] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    standing: Standing | None = None
    reasons: list[Reason] = field(default_factory=list)

    @property
    def key(self) -> Hashable:
        """Returns the outcome, the target of every step, the reachable targets and the standing. Two answers agree if
        these values are equal.

        Two different pathways to one target do not agree, because a meter that follows the pathway of the other entry
        may reach firmware from which no step leads back.
        """
        steps = self.pathway.steps if self.pathway else []
        reachable = tuple((item.entry, item.steps) for item in self.targets)
        return self.outcome, tuple(step.target for step in steps), reachable, self.standing

    @property
    def warnings(self) -> list[StepWarning]:
        """Returns the warnings on the first step of the pathway, the only step that can differ between answers that
        agree.
        """
        return self.pathway.steps[0].warnings if self.pathway and self.pathway.steps else []


def answer_from_reach(context: QuestionContext) -> DeviceAnswer:
    """Builds the answer for a device without a target: all entries to which a path leads from the base entry."""
    targets = reachable_targets(context)
    standing = standing_of(context, bool(targets))
    reasons = [] if targets else standing_reasons(context)
    return DeviceAnswer(OUTCOMES[standing], None, targets, heads(context), standing, reasons)


def heads(context: QuestionContext) -> list[str]:
    """Returns those listed entries, among the base and the entries that it reaches, from which no upgrade step leads
    on.

    No entry of a cycle is a head. Texts never call a head the latest or the best entry, because only declarations
    determine the heads.
    """
    if context.start is None:
        return []
    network = context.network
    reached = indices(reachable_from(network.after, 1 << context.start, context.enterable))
    final = [index for index in reached if not network.after[index] & context.enterable]
    return sorted(member.number for index in final for member in network.vertices[index].members if member.listed)


def resolve_matched(
    device: Device, to: str | None, rows: Sequence[Candidate], answers: Sequence[DeviceAnswer], as_of: Mapping[str, Any]
) -> Resolution:
    """Builds the answer for a device that matches at least one entry of the list.

    `answers` has one answer for each group of twins (entries with the same image) that the device matches. If these
    answers differ, the outcome is `ambiguous`.
    """
    groups = matching_twins(rows, device)
    fields = {"to": to, "matches": _matches(groups, rows, answers), "remarks": device_remarks(groups, device), **as_of}
    if len({answer.key for answer in answers}) > 1:
        separating = best_separation(groups, [answer.key for answer in answers])
        hint = f" Give {separating.attribute} too: its values separate the answers best." if separating else ""
        return _resolution(
            "ambiguous", **fields, separates=separating, advice=f"The device may run any of these.{hint}"
        )
    first_answer = answers[0]
    agreed_fields: dict[str, Any] = {"pathway": first_answer.pathway}
    if first_answer.pathway is None:
        all_heads = sorted({number for answer in answers for number in answer.heads})
        agreed_fields = {"targets": first_answer.targets, "heads": all_heads, "standing": first_answer.standing}
        agreed_fields["reasons"] = first_answer.reasons
    return _resolution(first_answer.outcome, **fields, **agreed_fields, advice=_ADVICE.get(first_answer.outcome))


def resolve_unmatched(
    device: Device,
    to: str | None,
    rows: Sequence[Candidate],
    others: Sequence[Candidate],
    as_of: Mapping[str, Any],
) -> Resolution:
    """Builds the answer for a device that matches no entry of the list.

    `rows` are the entries of the device model, or empty if the caller did not give the device model. `others` are the
    entries of device models with the same eight digits under other manufacturer codes.
    """
    as_of = {"to": to, "remarks": unused_remarks(device), **as_of}
    if not device.model or not rows:
        return _unknown_device(device, others, as_of)
    respelled = [_firmware(row) for row in respelled_candidates(rows, device)]
    hint = " The list has other spellings of this version, which the service has not used." if respelled else ""
    known = [_firmware(row) for row in rows]
    advice = f"{_READ_THE_DEVICE}{hint}"
    return _resolution("unknown-firmware", **as_of, known=known, possible=respelled, advice=advice)


def _unknown_device(device: Device, others: Sequence[Candidate], fields: Mapping[str, Any]) -> Resolution:
    hint = ""
    if others:
        codes = join_with_and(sorted({row.manufacturer for row in others}))
        hint = f" The list has this device model under manufacturer code {codes}, which the service has not used."
    known = [_firmware(row) for row in others]
    possible = [_firmware(row) for row in fitting_candidates(others, device.without("manufacturer"))]
    advice = f"{_ADVICE['unknown-device']}{hint}"
    return _resolution("unknown-device", **fields, known=known, possible=possible, advice=advice)


_ADVICE: dict[ResolveOutcome, str] = {
    "unknown": "A declaration that is still missing could make a route: ask the manufacturer.",
    "unknown-device": (
        f"No list in force at that time has such a device. Check the spelling of its attributes. {_READ_THE_DEVICE}"
    ),
}


def _resolution(outcome: ResolveOutcome, **fields: Any) -> Resolution:
    absent: dict[str, Any] = dict.fromkeys(("pathway", "targets", "heads", "standing", "separates", "advice"))
    empty: dict[str, Any] = {"matches": [], "reasons": [], "known": [], "possible": [], "remarks": []}
    return Resolution(outcome=outcome, **(absent | empty | fields))


def _matches(
    groups: Sequence[TwinGroup], rows: Sequence[Candidate], answers: Sequence[DeviceAnswer]
) -> list[DeviceMatch]:
    return [
        DeviceMatch(
            **dict(_firmware(group[0])),
            twins=[row.number for row in rows if row.identity == group[0].identity and row is not group[0]],
            outcome=answer.outcome,
            standing=answer.standing,
            warnings=answer.warnings,
        )
        for group, answer in zip(groups, answers, strict=True)
    ]


def _firmware(row: Candidate) -> ListedFirmware:
    """Builds the response for an entry: the device model in the form of DUIS, and null for a blank attribute."""
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
