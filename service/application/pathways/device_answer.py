"""Answers for a device: the candidate entries are fetched, the rules decide."""

from service.application.pathways import pathways
from service.application.pathways.graph_cache import Memory
from service.domain.as_of import Moment
from service.domain.devices import Device
from service.repositories import devices
from service.rules.answers import device_answer as rules
from service.schemas.responses.devices import Resolution


def resolve(memory: Memory, moment: Moment, device: Device, to: str | None, through_removed: bool) -> Resolution:
    """The answer for a device: to one target, or without one, all that can be reached.

    Raises EntryUnknown for a target that no list known at the moment has.
    """
    rows = devices.candidates(memory, moment, device)
    found = rules.matches(rows, device)
    if not found:
        if to:
            memory.terrain({to}, moment.known_at)
        return rules.unmatched(device, to, rows, moment.stated)
    told = [_told(memory, moment, vertex[0].number, to, through_removed) for vertex in found]
    return rules.resolved(device, to, rows, told, moment.stated)


def _told(memory: Memory, moment: Moment, base: str, to: str | None, through_removed: bool) -> rules.Told:
    if to:
        return rules.by_pathway(pathways.pathway(memory, moment, base, to, through_removed))
    return rules.by_reach(memory.setting(moment, base, base, through_removed))
