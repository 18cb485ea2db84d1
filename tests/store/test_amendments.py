"""Random amendments of random worlds on both engines: an amendment has the effect of its impact, a revert undoes it.

The impact is compared with two brute-force sets of answers for all pairs; so are the engine's own answers. Several
worlds share a graph and do not interact.
"""

import random
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from service.application.amendments import commit, edit_impact
from service.application.amendments.commit import ProposedAmendment
from service.application.amendments.edit_impact import amendment_impact
from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.application.verify import verify
from service.domain.amendments import AmendmentRecord
from service.domain.as_of import AsOf
from service.domain.listings import ListVersion
from service.errors import AmendmentConflict, EditsRefused
from service.repositories import compartments, facts
from service.rules.facts.grouped_facts import Facts
from service.rules.impact.counters import PageWindow
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import ROOM, moved, number, written
from tests.unit.impact.test_differences_against_oracle import believed, changed_worlds, expanded_page
from tests.unit.oracles.impact import answers, difference, instants
from tests.worlds import DATES, NOW

pytestmark = pytest.mark.seconds(6)

TOGETHER = 4
TURNS = share(25, least=3)
ALL = PageWindow(limit=10**9)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)


def clock():
    """A clock that stands still, so that each write is recorded one microsecond after the previous one."""
    return NOW


def edit_of_world(edit, nth):
    """The edit with the entry numbers of the nth world."""
    bases = None if edit.bases is None else tuple(dict.fromkeys(number(base, nth) for base in edit.bases))
    accept = tuple(number(base, nth) for base in edit.accept)
    return replace(edit, entry=number(edit.entry, nth), bases=bases, accept=accept)


@reaching("made and taken back")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn=st.lists(st.booleans().flatmap(changed_worlds), min_size=TOGETHER, max_size=TOGETHER),
    seed=st.integers(0, 999),
)
def test_an_amendment_does_what_its_impact_said_and_its_revert_undoes_it(afresh, drawn, seed):
    """An earlier recorded instant still gives the earlier facts."""
    graph = afresh()
    worlds = [
        (nth, moved(known, nth), [edit_of_world(edit, nth) for edit in edits])
        for nth, (known, edits) in enumerate(drawn)
    ]
    written(graph, [known for _, known, _ in worlds])
    snapshots, chance = [], random.Random(seed)
    for nth, _, edits in worlds:
        before = state(graph, nth)
        snapshots.append((nth, *before))
        name = f"amendment-{nth}"
        if not made(graph, nth, edits, name, before, chance):
            continue
        undone(graph, nth, name, before)
        reached("made and taken back")
        snapshots.append((nth, *state(graph, nth)))
    for nth, recorded, rows_ in snapshots:
        assert rows(graph, nth, recorded) == rows_
    assert verify(graph, clock, 5).faults == []


def state(graph, nth):
    """The last recorded instant, and the rows of a world as of that instant."""
    recorded = compartments.read_state(graph).recorded
    return recorded, rows(graph, nth, recorded)


def rows(graph, nth, known_at):
    """All facts of a world and the edges derived from them."""
    every = facts.all_facts(graph, known_at)
    steps, held = facts.derived_rows(graph, known_at)
    groups = (every.revisions, every.declarations, every.acceptances)
    rows_ = [sorted(repr(row) for rows in group.values() for row in rows if in_world(row, nth)) for group in groups]
    return [*rows_, sorted(repr(row) for row in (*steps, *held) if in_world(row, nth))]


def in_world(row, nth):
    """Whether a row belongs to the nth world."""
    return int(getattr(row, "entry", None) or row.target) // ROOM == nth


def of_world(graph, nth, known_at):
    """The facts of a world, for the oracle."""
    every = facts.all_facts(graph, known_at)
    groups = (every.revisions, every.declarations, every.acceptances)
    return believed(Facts(*({k: v for k, v in group.items() if in_world(v[0], nth)} for group in groups)))


def made(graph, nth, edits, name, before, chance):
    """Makes the amendment and compares its impact with the oracle. False if the edits are refused."""
    try:
        seen, _ = edit_impact.edits_impact(graph, edits, NOW, before[0], ALL)
    except EditsRefused as refused:
        event(f"refused: {refused.slug}")
        return False
    if not seen.empty:
        with pytest.raises(AmendmentConflict):
            commit.amend(graph, clock, ProposedAmendment(AmendmentRecord(name, "test", "a reason", "", "test")), edits)
        assert state(graph, nth) == before
    done = commit.amend(
        graph, clock, ProposedAmendment(AmendmentRecord(name, "test", "a reason", "", "test"), seen.id), edits
    )
    event("empty" if seen.empty else "not empty")
    was, is_ = (of_world(graph, nth, when) for when in (before[0], done.link.recorded))
    for told in (seen, done.impact, amendment_impact(graph, done.link, ALL)[0]):
        compared(told, was, is_)
        assert (told.id, told.counts, told.summary) == (seen.id, seen.counts, seen.summary)
    at = chance.choice(seen.dates)
    for world, known_at in ((was, before[0]), (is_, done.link.recorded)):
        assert answered(graph, world, max(at, known_at), known_at) == answers(world, max(at, known_at), world.numbers)
    return True


def compared(impact, before_facts, after_facts):
    """Asserts that an impact equals the difference of all answers at each of its dates, and that no date is missing."""
    listed, last = expanded_page(impact, before_facts, after_facts), None
    assert {at for _, at in listed} <= set(impact.dates)
    for at in instants(before_facts, after_facts, impact.at):
        expected = difference(before_facts, after_facts, at)
        if at in impact.dates:
            last = expected
            assert {kind: value for (kind, when), value in listed.items() if when == at} == expected
        assert last == expected


def answered(graph, world, at, known_at):
    """The service's answer for every ordered pair."""
    memory, moment, answers_ = GraphCache(graph, clock), AsOf(at, known_at, LIST), {}
    for base, target in permutations(world.numbers, 2):
        answer = pathways.find_pathway(memory, moment, base, target, False)
        path = (base, *(step.target for step in answer.steps)) if answer.outcome == "route" else ()
        answers_[base, target] = (answer.outcome, path)
    return answers_


def undone(graph, nth, name, before):
    """Reverts the amendment and asserts that the earlier facts and edges are in force again."""
    recorded = compartments.read_state(graph).recorded
    seen = commit.plan_revert(graph, name, "", NOW, recorded).impact(NOW, recorded, ALL)[0]
    back = AmendmentRecord(f"{name}-back", "test", "an error", "", "test", reverts=name)
    done = commit.revert(graph, clock, ProposedAmendment(back, seen.id))
    before_facts, after_facts = (of_world(graph, nth, when) for when in (recorded, done.link.recorded))
    compared(done.impact, before_facts, after_facts)
    first = of_world(graph, nth, before[0])
    assert comparable(after_facts, first) == comparable(first, after_facts)
    assert difference(first, after_facts, NOW) == {}
    with pytest.raises(AmendmentConflict):
        commit.plan_revert(graph, name, "", NOW, done.link.recorded)


def comparable(world, other):
    """What is in force at each instant at which a fact of either world changes: declarations, and acceptances of their
    bases.

    An acceptance of an undeclared base has no effect. A random world may have one, and an amendment that declares the
    base puts the acceptance in force; the revert drops the base and ends the acceptance.
    """
    edges = sorted({*world.moments, *other.moments})
    declared = {
        (at, d.entry): (d.kind, d.bases, d.declared) for d in world.declarations for at in edges if d.span.contains(at)
    }
    accepted = {
        (at, a.base, a.target, a.base_model, a.target_model)
        for a in world.acceptances
        for at in edges
        if a.span.contains(at) and a.base in declared.get((at, a.target), ("", ()))[1]
    }
    return declared, accepted
