"""Random sequences of small lists and bases files: the engine answers like a model that keeps every version.

The model has a Python list of all that was ever believed, one belief a load; a belief is a table with a cell for each
entry and each stretch between the few dates that are used. Nothing of service/rules is used in it.
"""

import os
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from service.rules.derive import in_force
from service.store import compartment, entries, facts
from service.store.memory import Memory
from tests.conftest import Ticking
from tests.loaders.files import CSV_VIEW, Desk, emptied, entry, midnight

BEGINNING = "0001-01-01"
DATES = ("2025-01-10", "2025-02-10", "2025-03-10", "2025-04-10")
EDGES = (BEGINNING, *DATES)
NUMBERS = (1, 2, 3, 4)
COLUMNS = (CSV_VIEW, (*CSV_VIEW, "cpa_date"), (*CSV_VIEW, "path"))
EXAMPLES = max(6, int(os.environ.get("PATHWAYS_EXAMPLES", "100")) // 10)
SAID = ("status", "model", "gbcs_version", "cpa_date")


@dataclass
class Belief:
    """What is believed: for each entry what the lists say of it, and what is declared, at each edge."""

    said: dict = field(default_factory=dict)
    declared: dict = field(default_factory=dict)


@dataclass
class Model:
    """All beliefs there ever were, each with the instant at which it was recorded; and the lists: (issued, from)."""

    beliefs: list = field(default_factory=lambda: [(None, Belief())])
    lists: list = field(default_factory=list)

    def load_list(self, nth, issued, rows, columns):
        """A list: the next, or one that is known and corrected. None where it is refused."""
        new = deepcopy(self.beliefs[-1][1])
        known, since = self.lists[:], max([issued, *(start for _, start in self.lists)])
        if nth == len(known):
            known.append((issued, since))
        since = known[nth][1]
        until = min([start for _, start in known[nth + 1 :]], default="end")
        for row in rows:
            of_list(new.said.setdefault(row["number"], dict.fromkeys(EDGES)), row, columns, since, until)
        edits = [(row["number"], parsed(row["path"]), "") for row in rows if "path" in columns and row["path"]]
        if not declare(new, edits, f"list {len(self.beliefs)}"):
            return None
        self.lists = known
        return new

    def load_bases(self, rows):
        """A file of bases. None where it is refused: an entry that is on no list cannot be accepted."""
        new = deepcopy(self.beliefs[-1][1])
        edits = [(f"{number:06}", parsed(cell), since) for number, cell, since, _ in rows]
        accepted = {number for *_, accept in rows if accept for number in parsed(accept).split(";")}
        taken = declare(new, edits, f"bases {len(self.beliefs)}") and all(map(new.said.get, accepted))
        return new if taken else None


def of_list(cells, row, columns, since, until):
    """What a list says of an entry, over its stretch; an entry that was unknown then stays until it is known."""
    before = cells[since]
    if before is None:
        until = min([edge for edge in EDGES if edge > since and cells[edge]], default="end")
    content = {name: row[name] if name in columns else (before or {}).get(name, "") for name in SAID}
    cells.update({edge: content for edge in EDGES if since <= edge < until})


def declare(belief, edits, tag):
    """Declarations, each from its date to the next of its entry. False where one of them is refused."""
    for number in sorted({number for number, _, _ in edits}):
        cells = belief.declared.setdefault(number, dict.fromkeys(EDGES))
        own = sorted((since or BEGINNING, since == "", bases) for target, bases, since in edits if target == number)
        wanted = dict(cells)
        for (since, undated, bases), until in zip(own, [*(start for start, _, _ in own[1:]), "end"], strict=True):
            inside = [edge for edge in EDGES if since <= edge < until]
            there = [cells[edge] for edge in inside]
            if all(cell and cell[0] == bases for cell in there):
                continue
            if undated and len([cell for cell, _ in groupby(there) if cell]) > 1:
                return False
            wanted.update(dict.fromkeys(inside, (bases, tag)))
        cells.update(wanted)
    return all(belief.said.get(number) for number, _, _ in edits)


def parsed(cell):
    """Bases as they are kept."""
    return "" if cell == "N/A" else ";".join(sorted(f"{number:0>6}" for number in cell.split(";")))


@st.composite
def cells_of_bases(draw, target):
    """N/A, or one or two others; 9 is on no list."""
    others = st.sampled_from([number for number in (*NUMBERS, 9) if number != target])
    bases = draw(st.lists(others, max_size=2, unique=True))
    return ";".join(map(str, bases)) or "N/A"


@st.composite
def list_rows(draw):
    """Some of the entries, now and then of another board, removed, or with another certificate date."""
    numbers = draw(st.lists(st.sampled_from(NUMBERS), min_size=1, unique=True))
    return [
        entry(
            number,
            status=draw(st.sampled_from(["Current", "Current", "Removed"])),
            model=draw(st.sampled_from(["0001", "0001", "0002"])),
            gbcs_version=draw(st.sampled_from(["", "GBCS A", "GBCS B"])),
            image_hash=draw(st.sampled_from(["", "A" * 64])),
            firmware_version="0000000" + draw(st.sampled_from("12")),
            cpa_date=draw(st.sampled_from(["", "2030-01-01"])),
            path=draw(st.one_of(st.just(""), cells_of_bases(number))),
        )
        for number in numbers
    ]


@st.composite
def bases_rows(draw):
    """Rows of a bases file, of different entries or of one from different dates, some with an acceptance."""
    keys = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["", "", *DATES]))
    rows = []
    for number, since in draw(st.lists(keys, min_size=1, max_size=3, unique=True)):
        cell = draw(cells_of_bases(number))
        accept = "" if cell == "N/A" else draw(st.sampled_from(["", cell.split(";")[0]]))
        rows.append((number, cell, since, accept))
    return rows


LIST = st.tuples(st.just("list"), list_rows(), st.sampled_from(DATES), st.sampled_from(COLUMNS))
CORRECTION = st.tuples(st.just("correction"), list_rows(), st.integers(0, 5), st.sampled_from(COLUMNS))
BASES = st.tuples(st.just("bases"), bases_rows(), st.none(), st.none())
SEQUENCES = st.tuples(LIST, st.lists(st.one_of(LIST, CORRECTION, BASES, BASES), min_size=2, max_size=5))


@settings(max_examples=EXAMPLES)
@given(drawn=SEQUENCES, seed=st.integers(0, 99))
def test_the_engine_answers_like_a_list_of_all_beliefs(opened, tmp_path_factory, drawn, seed):
    """As of every pair of instants; every file loaded twice is as loaded once; and verification finds no fault."""
    desk = Desk(emptied(opened), Ticking(midnight("2026-06-01")), tmp_path_factory.mktemp("sequence"))
    model = Model()
    for operation in (drawn[0], *drawn[1]):
        step(desk, model, operation)
    for recorded, belief in model.beliefs[1:]:
        compare(desk, recorded, belief)
    recorded, belief = model.beliefs[1:][seed % len(model.beliefs[1:])]
    shown(desk, recorded, belief, max(DATES[seed % len(DATES)], model.lists[0][1]))
    assert desk.faults(4) == []


def step(desk, model, operation):
    """Loads a file twice, and lets the model believe it too."""
    kind, rows, what, columns = operation
    if kind == "bases":
        new, load = model.load_bases(rows), partial(desk.bases, *rows)
    else:
        nth = len(model.lists) if kind == "list" else what % len(model.lists)
        issued = what if kind == "list" else model.lists[nth][0]
        new = model.load_list(nth, issued, rows, columns)
        load = partial(desk.issue, f"1.{nth + 1:03}", issued, rows, *columns, correction=True)
    before = compartment.read(desk.graph)
    report = load()
    after = compartment.read(desk.graph)
    assert (new is None) == bool(report.refusals)
    assert report.applied == (after != before)
    if report.applied:
        model.beliefs.append((after.recorded, new))
    elif new:
        compare(desk, after.recorded, new)
    again = load()
    assert (again.applied, compartment.read(desk.graph)) == (False, after)


def compare(desk, recorded, belief):
    """The facts believed at a recorded instant, at every edge."""
    found = facts.everything(desk.graph, recorded)
    for edge in EDGES:
        at = midnight(edge)
        said = {n: row for n, rows in found.revisions.items() if (row := in_force(rows, at))}
        expected = {n: cells[edge] for n, cells in belief.said.items() if cells[edge]}
        assert {n: {name: getattr(row, name) for name in SAID} for n, row in said.items()} == expected
        declared = {n: row for n, rows in found.declarations.items() if (row := in_force(rows, at))}
        expected = {n: cells[edge][0] for n, cells in belief.declared.items() if cells[edge]}
        assert {n: row.given for n, row in declared.items()} == expected
        assert all(row.kind == ("bases" if row.given else "none") for row in declared.values())


def shown(desk, recorded, belief, edge):
    """The entries as a question of both clocks shows them."""
    moment = Memory(desk.graph, desk.clock).moment(midnight(edge), recorded)
    items = entries.search(desk.graph, moment, entries.Filters(), "", 100)
    expected = {n: cells[edge]["gbcs_version"] or None for n, cells in belief.said.items() if cells[edge]}
    assert {item.number: item.gbcs_version for item in items} == expected
    declared = {n: cells[edge][0] for n, cells in belief.declared.items() if cells[edge] and n in expected}
    told = {item.number: ";".join(item.declaration.bases) for item in items if item.declaration.kind != "not-supplied"}
    assert told == declared
