"""The entries that a device of an inventory may be."""

from service.domain.as_of import AsOf
from service.domain.devices import Device
from service.graph.protocol import Runner
from service.graph.query import Query
from service.schemas.responses.devices import Candidate

OF_MODEL = Query("device/of_model", Candidate)
OF_IMAGE = Query("device/of_image", Candidate)
OF_VERSION = Query("device/of_version", Candidate)


def candidate_entries(graph: Runner, moment: AsOf, device: Device) -> list[Candidate]:
    """The entries in force with the device's model; without a model, with its image; else with its firmware version.

    All twins of a candidate are candidates too. The caller compares the device's other attributes.
    """
    instants = {"at": moment.at, "known_at": moment.known_at}
    if device.model:
        return graph.rows(OF_MODEL, model=device.model, **instants)
    if image_hash := device.single_value("image_hash"):
        return graph.rows(OF_IMAGE, hash=image_hash, **instants)
    return graph.rows(OF_VERSION, version=device.single_value("firmware_version"), **instants)
