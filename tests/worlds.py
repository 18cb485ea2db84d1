"""Test worlds: short builders of facts for hand-written tests, and hypothesis strategies that draw random worlds."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import strategies as st

from service.domain.clock import BEGINNING, END
from service.domain.facts import CONTENT_FIELDS, Acceptance, Declaration, Fact, Revision
from service.domain.names import device_model_id
from service.rules.facts.derive_edges import derive_edges
from service.rules.facts.grouped_facts import Facts
from service.rules.pathfinding.snapshot import (
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    RecordedIdentity,
    Snapshot,
    Step,
)
from service.rules.pathfinding.temporal_graph import TemporalGraph, TimedValue

DATES = tuple(datetime(year, month, 1, tzinfo=UTC) for year, month in ((2022, 1), (2022, 7), (2023, 1), (2023, 7)))
NOW = datetime(2024, 1, 1, tzinfo=UTC)
PENDING = "000777"
SHARED = [name for name in EntryInForce._fields if name in {*CONTENT_FIELDS, "device_model"}]

# Three manufacturers. A, B and E have the same manufacturer; F has the hardware of A under another device type.
HARDWARE = {
    "A": ("FE01", "0001", "Gas Smart Meter"),
    "B": ("FE01", "0002", "Gas Smart Meter"),
    "C": ("FE02", "0001", "Gas Smart Meter"),
    "D": ("FE03", "0009", "Communications Hub"),
    "E": ("FE01", "0003", "Communications Hub"),
    "F": ("FE01", "0001", "Communications Hub"),
}


@dataclass(frozen=True)
class World:
    """All facts in force at one recorded instant. `beliefs` holds, for each entry, the identities recorded earlier."""

    revisions: list[Revision] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    beliefs: dict[str, list[RecordedIdentity]] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """The facts grouped by entry, in the form that the rules take."""
        return Facts.of(self.revisions, self.declarations, self.acceptances)

    @property
    def numbers(self) -> list[str]:
        """Every entry that has a revision at some instant."""
        return sorted({row.entry for row in self.revisions})

    @property
    def moments(self) -> list[datetime]:
        """The first instant of every interval in which no fact changes."""
        rows: list[Fact] = [*self.revisions, *self.declarations, *self.acceptances]
        edges = {BEGINNING, *(edge for row in rows for edge in (row.valid_from, row.valid_to))}
        return sorted(edges - {END})


def six(number: int | str) -> str:
    """The six-digit entry number: 1 becomes 000001."""
    return str(number).zfill(6)


def hardware(letter: str) -> str:
    """The id of the device model that the letter stands for."""
    manufacturer, model, _ = HARDWARE[letter]
    return device_model_id(manufacturer, model, "01", "01")


def clocks(since, until, recorded):
    """The valid and recorded times of a fact."""
    return {"valid_from": since, "valid_to": until, "recorded_from": recorded}


def revision(number, model="A", fw=None, image=None, status="Current", since=DATES[0], until=END, **content):
    """A revision of an entry. Without `fw` and `image` its values are unique; image `` means no image hash."""
    manufacturer, model_code, device_type = HARDWARE[model]
    attributes = {
        "status": status,
        "device_type": device_type,
        "manufacturer": manufacturer,
        "model": model_code,
        "hardware_version": "01",
        "hardware_revision": "01",
        "firmware_version": f"{number if fw is None else fw:0>8}",
        "image_hash": f"{number:0>64}" if image is None else image and f"{image:0>64}",
        "list_version": "1.0",
    }
    identity = {"id": f"r{number}@{since.date()}", "entry": six(number), **clocks(since, until, DATES[0])}
    return Revision(**{**attributes, **identity, **content})


def declaration(target, *bases, kind="", since=BEGINNING, until=END, declared=DATES[0], recorded=DATES[0]):
    """A declaration of an entry's Firmware Upgrade Path. Without bases the kind is `none`, unless `kind` is given."""
    bases = ";".join(map(six, bases))
    content = {"kind": kind or ("bases" if bases else "none"), "given": bases, "declared": declared, "amendment": "a1"}
    return Declaration(id=f"d{target}@{since.date()}", entry=six(target), **content, **clocks(since, until, recorded))


def acceptance(base, target, base_model="B", target_model="A", since=BEGINNING, until=END, recorded=DATES[0]):
    """The acceptance of a base for a target, with the letters of their device models."""
    pair = {"id": f"c{base}-{target}@{since.date()}", "base": six(base), "target": six(target), "amendment": "a1"}
    models = {"base_model": hardware(base_model), "target_model": hardware(target_model)}
    return Acceptance(**pair, **models, **clocks(since, until, recorded))


def world(*facts: Fact, beliefs: dict[str, list[RecordedIdentity]] | None = None) -> World:
    """A world of these facts, in any order."""
    revisions, declarations, acceptances = (
        [fact for fact in facts if isinstance(fact, kind)] for kind in (Revision, Declaration, Acceptance)
    )
    return World(revisions, declarations, acceptances, beliefs or {})


def terrain(world_: World, known_at: datetime = NOW) -> TemporalGraph:
    """The temporal graph of the whole world with its derived edges, as the store would fetch it.

    The facts of a world have one recorded instant, so `known_at` only filters beliefs that were recorded later.
    """
    steps, held = derive_edges(world_.facts, world_.numbers)
    rows = [
        [(row, listing(row)) for row in world_.revisions],
        [(row, (row.entry, declared(row))) for row in world_.declarations],
        [(s, Step(s.base, s.target, s.declaration, s.acceptance, s.by_twin, s.listed)) for s in steps],
        [(row, HeldPair(row.base, row.target, row.code, row.declaration)) for row in held],
    ]
    beliefs = [(e, row) for e, earlier in world_.beliefs.items() for row in earlier if row.recorded_from <= known_at]
    return TemporalGraph(
        *([TimedValue(row.valid_from, row.valid_to, value) for row, value in group] for group in rows),
        [TimedValue(BEGINNING, END, belief) for belief in beliefs],
        {row.id: row.recorded_from for row in world_.acceptances},
    )


def near(world_: World, at: datetime = NOW, known_at: datetime = NOW) -> Snapshot:
    """The snapshot of this world at an instant."""
    return terrain(world_, known_at).at(at)


def listing(row: Revision) -> EntryInForce:
    """A revision as the temporal graph holds it."""
    attributes = {name: getattr(row, name) for name in SHARED}
    return EntryInForce(number=row.entry, **attributes, descriptor=row.image_descriptor, recorded=row.recorded_from)


def declared(row: Declaration) -> DeclarationInForce:
    """A declaration as the temporal graph holds it."""
    return DeclarationInForce(row.id, row.kind, row.given, row.declared, row.recorded_from)


SIZES = (2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12)
HABITS = ("new", "new", "new", "new", "twin", "other-image")
DESCRIPTORS = ("", "", "", "Fragment 1 of 2 of version 4.8.0", "Fragment 2 of 2; Dual Band", "Fragment 1 of 1 of 3.9")
CERTIFICATES = (("", ""), ("[E] X1", "2022-10-15"), ("[R] X2", "2023-01-01"), ("[E] X3", "2030-01-01"), ("X4", "soon"))
KINDS = ("bases", "bases", "bases", "none", "nothing", "nothing", "not-supplied")


@st.composite
def worlds(draw, most=12, over_time=False, letters="AAABBCDEF"):
    """Declared graphs of 2 to `most` entries on 1 to 4 device models. Some entries are twins, removed, blank or
    undeclared.

    The entry numbers are drawn in any order, so that no rule can rely on their order.
    """
    size = draw(st.sampled_from([size for size in SIZES if size <= most]))
    numbers = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size, unique=True))
    models, contents = draw(st.lists(st.sampled_from(letters), min_size=1, max_size=4)), {}
    for number in map(six, numbers):
        contents[number] = draw(_contents(number, models, list(contents.values())))
    rows = [row for number in contents for row in draw(_revisions(number, contents[number], models, over_time))]
    most_bases = draw(st.integers(1, 5))
    declared_rows = [row for number in contents for row in draw(_declarations(number, contents, most_bases, over_time))]
    return World(rows, declared_rows, draw(_acceptances(rows, declared_rows, over_time)), draw(_beliefs(rows)))


@st.composite
def _contents(draw, number, models, before):
    """The content of one entry: mostly new, sometimes that of a twin, or of the same version with another image."""
    habit = draw(st.sampled_from(HABITS)) if before else "new"
    like = draw(st.sampled_from(before)) if habit != "new" else {"model": draw(st.sampled_from(models)), "fw": number}
    image = like["image"] if habit == "twin" else draw(st.sampled_from(["", "5" * 64, number, number]))
    certificate, expiry = draw(st.sampled_from(CERTIFICATES))
    return {
        **like,
        "image": image,
        "status": draw(st.sampled_from(["Current", "Current", "Current", "Removed"])),
        "image_descriptor": draw(st.sampled_from(DESCRIPTORS)),
        "cpa_number": certificate,
        "cpa_date": expiry,
    }


@st.composite
def _intervals(draw, over_time, first=BEGINNING):
    """One interval, or up to three consecutive ones."""
    cuts = draw(st.sets(st.sampled_from(DATES[1:]), max_size=2)) if over_time else set()
    edges = [first, *sorted(cut for cut in cuts if cut > first), END]
    return list(pairwise(edges))


@st.composite
def _revisions(draw, number, content, models, over_time):
    """The revisions of an entry over time: its status, hardware, image or image descriptor may change."""
    first = draw(st.sampled_from(DATES)) if over_time else DATES[0]
    rows = []
    for since, until in draw(_intervals(over_time, first)):
        rows.append(revision(number, since=since, until=until, **content))
        change = draw(st.sampled_from(["status", "model", "image", "descriptor"]))
        values = {"status": ["Current", "Removed"], "model": models, "image": ["", "5" * 64], "descriptor": [""]}
        content = {**content, change.replace("descriptor", "image_descriptor"): draw(st.sampled_from(values[change]))}
    return rows


@st.composite
def _declarations(draw, number, contents, most_bases, over_time):
    """The declarations of an entry over time. Most bases have its device model; some have another or are unknown."""
    others = [other for other in contents if other != number]
    own = [other for other in others if contents[other]["model"] == contents[number]["model"]]
    bases = st.lists(st.sampled_from([*own, *others, PENDING]), min_size=1, max_size=most_bases, unique=True)
    rows = []
    for since, until in draw(_intervals(over_time)):
        kind = draw(st.sampled_from(KINDS))
        named = draw(bases) if kind == "bases" else []
        rows += [declaration(number, *named, kind=kind, since=since, until=until)] if kind != "nothing" else []
    return rows


@st.composite
def _acceptances(draw, rows, declared_rows, over_time):
    """Acceptances for some of the bases that need one, sometimes for a device model that the entry no longer has."""
    kinds: dict[str, list[Revision]] = {}
    for row in rows:
        kinds.setdefault(row.entry, []).append(row)
    accepted = {}
    for base, target in sorted({(base, row.entry) for row in declared_rows for base in row.bases if base in kinds}):
        of, to = draw(st.sampled_from(kinds[base])), draw(st.sampled_from(kinds[target]))
        if (of.device_model, of.device_type) != (to.device_model, to.device_type) and draw(st.integers(0, 3)):
            since, until = draw(st.sampled_from(draw(_intervals(over_time))))
            row = acceptance(base, target, since=since, until=until)
            models = {"base_model": of.device_model, "target_model": to.device_model}
            accepted[base, target] = row.model_copy(update=models)
    return list(accepted.values())


@st.composite
def _beliefs(draw, rows):
    """The identity of each entry when it was declared: mostly the present one, sometimes another or unknown."""
    beliefs = {}
    for row in rows:
        belief = draw(st.sampled_from(["same", "same", "other-version", "not-known"]))
        other = (row.device_model, "0" * 8 if belief == "other-version" else row.firmware_version, row.image_hash)
        beliefs[row.entry] = [RecordedIdentity(DATES[0], END, other)] if belief != "not-known" else []
    return beliefs


@st.composite
def crossed(draw):
    """Up to nine entries, many undeclared, on device models that accepted steps connect in both directions."""
    models = draw(st.lists(st.sampled_from("AAABBBC"), min_size=4, max_size=9))
    facts = [revision(number, model) for number, model in enumerate(models, 1)]
    for target, model in enumerate(models, 1):
        others = [number for number in range(1, len(models) + 1) if number != target]
        bases = draw(st.lists(st.sampled_from(others), max_size=2, unique=True))
        facts += [declaration(target, *bases)] if bases else []
        facts += [acceptance(base, target, models[base - 1], model) for base in bases if models[base - 1] != model]
    return world(*facts)


@st.composite
def situations(draw, most=12):
    """A world and an instant: half of the worlds change over time, a third have only two device models."""
    over_time = draw(st.booleans())
    drawn = draw(worlds(most, over_time, draw(st.sampled_from(["AAABBCDEF", "AAABBCDEF", "AB"]))))
    return drawn, draw(st.sampled_from([NOW, *drawn.moments])) if over_time else NOW
