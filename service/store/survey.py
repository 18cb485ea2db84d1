"""Device models as the graph has them, one at a time by their key, or many at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import repeat
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict

from service.graph.protocol import Runner
from service.graph.query import Query
from service.model.clock import Instant
from service.model.facts import DeclarationKind, HeldCode
from service.rules.neighbourhood import Belief, Declared, Held, Listing, Step
from service.rules.terrain import Lasting
from service.store.columns import FILLED, Flags, Texts
from service.store.facts import EntryNumber

T = TypeVar("T")
R = TypeVar("R", bound=BaseModel)


class Columns(BaseModel):
    """Things of a device model that last as long, column by column: each has a place in every column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_model: str
    valid_from: Instant
    valid_to: Instant


class RevisionColumns(Columns):
    """What lists ever said of the entries of one device model."""

    numbers: Texts
    firmware_versions: Texts
    image_hashes: Texts
    statuses: Texts
    manufacturers: Texts
    device_types: Texts
    descriptors: Texts
    cpa_numbers: Texts
    cpa_dates: Texts
    recorded_from: Instant
    recorded_to: Instant


class DeclarationColumns(Columns):
    """Declarations."""

    entries: Texts
    ids: Texts
    kinds: Annotated[list[DeclarationKind], FILLED]
    given: Texts
    declared: Instant
    recorded: Instant


class StepColumns(Columns):
    """Steps."""

    bases: Texts
    targets: Texts
    declarations: Texts
    acceptances: Texts
    by_twins: Flags
    listed: Flags


class HeldColumns(Columns):
    """Held bases."""

    bases: Texts
    targets: Texts
    codes: Annotated[list[HeldCode], FILLED]
    declarations: Texts


class Home(BaseModel):
    """An entry, and a device model that it was ever of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    device_model: str


class Link(BaseModel):
    """A device model, and another that one of its entries was ever of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_model: str
    other: str


class AcceptedRow(BaseModel):
    """When an acceptance was recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    recorded: Instant


DEVICE_MODELS = Query("terrain/device_models", Home)
LINKED = Query("terrain/linked", Link)
REVISIONS = Query("terrain/revisions", RevisionColumns)
DECLARATIONS = Query("terrain/declarations", DeclarationColumns)
STEPS = Query("terrain/steps", StepColumns)
HELD = Query("terrain/held", HeldColumns)
MANY_DEVICE_MODELS = Query("terrain/many/device_models", Home)
MANY_LINKED = Query("terrain/many/linked", Link)
MANY_REVISIONS = Query("terrain/many/revisions", RevisionColumns)
MANY_DECLARATIONS = Query("terrain/many/declarations", DeclarationColumns)
MANY_STEPS = Query("terrain/many/steps", StepColumns)
MANY_HELD = Query("terrain/many/held", HeldColumns)
ACCEPTED = Query("terrain/accepted", AcceptedRow)
EVER_KNOWN = Query("terrain/ever_known", EntryNumber)

_FEW, _BATCH = 20, 2_000  # up to so many are asked for one by one; so many at once


@dataclass
class Part:
    """A device model as fetched. What comes once for each revision of its entry is kept once."""

    listings: list[Lasting[Listing]] = field(default_factory=list)
    beliefs: list[Lasting[tuple[str, Belief]]] = field(default_factory=list)
    declared: dict[Lasting[tuple[str, Declared]], None] = field(default_factory=dict)
    steps: dict[Lasting[Step], None] = field(default_factory=dict)
    held: dict[Lasting[Held], None] = field(default_factory=dict)
    leads: set[str] = field(default_factory=set)

    @property
    def ends(self) -> set[str]:
        """The entries of other device models at the far end of a step or a held base."""
        own = {row.thing.number for row in self.listings} | {row.thing[0] for row in self.beliefs}
        return {end for some in (self.steps, self.held) for row in some for end in row.thing[:2]} - own


def surveyed(graph: Runner, models: Sequence[str], known_at: datetime) -> dict[str, Part]:
    """The device models by themselves, with those that they lead on to by an entry of both."""
    parts: dict[str, Part] = {model: Part() for model in models}

    def rows(one: Query[R], many: Query[R]) -> Iterator[R]:
        return _asked(graph, one, many, "id", "ids", models, known_at)

    for revisions in rows(REVISIONS, MANY_REVISIONS):
        _place(parts[revisions.device_model], revisions, known_at)
    for said in rows(DECLARATIONS, MANY_DECLARATIONS):
        when = repeat(said.declared), repeat(said.recorded)
        declared = map(Declared, said.ids, said.kinds, said.given, *when)
        parts[said.device_model].declared |= _lasting(said, zip(said.entries, declared, strict=True))
    for row in rows(STEPS, MANY_STEPS):
        steps = map(Step, row.bases, row.targets, row.declarations, row.acceptances, row.by_twins, row.listed)
        parts[row.device_model].steps |= _lasting(row, steps)
    for waiting in rows(HELD, MANY_HELD):
        held = map(Held, waiting.bases, waiting.targets, waiting.codes, waiting.declarations)
        parts[waiting.device_model].held |= _lasting(waiting, held)
    for link in rows(LINKED, MANY_LINKED):
        parts[link.device_model].leads.add(link.other)
    return parts


def homes(graph: Runner, entries: set[str], known_at: datetime) -> dict[str, set[str]]:
    """The device models that each of these entries was ever of."""
    found: dict[str, set[str]] = defaultdict(set)
    keys = sorted(entries)
    for row in _asked(graph, DEVICE_MODELS, MANY_DEVICE_MODELS, "entry", "entries", keys, known_at):
        found[row.entry].add(row.device_model)
    return found


def _asked(
    graph: Runner, one: Query[R], many: Query[R], name: str, names: str, keys: Sequence[str], known_at: datetime
) -> Iterator[R]:
    if len(keys) <= _FEW:
        for key in keys:
            yield from graph.rows(one, **{name: key, "known_at": known_at})
    else:
        for start in range(0, len(keys), _BATCH):
            yield from graph.rows(many, **{names: keys[start : start + _BATCH], "known_at": known_at})


def dated(graph: Runner, acceptances: list[str]) -> dict[str, datetime]:
    """When the acceptances that gave steps were recorded."""
    return {row.id: row.recorded for row in graph.rows(ACCEPTED, ids=acceptances)} if acceptances else {}


def ever_known(graph: Runner, entries: Iterable[str], known_at: datetime) -> set[str]:
    """Those of the entries that any list known at the instant has."""
    return {row.entry for row in graph.rows(EVER_KNOWN, entries=sorted(set(entries)), known_at=known_at)}


def _lasting(row: Columns, things: Iterable[T]) -> dict[Lasting[T], None]:
    return dict.fromkeys(map(Lasting, repeat(row.valid_from), repeat(row.valid_to), things))


def _place(part: Part, row: RevisionColumns, known_at: datetime) -> None:
    """What is believed of the entries, and beside it what was believed of them before."""
    for nth, number in enumerate(row.numbers):
        if row.recorded_to > known_at:
            part.listings.append(Lasting(row.valid_from, row.valid_to, _listing(row, nth)))
        else:
            identity = (row.device_model, row.firmware_versions[nth], row.image_hashes[nth])
            belief = Belief(row.recorded_from, row.recorded_to, identity)
            part.beliefs.append(Lasting(row.valid_from, row.valid_to, (number, belief)))


def _listing(row: RevisionColumns, nth: int) -> Listing:
    return Listing(
        number=row.numbers[nth],
        device_model=row.device_model,
        firmware_version=row.firmware_versions[nth],
        image_hash=row.image_hashes[nth],
        status=row.statuses[nth],
        manufacturer=row.manufacturers[nth],
        device_type=row.device_types[nth],
        descriptor=row.descriptors[nth],
        cpa_number=row.cpa_numbers[nth],
        cpa_date=row.cpa_dates[nth],
        recorded=row.recorded_from,
    )
