"""Random sequences of lists, bases, amendments and reverts: the graph gives the same answers as a model.

The model has a list of all recorded states, one state per load. A state is a table with a cell for each entry and each
interval between the few dates in use. The model uses no code of service/rules.
"""

import os
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from service.application.amendments import edit_impact
from service.application.amendments.commit import ProposedAmendment, amend, plan_revert, revert
from service.application.entries import entries
from service.application.pathways.graph_cache import GraphCache
from service.domain.amendments import AmendmentRecord
from service.domain.edits import Edit
from service.domain.facts import split_bases
from service.errors import AmendedSince, EditsRefused
from service.repositories import compartments, facts
from service.rules.facts.grouped_facts import row_in_force
from service.rules.impact.counters import PageWindow
from tests.conftest import Ticking
from tests.loaders.files import CSV_VIEW, Desk, entry, midnight
from tests.properties import share
from tests.templates import emptied

BEGINNING = "0001-01-01"
DATES = ("2025-01-10", "2025-02-10", "2025-03-10", "2025-04-10")
EDGES = (BEGINNING, *DATES)
NUMBERS = (1, 2, 3, 4)
COLUMNS = (CSV_VIEW, (*CSV_VIEW, "cpa_date"), (*CSV_VIEW, "path"))
MOST = int(os.environ.get("PATHWAYS_LONGEST", "12"))
EXAMPLES = share(10, least=6)
SAID = ("status", "model", "gbcs_version", "cpa_date")


@dataclass
class Belief:
    """A recorded state: for each entry and each edge date, the listed attributes and the declaration."""

    said: dict = field(default_factory=dict)
    declared: dict = field(default_factory=dict)


@dataclass
class Model:
    """All recorded states with their recorded instants, and the lists as (issued, effective from).

    `made` has the amendments: id, changed cells, and the indexes of the states before and after.
    """

    beliefs: list = field(default_factory=lambda: [(None, Belief())])
    lists: list = field(default_factory=list)
    made: list = field(default_factory=list)

    def load_list(self, nth, issued, rows, columns):
        """The state after the next list or a correction of a known one; None if the list is refused."""
        new = deepcopy(self.beliefs[-1][1])
        known, since = self.lists[:], max([issued, *(start for _, start in self.lists)])
        if nth == len(known):
            known.append((issued, since))
        since = known[nth][1]
        until = min([start for _, start in known[nth + 1 :]], default="end")
        for row in rows:
            set_listed(new.said.setdefault(row["number"], dict.fromkeys(EDGES)), row, columns, since, until)
        edits = [(row["number"], parsed(row["path"]), "") for row in rows if "path" in columns and row["path"]]
        if not declare(new, edits, f"list {len(self.beliefs)}"):
            return None
        self.lists = known
        return new

    def load_bases(self, rows):
        """The state after a bases file; None if the file is refused: an accepted entry must be on a list."""
        new = deepcopy(self.beliefs[-1][1])
        edits = [(f"{number:06}", parsed(cell), since) for number, cell, since, _ in rows]
        accepted = {number for *_, accept in rows if accept for number in parsed(accept).split(";")}
        accepted_edits = declare(new, edits, f"bases {len(self.beliefs)}") and all(map(new.said.get, accepted))
        return new if accepted_edits else None

    def amend(self, rows):
        """The state after edits; None if one has no effect or would end several periods without a date."""
        new = deepcopy(self.beliefs[-1][1])
        edits = [(f"{number:06}", cell if cell is None else parsed(cell), since) for number, cell, since, _ in rows]
        accepted_edits = declare(new, edits, f"amendment {len(self.beliefs)}", no_effect=False)
        return new if accepted_edits else None

    def revert(self, nth):
        """The state after a revert; None if the amendment changed no cell, or a cell has changed again since."""
        _, cells, before, after = self.made[nth]
        was, then, new = self.beliefs[before][1], self.beliefs[after][1], deepcopy(self.beliefs[-1][1])
        for number, edge in cells:
            if new.declared[number][edge] != then.declared[number][edge]:
                return None
            new.declared[number][edge] = was.declared.get(number, {}).get(edge)
        return new if cells else None

    def keep(self, name, recorded, new, cells):
        """Adds a recorded state."""
        self.beliefs.append((recorded, new))
        self.made.append((name, cells, len(self.beliefs) - 2, len(self.beliefs) - 1))


def set_listed(cells, row, columns, since, until):
    """Sets the cells of an entry from its list on; an unlisted entry keeps them until the next list that has it."""
    before = cells[since]
    if before is None:
        until = min([edge for edge in EDGES if edge > since and cells[edge]], default="end")
    content = {name: row[name] if name in columns else (before or {}).get(name, "") for name in SAID}
    cells.update({edge: content for edge in EDGES if since <= edge < until})


def declare(belief, edits, tag, no_effect=True):
    """Declares bases from each date to the entry's next one; False if an edit is refused.

    `no_effect`: whether an edit may change nothing. A withdrawal (None) changes nothing where there is no declaration.
    """
    for number in sorted({number for number, _, _ in edits}):
        cells = belief.declared.setdefault(number, dict.fromkeys(EDGES))
        own = sorted((since or BEGINNING, since == "", bases) for target, bases, since in edits if target == number)
        wanted = dict(cells)
        for (since, undated, bases), until in zip(own, [*(start for start, _, _ in own[1:]), "end"], strict=True):
            inside = [edge for edge in EDGES if since <= edge < until]
            current = [cells[edge] for edge in inside]
            if all(cell and cell[0] == bases for cell in current) or (bases is None and not any(current)):
                if not no_effect:
                    return False
                continue
            if undated and len([said for said, _ in groupby(current, lambda cell: cell and cell[:1]) if said]) > 1:
                return False
            wanted.update(dict.fromkeys(inside, (bases, tag)))
        cells.update(wanted)
    return all(belief.said.get(number) for number, _, _ in edits)


def parsed(cell):
    """Bases as the graph stores them."""
    return "" if cell == "N/A" else ";".join(sorted(f"{number:0>6}" for number in cell.split(";")))


@st.composite
def cells_of_bases(draw, target):
    """N/A, or one or two other entries; 9 is on no list."""
    others = st.sampled_from([number for number in (*NUMBERS, 9) if number != target])
    bases = draw(st.lists(others, max_size=2, unique=True))
    return ";".join(map(str, bases)) or "N/A"


@st.composite
def list_rows(draw):
    """Some of the entries, sometimes with another device model, a removed status or another certificate date."""
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
    """Rows of a bases file, of different entries or of one entry from different dates, some with an acceptance."""
    keys = st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["", "", *DATES]))
    rows = []
    for number, since in draw(st.lists(keys, min_size=1, max_size=3, unique=True)):
        cell = draw(cells_of_bases(number))
        accept = "" if cell == "N/A" else draw(st.sampled_from(["", cell.split(";")[0]]))
        rows.append((number, cell, since, accept))
    return rows


@st.composite
def amended_rows(draw):
    """Edits of different entries, or of one entry from different dates; None withdraws."""
    keys = st.tuples(st.sampled_from(NUMBERS[1:3]), st.sampled_from(["", "", "", *DATES[1:3]]))
    keys = draw(st.lists(keys, min_size=1, max_size=2, unique=True))
    return [(number, draw(st.one_of(st.none(), cells_of_bases(number))), since, "") for number, since in keys]


LIST = st.tuples(st.just("list"), list_rows(), st.sampled_from(DATES), st.sampled_from(COLUMNS))
CORRECTION = st.tuples(st.just("correction"), list_rows(), st.integers(0, 5), st.sampled_from(COLUMNS))
BASES = st.tuples(st.just("bases"), bases_rows(), st.none(), st.none())
AMENDMENT = st.tuples(st.just("amend"), amended_rows(), st.none(), st.none())
REVERT = st.tuples(st.just("revert"), st.none(), st.integers(0, 9), st.none())
SEQUENCES = st.tuples(LIST, st.lists(st.one_of(LIST, CORRECTION, BASES, BASES, AMENDMENT), min_size=2, max_size=5))
ALL = ("list", [entry(number) for number in NUMBERS], DATES[0], CSV_VIEW)
KINDS = st.one_of(AMENDMENT, AMENDMENT, AMENDMENT, REVERT, REVERT, REVERT, LIST, BASES)
AMENDED = st.tuples(st.just(ALL), st.lists(KINDS, min_size=MOST // 2, max_size=MOST))


@settings(max_examples=EXAMPLES)
@given(drawn=SEQUENCES, seed=st.integers(0, 99))
def test_the_graph_answers_like_a_model_of_all_recorded_states(opened, tmp_path_factory, drawn, seed):
    """As of every pair of instants; loading a file twice equals loading the file once; verification finds no faults."""
    run_and_compare(opened, tmp_path_factory, drawn, seed)


@settings(max_examples=EXAMPLES)
@given(drawn=AMENDED, seed=st.integers(0, 99))
def test_long_sequences_of_amendments_and_reverts_equal_the_model(opened, tmp_path_factory, drawn, seed):
    """Amendments, reverts and reverts of reverts, with lists and files between; later amendments block a revert."""
    run_and_compare(opened, tmp_path_factory, drawn, seed)


def run_and_compare(opened, tmp_path_factory, drawn, seed):
    """Runs all drawn operations, then compares every recorded state."""
    desk = Desk(emptied(opened), Ticking(midnight("2026-06-01")), tmp_path_factory.mktemp("sequence"))
    model = Model()
    for operation in (drawn[0], *drawn[1]):
        step(desk, model, operation)
    for recorded, belief in model.beliefs[1:]:
        compare(desk, recorded, belief)
    recorded, belief = model.beliefs[1:][seed % len(model.beliefs[1:])]
    compare_search(desk, recorded, belief, max(DATES[seed % len(DATES)], model.lists[0][1]))
    assert desk.faults(4) == []


def run_amendment(desk, model, rows):
    """Makes an amendment with its quoted impact, in the graph and in the model."""
    edits = [
        Edit(
            f"{number:06}", None if cell is None else split_bases(parsed(cell)), (), midnight(since) if since else None
        )
        for number, cell, since, _ in rows
    ]
    name, new = f"amendment-{len(model.beliefs)}", model.amend(rows)
    wanted = AmendmentRecord(name, "test", "because", "", "test")
    amend_and_retry(
        desk, new, wanted,
        lambda now: edit_impact.edits_impact(desk.graph, edits, now, now, PageWindow())[0].id,
        lambda quoted: amend(desk.graph, desk.clock, ProposedAmendment(wanted, quoted), edits),
    )  # fmt: skip
    if new:
        old, tag = model.beliefs[-1][1], f"amendment {len(model.beliefs)}"
        said = [(number, edge) for number, cells in new.declared.items() for edge, cell in cells.items()
                if cell and cell[1] == tag and cell != old.declared.get(number, {}).get(edge)]  # fmt: skip
        model.keep(name, desk.now, new, said)


def run_revert(desk, model, what):
    """Reverts an amendment or an earlier revert, in the graph and in the model."""
    if not model.made:
        return
    nth = what % len(model.made)
    undone, cells, _, after = model.made[nth]
    name, new = f"revert-{len(model.beliefs)}", model.revert(nth)
    if new and accepted(desk, desk.now, cells) != accepted(desk, model.beliefs[after][0], cells):
        return  # the model has no acceptances, so a change of one cannot be compared
    wanted = AmendmentRecord(name, "test", "because", "", "test", reverts=undone)
    amend_and_retry(
        desk,
        new,
        wanted,
        lambda now: plan_revert(desk.graph, undone, "", now, now).impact(now, now, PageWindow())[0].id,
        lambda quoted: revert(desk.graph, desk.clock, ProposedAmendment(wanted, quoted)),
    )
    if new:
        model.keep(name, desk.now, new, cells)


def accepted(desk, known_at, cells):
    """The acceptances of the entries of these cells."""
    entries = {number for number, _ in cells}
    rows = facts.all_facts(desk.graph, known_at).acceptances.values()
    return {(a.base, a.target, a.base_model, a.target_model, a.valid_from, a.valid_to)
            for some in rows for a in some if a.target in entries}  # fmt: skip


def amend_and_retry(desk, new, wanted, quote, make):
    """Quotes, makes and repeats an amendment; the repetition has no effect. A refused amendment changes nothing."""
    desk.clock.forward(hours=1)
    before = compartments.read_state(desk.graph)
    if new is None:
        with pytest.raises((EditsRefused, AmendedSince)):
            quote(desk.clock.now)
        with pytest.raises((EditsRefused, AmendedSince)):
            make("")
        assert compartments.read_state(desk.graph) == before
        return
    done = make(quote(desk.clock.now))
    assert (done.link.id, done.impact is None) == (wanted.id, False)
    event("reverted" if wanted.reverts else "amended")
    after = compartments.read_state(desk.graph)
    assert after.sequence == before.sequence + 1
    assert (make("").impact, compartments.read_state(desk.graph)) == (None, after)


def step(desk, model, operation):
    """Runs one operation in the graph and in the model."""
    kind, rows, what, _ = operation
    if kind == "amend":
        return run_amendment(desk, model, rows)
    if kind == "revert":
        return run_revert(desk, model, what)
    return run_load(desk, model, operation)


def run_load(desk, model, operation):
    """Loads a file twice into the graph and once into the model."""
    kind, rows, what, columns = operation
    if kind == "bases":
        new, load = model.load_bases(rows), partial(desk.bases, *rows)
    else:
        nth = len(model.lists) if kind == "list" else what % len(model.lists)
        issued = what if kind == "list" else model.lists[nth][0]
        new = model.load_list(nth, issued, rows, columns)
        load = partial(desk.issue, f"1.{nth + 1:03}", issued, rows, *columns, correction=True)
    before = compartments.read_state(desk.graph)
    report = load()
    after = compartments.read_state(desk.graph)
    assert (new is None) == bool(report.refusals)
    assert report.applied == (after != before)
    if report.applied:
        model.beliefs.append((after.recorded, new))
    elif new:
        compare(desk, after.recorded, new)
    again = load()
    assert (again.applied, compartments.read_state(desk.graph)) == (False, after)


def compare(desk, recorded, belief):
    """Asserts that the facts known at a recorded instant equal the state at every edge date."""
    known_facts = facts.all_facts(desk.graph, recorded)
    for edge in EDGES:
        at = midnight(edge)
        listed = {n: row for n, rows in known_facts.revisions.items() if (row := row_in_force(rows, at))}
        expected = {n: cells[edge] for n, cells in belief.said.items() if cells[edge]}
        assert {n: {name: getattr(row, name) for name in SAID} for n, row in listed.items()} == expected
        declared = {n: row for n, rows in known_facts.declarations.items() if (row := row_in_force(rows, at))}
        expected = {n: declared_as(cells[edge][0]) for n, cells in belief.declared.items() if cells.get(edge)}
        assert {n: (row.kind, row.given) for n, row in declared.items()} == expected


def declared_as(bases):
    """The kind and bases of a cell."""
    return ("not-supplied", "") if bases is None else ("bases" if bases else "none", bases)


def compare_search(desk, recorded, belief, edge):
    """Asserts that a search as of both instants shows the entries of the state."""
    moment = GraphCache(desk.graph, desk.clock).as_of(midnight(edge), recorded)
    items = entries.fetch_entries(desk.graph, moment, entries.EntryFilters(), "", 100)
    expected = {n: cells[edge]["gbcs_version"] or None for n, cells in belief.said.items() if cells[edge]}
    assert {item.number: item.gbcs_version for item in items} == expected
    declared = {
        n: cells[edge][0]
        for n, cells in belief.declared.items()
        if cells[edge] and cells[edge][0] is not None and n in expected
    }
    told = {item.number: ";".join(item.declaration.bases) for item in items if item.declaration.kind != "not-supplied"}
    assert told == declared
