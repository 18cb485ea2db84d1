"""Fetches entries of the list in force, with their twins (entries with the same image), declarations, bases that await
acceptance, and manufacturers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from service.domain.as_of import AsOf
from service.domain.clock import BEGINNING, Instant
from service.domain.devices import Device
from service.domain.facts import DeclarationKind, EntryContent, HeldCode
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query, Row
from service.repositories.facts import EntryNumberRow, RecordedInstant
from service.schemas.responses.devices import Candidate


class ListedEntryRow(EntryContent):
    """A query row with an entry and its attributes on the list in force."""

    number: str


class DeclarationInForceRow(FrozenModel):
    """A query row with the declared Firmware Upgrade Path in force for an entry. `given` has its bases, separated by
    `;`.
    """

    entry: str
    kind: DeclarationKind
    given: str
    declared: Instant
    amendment: str
    valid_from: Instant
    valid_to: Instant


class FirmwareRow(FrozenModel):
    """A query row with an entry, and the attributes that its twins (entries with the same firmware) share with it."""

    number: str
    device_model: str
    firmware_version: str
    image_hash: str

    @property
    def twin_key(self) -> tuple[str, str, str]:
        """Returns device model, firmware version and image hash. Entries with equal keys are twins."""
        return self.device_model, self.firmware_version, self.image_hash


class HeldBaseRow(FrozenModel):
    """A query row with a declared base that gives no step into its target until somebody accepts it.

    `counterpart` is the entry of the target's device model with the image of this base, or blank.
    """

    base: str
    target: str
    code: HeldCode
    counterpart: str


class ManufacturerRow(FrozenModel):
    """A query row with an entry, and the code of its manufacturer."""

    entry: str
    manufacturer: str


DECLARATIONS = Query("entry/declarations", DeclarationInForceRow)
TWINS = Query("entry/twins", FirmwareRow)
HELD = Query("entry/held", HeldBaseRow)
IN_FORCE = Query("entry/in_force", EntryNumberRow)
FIRST_LISTED = Query("entry/first_listed", RecordedInstant)
MANUFACTURERS = Query("entry/manufacturers", ManufacturerRow)
EVER_KNOWN = Query("entry/ever_known", EntryNumberRow)
OF_MODEL = Query("device/of_model", Candidate)
OF_IMAGE = Query("device/of_image", Candidate)
OF_VERSION = Query("device/of_version", Candidate)


def twins_of(graph: QueryRunner, moment: AsOf, rows: Sequence[ListedEntryRow]) -> dict[str, list[str]]:
    """Fetches the numbers of the twins in force of each entry given, by the entry's number, in ascending order.

    Twins are entries of one device model with the same firmware image.
    """
    if not rows:
        return {}
    models, versions = {row.device_model for row in rows}, {row.firmware_version for row in rows}
    instants = {"at": moment.at, "known_at": moment.known_at}
    numbers: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in graph.rows(TWINS, models=sorted(models), versions=sorted(versions), **instants):
        numbers[row.twin_key].append(row.number)
    return {row.number: [number for number in numbers[row.twin_key] if number != row.number] for row in rows}


def declarations_in_force(graph: QueryRunner, moment: AsOf, entries: Collection[str]) -> list[DeclarationInForceRow]:
    """Fetches the declared Firmware Upgrade Paths in force for the entries given."""
    return _rows_of_entries(graph, DECLARATIONS, moment, entries)


def held_bases(graph: QueryRunner, moment: AsOf, entries: Collection[str]) -> list[HeldBaseRow]:
    """Fetches those declared bases of the targets given that are in force but give no step until somebody accepts
    them.
    """
    return _rows_of_entries(graph, HELD, moment, entries)


def entries_in_force(graph: QueryRunner, moment: AsOf, entries: Collection[str]) -> set[str]:
    """Returns those of the entry numbers given that the list in force includes."""
    return {row.entry for row in _rows_of_entries(graph, IN_FORCE, moment, entries)}


def _rows_of_entries(graph: QueryRunner, query: Query[Row], moment: AsOf, entries: Collection[str]) -> list[Row]:
    """Runs a query about the entries given, with the lowest and the highest of their numbers."""
    numbers = sorted(entries)
    if not numbers:
        return []
    instants = {"at": moment.at, "known_at": moment.known_at}
    return graph.rows(query, entries=numbers, lowest=numbers[0], highest=numbers[-1], **instants)


def manufacturers_of(graph: QueryRunner, moment: AsOf, entries: Collection[str]) -> dict[str, str]:
    """Fetches the manufacturer code of each of the entries given that the list in force includes."""
    if not entries:
        return {}
    rows = graph.rows(MANUFACTURERS, entries=sorted(entries), at=moment.at, known_at=moment.known_at)
    return {row.entry: row.manufacturer for row in rows}


def ever_known(graph: QueryRunner, entries: Iterable[str], known_at: datetime) -> set[str]:
    """Returns those of the entry numbers given that any list loaded by `known_at` includes, whatever the date of that
    list.
    """
    return {row.entry for row in graph.rows(EVER_KNOWN, entries=sorted(set(entries)), known_at=known_at)}


def first_listed(graph: QueryRunner, number: str, known_at: datetime) -> Instant:
    """Fetches the instant from which a list first includes an entry, by the lists loaded by `known_at`.

    The caller must check first that one of these lists includes the entry.
    """
    return graph.rows(FIRST_LISTED, entry=number, known_at=known_at)[0].instant


def entries_of_model(graph: QueryRunner, device_model: str, known_at: datetime) -> set[str]:
    """Fetches the numbers of the entries that have a device model at any effective time, by the lists recorded by
    `known_at`. `device_model` is an id such as `106C-433100AC`.
    """
    return {row.number for row in graph.rows(OF_MODEL, model=device_model, since=BEGINNING, known_at=known_at)}


def candidate_entries(graph: QueryRunner, moment: AsOf, device: Device) -> list[Candidate]:
    """Fetches the entries that have the device model of a device at `moment.at` or later; if this is unknown, its image
    hash; if this is unknown too, its firmware version.

    The list attributes of an entry over time are several rows, each with the interval in which they are in force.

    The result includes the entries with the same device model and image as one of these. The caller compares the other
    attributes of the device.
    """
    instants = {"since": moment.at, "known_at": moment.known_at}
    if device.model:
        return graph.rows(OF_MODEL, model=device.model, **instants)
    if image_hash := device.single_value("image_hash"):
        return graph.rows(OF_IMAGE, hash=image_hash, **instants)
    return graph.rows(OF_VERSION, version=device.single_value("firmware_version"), **instants)
