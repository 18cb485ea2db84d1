"""The history of an entry, compared with a model of all recorded states after random loads; and hand-written cases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.application.entries.entry_history import get_entry_history
from service.domain.clock import BEGINNING, END
from service.errors import BeforeFirstList, BeforeFirstRecord, EntryNotFound, KnownAtInFuture
from service.repositories import facts
from service.schemas.requests.queries import PagedAsOfQuestion
from tests.conftest import Ticking
from tests.loaders.files import CSV_VIEW, FULL, Desk, entry, image, midnight
from tests.loaders.test_sequences import EDGES, EXAMPLES, NUMBERS, SAID, SEQUENCES, Model, step
from tests.reached import reached, reaching
from tests.templates import emptied


def history_items(desk, number, limit=1000, **asked):
    """The items of all pages of an entry's history."""
    pages = [get_entry_history(desk.graph, desk.clock, PagedAsOfQuestion(limit=limit, **asked), f"{number:06}")]
    while pages[-1].next:
        question = PagedAsOfQuestion(limit=limit, cursor=pages[-1].next, **asked)
        pages.append(get_entry_history(desk.graph, desk.clock, question, f"{number:06}"))
        assert pages[-1].known_at == pages[0].known_at
    return [item for page in pages for item in page.items]


def items_in_force(items, kind, at, known_at):
    """The items of a kind that are valid at `at` and known at `known_at`."""
    return [
        item
        for item in items
        if item.kind == kind
        and (item.valid_from or BEGINNING) <= at < (item.valid_to or END)
        and item.recorded_from <= known_at < (item.recorded_to or END)
    ]


def as_known_at(items, instant):
    """The history as known at an earlier instant: without later items, and with their replaced items still in force."""
    items_ = [item for item in items if item.recorded_from <= instant]
    return [i.model_copy(update={"recorded_to": None}) if (i.recorded_to or END) > instant else i for i in items_]


@reaching("known earlier", "a page")
@settings(max_examples=EXAMPLES)
@given(drawn=SEQUENCES, seed=st.integers(0, 99))
def test_a_history_equals_the_model(opened, tmp_path_factory, drawn, seed):
    """The history equals the model at every pair of instants, and the earlier history as known at an earlier one."""
    desk = Desk(emptied(opened), Ticking(midnight("2026-06-01")), tmp_path_factory.mktemp("history"))
    model = Model()
    for operation in (drawn[0], *drawn[1]):
        step(desk, model, operation)
    beliefs = model.beliefs[1:]
    for number in (n for n in NUMBERS if f"{n:06}" in beliefs[-1][1].said):
        items = history_items(desk, number)
        for recorded, belief in beliefs:
            assert_equals_model(desk, items, f"{number:06}", recorded, belief)
        assert_changed_fields(model.beliefs, items, f"{number:06}")
        recorded, belief = beliefs[seed % len(beliefs)]
        reached("a page", len(items))
        if f"{number:06}" in belief.said:
            reached("known earlier")
            assert history_items(desk, number, known_at=recorded) == as_known_at(items, recorded)
        assert history_items(desk, number, limit=1 + seed % 3) == items
        at = midnight(max(EDGES[1:][seed % 4], model.lists[0][1]))
        within = [i for i in items if (i.valid_from or BEGINNING) <= at < (i.valid_to or END)]
        assert history_items(desk, number, at=at, limit=1 + seed % 3) == within


def assert_equals_model(desk, items, number, recorded, belief):
    """Asserts the revision and declaration of the model, and the acceptances and held bases of the derived rows."""
    known = facts.all_facts(desk.graph, recorded)
    held = [row for row in facts.derived_rows(desk.graph, recorded)[1] if row.target == number]
    accepted = [row for (_, target), rows in known.acceptances.items() if target == number for row in rows]
    for edge in EDGES:
        at = midnight(edge)
        cell = belief.said.get(number, {}).get(edge)
        said = [row.entry for row in items_in_force(items, "revision", at, recorded)]
        assert [
            {"status": e.status, "model": e.model, "gbcs_version": e.gbcs_version or "", "cpa_date": e.cpa.date or ""}
            for e in said
        ] == ([cell] if cell else [])
        cell = belief.declared.get(number, {}).get(edge)
        declared = [row.declaration for row in items_in_force(items, "declaration", at, recorded)]
        assert [(row.kind, ";".join(row.bases)) for row in declared] == (
            [("not-supplied", "") if cell[0] is None else ("bases" if cell[0] else "none", cell[0])] if cell else []
        )
        shown = {(i.held.base, i.held.code, i.held.declaration) for i in items_in_force(items, "held", at, recorded)}
        assert shown == {(row.base, row.code, row.declaration) for row in held if row.span.contains(at)}
        shown = {i.acceptance.base for i in items_in_force(items, "acceptance", at, recorded)}
        assert shown == {row.base for row in accepted if row.span.contains(at)}


def assert_changed_fields(beliefs, items, number):
    """Asserts that `changed` is the difference between a revision and the previous state at its start."""
    recorded = [instant for instant, _ in beliefs]
    for item in (item for item in items if item.kind == "revision"):
        nth, edge = recorded.index(item.recorded_from), f"{item.valid_from or BEGINNING:%Y-%m-%d}".zfill(10)
        before, now = (beliefs[n][1].said.get(number, {}).get(edge) for n in (nth - 1, nth))
        if before is None:
            assert item.changed is None
        else:
            names = {"cpa.date" if name == "cpa_date" else name for name in SAID if before[name] != now[name]}
            assert {name for name in item.changed if name in {*SAID, "cpa.date"} - {"cpa_date"}} == names


def test_a_history_is_ordered_by_recorded_instant(desk):
    """Every kind of item with its cause and its two intervals; a corrected hash is named in `changed`."""
    first = [entry(1), entry(2), entry(3, model="0002")]
    desk.issue("1.001", "2025-01-10", first, *FULL, form="xlsx")
    one = desk.now
    desk.bases(("2", "1;3"), made_by="somebody", reason="as the maker says")
    two = desk.now
    desk.bases(("2", "1;3", "", "3"), made_by="somebody", reason="the board is the same")
    three = desk.now
    desk.issue(
        "1.002", "2025-03-10", [entry(2, image_hash=image("new"), cpa_date="")], *CSV_VIEW, "cpa_date", form="csv"
    )
    four, march = desk.now, midnight("2025-03-10")
    items = history_items(desk, 2)
    assert [(i.kind, i.recorded_from, i.recorded_to, i.valid_from, i.valid_to) for i in items] == [
        ("revision", one, four, midnight("2025-01-10"), None),
        ("declaration", two, None, None, None),
        ("held", two, three, midnight("2025-01-10"), None),
        ("acceptance", three, None, None, None),
        ("revision", four, None, midnight("2025-01-10"), march),
        ("revision", four, None, march, None),
    ]
    revisions = [item for item in items if item.kind == "revision"]
    assert [item.list_version for item in revisions] == ["1.001", "1.001", "1.002"]
    assert [item.changed for item in revisions] == [None, [], ["cpa.date", "image.hash"]]
    declared, held, accepted = items[1], items[2], items[3]
    assert (declared.declaration.kind, declared.declaration.bases) == ("bases", ["000001", "000003"])
    assert (declared.amendment.reason, declared.amendment.recorded) == ("as the maker says", two)
    assert declared.amendment.source.startswith("file-")
    assert (held.held.base, held.held.code, held.held.declaration) == (
        "000003",
        "other-device-model",
        declared.declaration.id,
    )
    assert (accepted.acceptance.base, accepted.amendment.reason) == ("000003", "the board is the same")
    assert "somebody" not in "".join(item.model_dump_json() for item in items)


def test_a_history_as_known_earlier_has_no_later_items(desk):
    """As known after the first list, its revision is in force without end, and later items are missing."""
    desk.issue("1.001", "2025-01-10", [entry(1)])
    known = desk.now
    desk.issue("1.002", "2025-03-10", [entry(1, status="Removed")])
    (only,) = history_items(desk, 1, known_at=known)
    assert (only.recorded_to, only.valid_to, only.entry.status) == (None, None, "Current")
    assert len(history_items(desk, 1)) == 3


def test_a_history_can_be_limited_to_one_instant(desk):
    """`at` keeps the items valid at that instant; without `at`, items of lists not yet in force are included."""
    desk.issue("1.001", "2025-01-10", [entry(1)])
    desk.issue("1.002", "2025-03-10", [entry(1, status="Removed")])
    assert [item.entry.status for item in history_items(desk, 1, at=midnight("2025-02-01"))] == ["Current", "Current"]
    assert [item.entry.status for item in history_items(desk, 1, at=midnight("2025-03-10"))] == ["Current", "Removed"]
    desk.issue("1.003", "2030-01-01", [entry(1), entry(2)])
    assert [item.valid_from for item in history_items(desk, 2)] == [midnight("2030-01-01")]


def test_a_history_request_without_an_answer_is_an_error(desk):
    """Before the first record, before the first list, in the future, and for an unknown entry number."""
    with pytest.raises(BeforeFirstRecord):
        history_items(desk, 1)
    desk.issue("1.001", "2025-01-10", [entry(1)])
    known = desk.now
    desk.issue("1.002", "2025-03-10", [entry(1), entry(2)])
    for error, number, asked in (
        (BeforeFirstRecord, 1, {"known_at": midnight("2020-01-01")}),
        (BeforeFirstList, 1, {"at": midnight("2025-01-09")}),
        (KnownAtInFuture, 1, {"known_at": midnight("2099-01-01")}),
        (EntryNotFound, 9, {}),
        (EntryNotFound, 2, {"known_at": known}),
    ):
        with pytest.raises(error):
            history_items(desk, number, **asked)
