"""Worlds of facts: short builders for tests written by hand, and random worlds for hypothesis."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import strategies as st

from service.domain.clock import BEGINNING, END
from service.domain.facts import CONTENT_FIELDS, Acceptance, Declaration, Fact, Revision
from service.domain.names import device_model_id
from service.rules.facts.derive_edges import Facts, derive_edges
from service.rules.pathfinding.snapshot import (
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    IdentityBelief,
    Snapshot,
    Step,
)
from service.rules.pathfinding.temporal_graph import TemporalGraph, Timed

DATES = tuple(datetime(year, month, 1, tzinfo=UTC) for year, month in ((2022, 1), (2022, 7), (2023, 1), (2023, 7)))
NOW = datetime(2024, 1, 1, tzinfo=UTC)
PENDING = "000777"
SHARED = [name for name in EntryInForce._fields if name in {*CONTENT_FIELDS, "device_model"}]

# Three makers; A, B and E share a maker, and F is the hardware of A under another device type.
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
    """All that is believed at one recorded instant. `beliefs` is what was believed of identities before."""

    revisions: list[Revision] = field(default_factory=list)
    declarations: list[Declaration] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    beliefs: dict[str, list[IdentityBelief]] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """The same, as the rules take them."""
        return Facts.of(self.revisions, self.declarations, self.acceptances)

    @property
    def numbers(self) -> list[str]:
        """Every entry that has a revision at some time."""
        return sorted({row.entry for row in self.revisions})

    @property
    def moments(self) -> list[datetime]:
        """One instant in each stretch in which nothing changes: its first."""
        rows: list[Fact] = [*self.revisions, *self.declarations, *self.acceptances]
        edges = {BEGINNING, *(edge for row in rows for edge in (row.valid_from, row.valid_to))}
        return sorted(edges - {END})


def six(number: int | str) -> str:
    """1 as 000001."""
    return str(number).zfill(6)


def hardware(letter: str) -> str:
    """The device model that a letter stands for."""
    manufacturer, model, _ = HARDWARE[letter]
    return device_model_id(manufacturer, model, "01", "01")


def clocks(since, until, recorded):
    """The two clocks of a fact."""
    return {"valid_from": since, "valid_to": until, "recorded_from": recorded}


def revision(number, model="A", fw=None, image=None, status="Current", since=DATES[0], until=END, **content):
    """What the list says of an entry. Without `fw` and `image` it is like no other entry; image `` is none."""
    manufacturer, model_code, device_type = HARDWARE[model]
    told = {
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
    return Revision(**{**told, **identity, **content})


def declaration(target, *bases, kind="", since=BEGINNING, until=END, declared=DATES[0], recorded=DATES[0]):
    """The Firmware Upgrade Path of an entry; without bases it is `none`, unless told otherwise."""
    bases = ";".join(map(six, bases))
    said = {"kind": kind or ("bases" if bases else "none"), "given": bases, "declared": declared, "amendment": "a1"}
    return Declaration(id=f"d{target}@{since.date()}", entry=six(target), **said, **clocks(since, until, recorded))


def acceptance(base, target, base_model="B", target_model="A", since=BEGINNING, until=END, recorded=DATES[0]):
    """A base accepted by name, for two device models given by their letters."""
    pair = {"id": f"c{base}-{target}@{since.date()}", "base": six(base), "target": six(target), "amendment": "a1"}
    models = {"base_model": hardware(base_model), "target_model": hardware(target_model)}
    return Acceptance(**pair, **models, **clocks(since, until, recorded))


def world(*facts: Fact, beliefs: dict[str, list[IdentityBelief]] | None = None) -> World:
    """A world of these facts, in any order."""
    revisions, declarations, acceptances = (
        [fact for fact in facts if isinstance(fact, kind)] for kind in (Revision, Declaration, Acceptance)
    )
    return World(revisions, declarations, acceptances, beliefs or {})


def terrain(given: World, known_at: datetime = NOW) -> TemporalGraph:
    """What the store would fetch of this world: all of it, with the derived rows.

    A world is what is believed, so `known_at` bears only on beliefs that were recorded later.
    """
    steps, held = derive_edges(given.facts, given.numbers)
    rows = [
        [(row, listing(row)) for row in given.revisions],
        [(row, (row.entry, declared(row))) for row in given.declarations],
        [(s, Step(s.base, s.target, s.declaration, s.acceptance, s.by_twin, s.listed)) for s in steps],
        [(row, HeldPair(row.base, row.target, row.code, row.declaration)) for row in held],
    ]
    said = [(entry, row) for entry, was in given.beliefs.items() for row in was if row.recorded_from <= known_at]
    return TemporalGraph(
        *([Timed(row.valid_from, row.valid_to, thing) for row, thing in some] for some in rows),
        [Timed(BEGINNING, END, one) for one in said],
        {row.id: row.recorded_from for row in given.acceptances},
    )


def near(given: World, at: datetime = NOW, known_at: datetime = NOW) -> Snapshot:
    """What holds of this world at an instant."""
    return terrain(given, known_at).at(at)


def listing(row: Revision) -> EntryInForce:
    """What the list says of an entry, as the terrain has it."""
    attributes = {name: getattr(row, name) for name in SHARED}
    return EntryInForce(number=row.entry, **attributes, descriptor=row.image_descriptor, recorded=row.recorded_from)


def declared(row: Declaration) -> DeclarationInForce:
    """A declaration, as the terrain has it."""
    return DeclarationInForce(row.id, row.kind, row.given, row.declared, row.recorded_from)


SIZES = (2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12)
HABITS = ("new", "new", "new", "new", "twin", "other-image")
DESCRIPTORS = ("", "", "", "Fragment 1 of 2 of version 4.8.0", "Fragment 2 of 2; Dual Band", "Fragment 1 of 1 of 3.9")
CERTIFICATES = (("", ""), ("[E] X1", "2022-10-15"), ("[R] X2", "2023-01-01"), ("[E] X3", "2030-01-01"), ("X4", "soon"))
SAYINGS = ("bases", "bases", "bases", "none", "nothing", "nothing", "not-supplied")


@st.composite
def worlds(draw, most=12, over_time=False, letters="AAABBCDEF"):
    """Declared graphs of 2 to `most` entries on 1 to 4 device models, twins, removed, blank and undeclared among them.

    Numbers are drawn in any order, so that nothing about an entry can be read from its number.
    """
    size = draw(st.sampled_from([size for size in SIZES if size <= most]))
    numbers = draw(st.lists(st.integers(1, 40), min_size=size, max_size=size, unique=True))
    models, contents = draw(st.lists(st.sampled_from(letters), min_size=1, max_size=4)), {}
    for number in map(six, numbers):
        contents[number] = draw(_contents(number, models, list(contents.values())))
    rows = [row for number in contents for row in draw(_revisions(number, contents[number], models, over_time))]
    most_bases = draw(st.integers(1, 5))
    said = [row for number in contents for row in draw(_declarations(number, contents, most_bases, over_time))]
    return World(rows, said, draw(_acceptances(rows, said, over_time)), draw(_beliefs(rows)))


@st.composite
def _contents(draw, number, models, before):
    """What one entry is: mostly new, else a twin of an earlier one or its version with another image."""
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
def _stretches(draw, over_time, first=BEGINNING):
    """One stretch, or up to three that follow each other."""
    cuts = draw(st.sets(st.sampled_from(DATES[1:]), max_size=2)) if over_time else set()
    edges = [first, *sorted(cut for cut in cuts if cut > first), END]
    return list(pairwise(edges))


@st.composite
def _revisions(draw, number, content, models, over_time):
    """What the list says of an entry over time: its status, its hardware and its image may change."""
    first = draw(st.sampled_from(DATES)) if over_time else DATES[0]
    rows = []
    for since, until in draw(_stretches(over_time, first)):
        rows.append(revision(number, since=since, until=until, **content))
        change = draw(st.sampled_from(["status", "model", "image", "descriptor"]))
        values = {"status": ["Current", "Removed"], "model": models, "image": ["", "5" * 64], "descriptor": [""]}
        content = {**content, change.replace("descriptor", "image_descriptor"): draw(st.sampled_from(values[change]))}
    return rows


@st.composite
def _declarations(draw, number, contents, most_bases, over_time):
    """What was declared for an entry over time: bases of its own hardware for the most part, of another, or unknown."""
    others = [other for other in contents if other != number]
    own = [other for other in others if contents[other]["model"] == contents[number]["model"]]
    bases = st.lists(st.sampled_from([*own, *others, PENDING]), min_size=1, max_size=most_bases, unique=True)
    rows = []
    for since, until in draw(_stretches(over_time)):
        kind = draw(st.sampled_from(SAYINGS))
        named = draw(bases) if kind == "bases" else []
        rows += [declaration(number, *named, kind=kind, since=since, until=until)] if kind != "nothing" else []
    return rows


@st.composite
def _acceptances(draw, rows, said, over_time):
    """Some of the bases that need it are accepted by name, now and then for hardware that they no longer have."""
    kinds: dict[str, list[Revision]] = {}
    for row in rows:
        kinds.setdefault(row.entry, []).append(row)
    accepted = {}
    for base, target in sorted({(base, row.entry) for row in said for base in row.bases if base in kinds}):
        of, to = draw(st.sampled_from(kinds[base])), draw(st.sampled_from(kinds[target]))
        if (of.device_model, of.device_type) != (to.device_model, to.device_type) and draw(st.integers(0, 3)):
            since, until = draw(st.sampled_from(draw(_stretches(over_time))))
            row = acceptance(base, target, since=since, until=until)
            models = {"base_model": of.device_model, "target_model": to.device_model}
            accepted[base, target] = row.model_copy(update=models)
    return list(accepted.values())


@st.composite
def _beliefs(draw, rows):
    """What an entry was believed to be when things were declared: now and then something else."""
    beliefs = {}
    for row in rows:
        was = draw(st.sampled_from(["same", "same", "other-version", "not-known"]))
        other = (row.device_model, "0" * 8 if was == "other-version" else row.firmware_version, row.image_hash)
        beliefs[row.entry] = [IdentityBelief(DATES[0], END, other)] if was != "not-known" else []
    return beliefs


@st.composite
def crossed(draw):
    """Up to nine entries, many of them undeclared, on device models between which accepted steps lead to and fro."""
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
    """A world and an instant: half of them change over time, a third have but two device models."""
    over_time = draw(st.booleans())
    found = draw(worlds(most, over_time, draw(st.sampled_from(["AAABBCDEF", "AAABBCDEF", "AB"]))))
    return found, draw(st.sampled_from([NOW, *found.moments])) if over_time else NOW
