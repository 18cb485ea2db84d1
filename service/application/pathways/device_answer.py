"""Answers for a device: the candidate entries are fetched, the rules decide."""

from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.devices import Device
from service.repositories import devices
from service.rules.answers import device_answer as rules
from service.schemas.responses.devices import Resolution


def resolve_device(
    memory: GraphCache, moment: AsOf, device: Device, to: str | None, through_removed: bool
) -> Resolution:
    """The answer for a device: to one target, or without one, all that can be reached.

    Raises EntryNotFound for a target that no list known at the moment has.
    """
    rows = devices.candidate_entries(memory, moment, device)
    found = rules.matching_twins(rows, device)
    if not found:
        if to:
            memory.temporal_graph({to}, moment.known_at)
        return rules.resolve_unmatched(device, to, rows, moment.response_fields)
    told = [_told(memory, moment, vertex[0].number, to, through_removed) for vertex in found]
    return rules.resolve_matched(device, to, rows, told, moment.response_fields)


def _told(memory: GraphCache, moment: AsOf, base: str, to: str | None, through_removed: bool) -> rules.DeviceAnswer:
    if to:
        return rules.answer_from_pathway(pathways.find_pathway(memory, moment, base, to, through_removed))
    return rules.answer_from_reach(memory.question_context(moment, base, base, through_removed))
