"""Answers for a device: the candidate entries are fetched, the rules decide."""

from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import Moment
from service.domain.devices import Device
from service.repositories import devices
from service.rules.answers import device_answer as rules
from service.schemas.responses.devices import Resolution


def resolve_device(
    memory: GraphCache, moment: Moment, device: Device, to: str | None, through_removed: bool
) -> Resolution:
    """The answer for a device: to one target, or without one, all that can be reached.

    Raises EntryUnknown for a target that no list known at the moment has.
    """
    rows = devices.candidate_entries(memory, moment, device)
    found = rules.matches(rows, device)
    if not found:
        if to:
            memory.terrain({to}, moment.known_at)
        return rules.unmatched(device, to, rows, moment.stated)
    told = [_told(memory, moment, vertex[0].number, to, through_removed) for vertex in found]
    return rules.resolved(device, to, rows, told, moment.stated)


def _told(memory: GraphCache, moment: Moment, base: str, to: str | None, through_removed: bool) -> rules.Told:
    if to:
        return rules.by_pathway(pathways.find_pathway(memory, moment, base, to, through_removed))
    return rules.by_reach(memory.question_context(moment, base, base, through_removed))
