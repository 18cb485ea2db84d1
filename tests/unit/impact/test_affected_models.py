"""The groups of entries that a change can affect, and the instants at which answers in them may change."""

from dataclasses import replace

import networkx as nx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.domain.clock import END
from service.rules.facts.changeset import ChangeSet, RowChanges
from service.rules.facts.grouped_facts import Facts
from service.rules.impact.affected_models import (
    affected_model_groups,
    changed_entries,
    differing_keys,
    later_boundaries,
    redeclared_entries,
)
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.impact.test_differences_against_oracle import believed
from tests.worlds import DATES, NOW, acceptance, declaration, revision, six, world, worlds

SOON, LATER = NOW.replace(month=6), NOW.replace(month=9)


def test_the_changed_entries_are_those_of_closed_and_added_rows():
    """Entries of revisions and declarations, and both ends of an acceptance."""
    changes = ChangeSet(
        revisions=RowChanges([revision(1)], [revision(2)]),
        declarations=RowChanges([declaration(3)], [declaration(4, 9)]),
        acceptances=RowChanges([acceptance(5, 6)], [acceptance(7, 8)]),
    )
    assert changed_entries(changes) == set(map(six, range(1, 9)))
    assert changed_entries(ChangeSet()) == set()


@reaching("one of several groups", "two groups")
@settings(max_examples=share(5, 5))
@given(worlds(5, True), worlds(5, True), st.lists(st.integers(0, 15), max_size=3))
@example(world(revision(1), revision(2, "C")), world(), [0])
@example(world(revision(1), revision(2, "C")), world(), [0, 1])
def test_the_groups_are_connected_components_of_entries_and_device_models(before, after, drawn):
    """Over all time, before and after the change; without the groups of entries that are not given."""
    graph = nx.Graph()
    for known in (before, after):
        graph.add_edges_from((row.entry, row.device_model) for row in known.revisions)
        graph.add_edges_from((row.base, row.target) for row in known.acceptances)
    numbers = sorted({*before.numbers, *after.numbers})
    entries = [numbers[place % len(numbers)] for place in drawn]
    parts = [sorted(set(part) & set(numbers)) for part in nx.connected_components(graph)]
    due = [part for part in parts if set(part).intersection(entries)]
    groups = affected_model_groups(before.facts, after.facts, entries)
    reached("one of several groups", len(due) < len(parts))
    reached("two groups", len(due) > 1)
    assert sorted(groups) == sorted(due)


def test_an_entry_that_no_list_has_is_in_no_group():
    """It is unknown before and after the change."""
    facts = world(revision(1)).facts
    assert affected_model_groups(facts, facts, [six(1), six(9)]) == [[six(1)]]


def test_an_acceptance_joins_the_device_models_of_its_ends():
    """It does so if it exists before the change alone, or after the change alone."""
    apart = world(revision(1, "B"), revision(2))
    joined = world(*apart.revisions, acceptance(1, 2))
    for before, after in ((apart, joined), (joined, apart)):
        assert affected_model_groups(before.facts, after.facts, [six(2)]) == [[six(1), six(2)]]
    assert affected_model_groups(apart.facts, apart.facts, [six(2)]) == [[six(2)]]


def boundaries(before, after, entries, now=NOW):
    """The later boundaries of some entries."""
    return later_boundaries(world(*before).facts, world(*after).facts, map(six, entries), now)


def test_the_boundaries_are_the_starts_and_ends_after_now():
    """Of revisions, declarations, and acceptances for a target; now itself and open ends are no boundaries."""
    rows = [revision(1, since=NOW, until=SOON), revision(1, since=SOON), declaration(1, since=LATER)]
    assert boundaries(rows, [], [1]) == boundaries([], rows, [1]) == [SOON, LATER]
    assert boundaries(rows, [], [1], now=SOON) == [LATER]
    assert boundaries(rows, [], [2]) == []
    accepted = [acceptance(1, 2, since=SOON, until=LATER)]
    assert boundaries(accepted, [], [2]) == [SOON, LATER]
    assert boundaries(accepted, [], [1]) == []


@settings(max_examples=share(5, 5))
@given(worlds(6, True), st.sampled_from([*DATES, NOW]))
def test_the_boundaries_of_all_entries_are_those_of_all_facts(known, now):
    """Each instant once and in order; all of a world lies before NOW except open ends."""
    rows = [*known.revisions, *known.declarations, *known.acceptances]
    due = {edge for row in rows for edge in (row.valid_from, row.valid_to) if now < edge < END}
    entries = [*known.numbers, *(row.target for row in known.acceptances)]
    assert later_boundaries(known.facts, Facts(), entries, now) == sorted(due)


def test_the_redeclared_entries_have_other_declarations_or_acceptances():
    """Of the entries given alone; another revision does not count."""
    before = world(*map(revision, range(1, 6)), declaration(1), declaration(2, 1), acceptance(1, 3))
    after = world(declaration(1), declaration(2), declaration(4, 1), acceptance(1, 5))
    every = list(map(six, range(1, 6)))
    assert redeclared_entries(before.facts, after.facts, every) == {six(2), six(3), six(4), six(5)}
    assert redeclared_entries(before.facts, after.facts, every[:2]) == {six(2)}
    assert redeclared_entries(before.facts, replace(before.facts, revisions={}), every) == set()


@settings(max_examples=share(5, 5))
@given(worlds(5))
def test_nothing_is_redeclared_by_no_change(known):
    """The facts of a world compared with an equal copy."""
    assert redeclared_entries(known.facts, believed(known.facts).facts, known.numbers) == set()


def test_keys_differ_if_one_mapping_lacks_the_key_or_has_another_value():
    """Of the keys given alone."""
    some, other = {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 9, "d": 4}
    assert differing_keys(some, other, "abcde") == {"b", "c", "d"}
    assert differing_keys(some, other, "ab") == {"b"}
