"""Changes of an answer over time on both engines, compared with asking at every instant, and their causes."""

from datetime import timedelta
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.application.pathways import pathways
from service.application.pathways.answer_history import list_changes
from service.application.pathways.graph_cache import GraphCache
from service.errors import EntryNotFound, InvalidQuestion
from service.repositories import amendment_chain, compartments, facts, list_versions
from service.repositories import answer_history as store
from service.schemas.requests.answer_history import ChangesQuestion
from tests.conftest import Ticking
from tests.loaders.files import Desk, entry, midnight
from tests.loaders.test_sequences import BASES, CORRECTION, DATES, LIST, NUMBERS
from tests.properties import share
from tests.templates import emptied
from tests.worlds import six

pytestmark = pytest.mark.seconds(6)

EXAMPLES = share(8, least=6)
LEAST = timedelta(microseconds=1)
START = midnight("2025-01-05")
# Some files are loaded exactly at one of the dates, others some days later or at once.
WAITS = st.one_of(st.sampled_from(DATES), st.sampled_from([0, 0, 3, 20, 40]))
STEPS = st.tuples(WAITS, st.one_of(LIST, CORRECTION, BASES, BASES))


def answer_at(memory, pair, through_removed, at, known_at=None):
    """The answer given at an instant, as known at that instant unless `known_at` is given."""
    try:
        when = memory.as_of(at, known_at or at)
        answer = pathways.find_pathway(memory, when, *pair, through_removed)
    except (InvalidQuestion, EntryNotFound):
        return None
    steps = answer.steps
    return answer.outcome, [*(step.base for step in steps[:1]), *(step.target for step in steps)]


def short(answer):
    """Outcome and entries of an answer."""
    return answer and (answer.outcome, answer.entries)


def brute_force_changes(memory, pair, through_removed, since, instants):
    """Every change after an instant, found by asking at each instant at which a fact begins, ends or is recorded.

    Each change also has two flags: whether a record of that instant caused it, and whether the passing of time did.
    """
    before, changes = answer_at(memory, pair, through_removed, since) if since else None, []
    for at in [at for at in instants if since is None or at > since]:
        after = answer_at(memory, pair, through_removed, at)
        if after != before:
            unrecorded = answer_at(memory, pair, through_removed, at, at - LEAST)
            changes.append((at, before, after, unrecorded != after, unrecorded != before))
        before = after
    return changes


def pages(memory, **asked):
    """The answer before the first change, and all changes from all pages."""
    found, cursor = [], ""
    while cursor is not None:
        page = list_changes(memory, memory.as_of, ChangesQuestion(**asked, cursor=cursor))
        found.append(page)
        cursor = page.next
    return found[0].before, [item for page in found for item in page.items]


FIRST = st.tuples(*(st.tuples(st.sampled_from(["0001", "0001", "0002"]), st.sampled_from("12")) for _ in NUMBERS))


@settings(max_examples=EXAMPLES)
@given(first=FIRST, steps=st.lists(STEPS, min_size=2, max_size=6), seed=st.integers(0, 999), most=st.integers(1, 4))
def test_the_changes_equal_those_found_by_asking_at_every_instant(opened, tmp_path_factory, first, steps, seed, most):
    """For random files over time, recorded before or after their dates, and in pages of any size."""
    desk = Desk(emptied(opened), Ticking(START), tmp_path_factory.mktemp("changes"))
    rows = [
        entry(n, model=model, firmware_version=f"0000000{fw}") for n, (model, fw) in zip(NUMBERS, first, strict=True)
    ]
    desk.issue("1.001", DATES[0], rows)
    issued = [DATES[0]]
    for wait, operation in steps:
        advance(desk.clock, wait)
        load(desk, operation, issued)
    advance(desk.clock, 120)
    memory = GraphCache(desk.graph, desk.clock)
    instants = sorted({*facts.recorded_instants(desk.graph), *recorded_lists(desk), *map(midnight, DATES)})
    instants = [at for at in instants if at <= desk.clock()]
    pairs = list(permutations(map(six, (*NUMBERS, 9)), 2))
    for pair, through_removed in [
        (pairs[(seed * 7 + n * 5) % len(pairs)], bool((seed + n) % 3 == 0)) for n in range(4)
    ]:
        since = [None, *instants, START, instants[0] + LEAST][(seed + len(pair[0])) % (len(instants) + 3)]
        compare(desk, memory, pair, through_removed, since, instants, most)


def advance(clock, wait):
    """Moves the clock on by days, or to just before a date, so that the next file is loaded exactly at that date."""
    if isinstance(wait, str):
        clock.now = max(clock.now, midnight(wait) - timedelta(hours=1))
    else:
        clock.forward(days=wait)


def load(desk, operation, issued):
    """Loads a file; a refused file changes nothing."""
    kind, rows, what, columns = operation
    if kind == "bases":
        desk.bases(*rows, skip_refused=True)
        return
    nth = len(issued) if kind == "list" else what % len(issued)
    issued += [what] if kind == "list" else []
    desk.issue(f"1.{nth + 1:03}", issued[nth], rows, *columns, correction=True, skip_refused=True)


def recorded_lists(desk):
    """Every instant at which a list version was recorded."""
    return {row.recorded_from for row in desk.graph.rows(store.LISTS)}


def compare(desk, memory, pair, through_removed, since, instants, most):
    """Compares the changes of one answer over the whole past with the brute-force result."""
    question = {"from_": pair[0], "to": pair[1], "since": since, "through_removed": through_removed, "limit": most}
    if answer_at(memory, pair, through_removed, desk.clock()) is None:
        with pytest.raises((EntryNotFound, InvalidQuestion)):
            pages(memory, **question)
        return
    before, items = pages(memory, **question)
    expected = brute_force_changes(memory, pair, through_removed, since, instants)
    assert [(item.at, short(item.before), short(item.after)) for item in items] == [change[:3] for change in expected]
    assert short(before) == (answer_at(memory, pair, through_removed, since) if since else None)
    for item, (at, _, _, by_record, by_time) in zip(items, expected, strict=True):
        kinds = [cause.kind for cause in item.causes]
        assert (bool({"list", "amendment"} & set(kinds)), "time" in kinds) == (by_record, by_time)
        assert sorted(recorded(item)) == sorted(set(recorded(item))) == sorted(made(desk, at) & set(recorded(item)))
        taking = [row.number for row in list_versions.known_list_versions(desk.graph, at) if row.effective_from == at]
        assert all(cause.list_version == (taking or [None])[-1] for cause in item.causes if cause.kind == "time")


def recorded(item):
    """The lists and amendments that caused a change."""
    for cause in item.causes:
        if cause.kind == "list":
            yield cause.list_version
        if cause.kind == "amendment":
            yield cause.amendment.id


def made(desk, at):
    """The amendments and lists recorded at an instant."""
    amendments = amendment_chain.fetch_chain(desk.graph, compartments.read_state(desk.graph)).amendments
    listed = [row for row in desk.graph.rows(store.LISTS) if row.recorded_from == at]
    return {one.id for one in amendments if one.recorded == at} | {row.number for row in listed}


@pytest.fixture
def changes_between(desk):
    """A function that returns all changes of the answer from one entry to another."""

    def asked(base, target, **how):
        return pages(GraphCache(desk.graph, desk.clock), from_=six(base), to=six(target), **how)[1]

    return asked


def test_each_kind_of_cause_is_reported(desk, changes_between):
    """A list, an amendment, a dated declaration, a list that takes effect later, and a correction of a list."""
    desk.clock.now = midnight("2025-01-20")
    desk.issue("1.001", "2025-01-10", [entry(1), entry(2)])
    desk.bases(("2", "1", "2025-03-01"), evidence="notice 1")
    desk.issue("1.002", "2025-04-01", [entry(1), entry(2, status="Removed")])
    desk.clock.now = midnight("2025-05-01")
    desk.bases(("1", "N/A"))
    desk.issue("1.002", "2025-04-01", [entry(1), entry(2)], correction=True)
    seen = [
        (item.at.date().isoformat(), item.after.outcome, *map(shown, item.causes)) for item in changes_between(1, 2)
    ]
    assert seen == [
        ("2025-01-20", "unknown", ("list", "1.001")),
        ("2025-03-01", "route", ("time", None)),
        ("2025-04-01", "none", ("time", "1.002")),
        ("2025-05-01", "route", ("list", "1.002")),
    ]
    assert [(item.at.date().isoformat(), item.after.outcome) for item in changes_between(2, 1)][1:] == [
        ("2025-05-01", "none")
    ]


def shown(cause):
    """A cause as its kind and name."""
    return (cause.kind, cause.amendment.reason if cause.kind == "amendment" else cause.list_version)


def test_only_the_amendments_that_affect_an_answer_are_causes(desk, changes_between):
    """An amendment on other hardware is not a cause."""
    desk.issue("1.001", "2025-01-10", [entry(1), entry(2), entry(3, model="0009"), entry(4, model="0009")])
    for line, evidence in ((("2", "1"), "notice A"), (("4", "3"), "notice B")):
        desk.bases(line, evidence=evidence)
    amendments = amendment_chain.fetch_chain(desk.graph, desk_state(desk)).amendments
    named = {one.evidence: one.id for one in amendments}
    for pair, evidence in (((1, 2), "notice A"), ((3, 4), "notice B")):
        (cause,) = changes_between(*pair)[-1].causes
        assert cause.amendment.id == named[evidence]


def desk_state(desk):
    """The last state of the compartment."""
    return compartments.read_state(desk.graph)


def test_a_lapsed_acceptance_is_reported_with_its_cause(desk, changes_between):
    """A list moves the base to another device model, so the accepted step ends."""
    desk.issue("1.001", "2025-01-10", [entry(1, model="0005"), entry(2)])
    desk.bases(("2", "1", "", "1"))
    desk.issue("1.002", "2025-02-10", [entry(1, model="0006"), entry(2)])
    seen = [(item.after.outcome, sorted(cause.kind for cause in item.causes)) for item in changes_between(1, 2)]
    assert [outcome for outcome, _ in seen][-2:] == ["route", "none"]
    assert "list" in seen[-1][1]


def test_a_change_of_a_distant_step_is_reported(desk, changes_between):
    """Six entries of different device models, all steps accepted: a withdrawn middle step changes the answer."""
    desk.issue("1.001", "2025-01-10", [entry(number, model=f"00{number}0") for number in range(1, 7)])
    desk.bases(*((str(number), str(number - 1), "", str(number - 1)) for number in range(2, 7)))
    desk.bases(("4", "N/A"))
    assert [item.after.outcome for item in changes_between(1, 6)] == ["none", "route", "none"]


def test_there_is_no_answer_before_the_first_list_is_in_force(desk, changes_between):
    """Lists loaded before their dates: first no list is in force, then one without either entry, then one with both."""
    desk.clock.now = midnight("2025-01-20")
    desk.issue("1.001", "2025-02-10", [entry(1, model="0009")])
    desk.issue("1.002", "2025-03-10", [entry(1, model="0009"), entry(2), entry(3)])
    desk.bases(("3", "2"))
    desk.clock.now = midnight("2025-05-01")
    desk.bases(("1", "N/A"))
    seen = [
        (item.at.date().isoformat(), item.before and item.before.outcome, item.after.outcome)
        for item in changes_between(2, 3)
    ]
    assert seen == [("2025-02-10", None, "none"), ("2025-03-10", "none", "route")]


def test_a_long_history_is_reported_page_by_page(desk, changes_between, monkeypatch):
    """A page ends when its work limit is reached, with or without changes; the next page continues."""
    monkeypatch.setattr("service.application.pathways.answer_history._MAX_ROWS", 1)
    desk.issue("1.001", "2025-01-10", [entry(1), entry(2), entry(3)])
    for nth in range(12):
        desk.bases(("3", "N/A" if nth % 2 else "1"))
    desk.bases(("2", "1"))
    memory = GraphCache(desk.graph, desk.clock)
    first = list_changes(memory, memory.as_of, ChangesQuestion(from_="1", to="2"))
    assert (len(first.items), first.next is None) == (1, False)
    assert [item.after.outcome for item in changes_between(1, 2)] == ["unknown", "route"]
    assert [item.after.outcome for item in changes_between(1, 3)] == ["unknown", *["route", "none"] * 6]


def test_a_withdrawn_step_changes_every_pathway_through_it(desk, changes_between):
    """A withdrawn step in the middle changes every pathway through it, and no other."""
    desk.issue("1.001", "2025-01-10", [entry(number) for number in range(1, 5)])
    desk.bases(("2", "1"), ("3", "2"), ("4", "3"), ("1", "N/A"))
    since = desk.now
    desk.bases(("3", "N/A"))
    changed = {pair for pair in permutations(range(1, 5), 2) if changes_between(*pair, since=since)}
    assert changed == set(product((1, 2), (3, 4)))
