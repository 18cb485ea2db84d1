"""Devices: from what an inventory says to the entries it may mean, and on to an answer."""

from service.application.pathways import pathways
from service.application.pathways.graph_cache import Memory
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.list_versions import Moment
from service.rules.answers import device_answer as rules
from service.rules.answers.device_match import Device
from service.schemas.responses.devices import Candidate, Resolution

OF_MODEL = Query("device/of_model", Candidate)
OF_IMAGE = Query("device/of_image", Candidate)
OF_VERSION = Query("device/of_version", Candidate)


def resolve(memory: Memory, moment: Moment, device: Device, to: str | None, through_removed: bool) -> Resolution:
    """The answer for a device: to one target, or without one, all that can be reached.

    Raises EntryUnknown for a target that no list known at the moment has.
    """
    rows = candidates(memory, moment, device)
    found = rules.matches(rows, device)
    if not found:
        if to:
            memory.terrain({to}, moment.known_at)
        return rules.unmatched(device, to, rows, moment.stated)
    told = [_told(memory, moment, vertex[0].number, to, through_removed) for vertex in found]
    return rules.resolved(device, to, rows, told, moment.stated)


def candidates(graph: Runner, moment: Moment, device: Device) -> list[Candidate]:
    """The entries in force by the narrowest of what is given: device model, image or version; twins come together."""
    instants = {"at": moment.at, "known_at": moment.known_at}
    if device.model:
        return graph.rows(OF_MODEL, model=device.model, **instants)
    if hash_ := device.one("image_hash"):
        return graph.rows(OF_IMAGE, hash=hash_, **instants)
    return graph.rows(OF_VERSION, version=device.one("firmware_version"), **instants)


def _told(memory: Memory, moment: Moment, base: str, to: str | None, through_removed: bool) -> rules.Told:
    if to:
        return rules.by_pathway(pathways.pathway(memory, moment, base, to, through_removed))
    return rules.by_reach(memory.setting(moment, base, base, through_removed))
