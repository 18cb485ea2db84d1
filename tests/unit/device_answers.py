"""Short helpers for devices in a world."""

from service.domain.devices import Device
from service.rules.answers.device_answer import DeviceAnswer, answer_from_reach, resolve_matched, resolve_unmatched
from service.rules.answers.device_match import matching_twins
from service.schemas.responses.devices import Candidate, Resolution
from tests.unit.questions import build_pathway, setting
from tests.worlds import NOW, terrain

STATED = {"at": NOW, "known_at": NOW, "list_version": "1.0", "list_issued": "2022-01-01"}
COLUMNS = [name for name in Candidate.model_fields if name != "number"]


def candidates(known, at=NOW):
    """All entries in force."""
    rows = [row for row in known.revisions if row.span.contains(at)]
    told = [Candidate(number=row.entry, **{name: getattr(row, name) for name in COLUMNS}) for row in rows]
    return sorted(told, key=lambda row: row.number)


def resolve(known, said, to=None, at=NOW, through_removed=False, statuses=(), unused=()) -> Resolution:
    """The answer for a device whose attributes have one fitting value, or several."""
    values = {name: frozenset([value] if isinstance(value, str) else value) for name, value in said.items()}
    device, fetched = Device(values, statuses, unused), terrain(known)
    every = candidates(known, at)
    rows = [row for row in every if row.device_model.endswith(device.model)]
    others = [] if rows or not device.single_value("manufacturer") else of_other_makers(every, device)
    told, stated = [], STATED | {"at": at}
    for vertex in matching_twins(rows, device):
        base = vertex[0].number
        here = setting(fetched, base, to or base, at=at, through_removed=through_removed)
        pathway = build_pathway(here, "1.0", "2022-01-01") if to else None
        told.append(DeviceAnswer(pathway.outcome, pathway) if pathway else answer_from_reach(here))
    if told:
        return resolve_matched(device, to, rows, told, stated)
    return resolve_unmatched(device, to, rows, others, stated)


def of_other_makers(rows, device):
    """The entries of a device model, whatever the manufacturer; none if the device has no model."""
    digits = device.single_value("device_model")
    return [row for row in rows if digits and row.device_model.endswith(f"-{digits}")]
