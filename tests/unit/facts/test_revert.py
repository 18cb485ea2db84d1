"""Reverts: the spans of an amendment, later changes within them, and the rows that hold again."""

from service.domain.clock import BEGINNING, END, Span
from service.rules.facts.changeset import facts_after
from service.rules.facts.revert import (
    AmendedSpans,
    amended_since,
    amended_spans,
    declaration_tag,
    revert_changes,
    trace_amendments,
)
from tests.worlds import DATES, NOW, acceptance, declaration, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES
ENTRIES = [revision(1, "B"), revision(2), revision(3)]


def facts(*rows):
    """The facts of a few entries."""
    return world(*ENTRIES, *rows).facts


def amended(row, amendment="a2"):
    """The row under another amendment."""
    return row.model_copy(update={"amendment": amendment})


OLD = declaration(2, 3)
BEFORE = facts(OLD, acceptance(1, 2))
AFTER = facts(declaration(2, 3, until=SECOND), amended(declaration(2, since=SECOND)), acceptance(1, 2, until=SECOND))
SPANS = AmendedSpans({"000002": [Span(SECOND, END)]}, {("000001", "000002"): [Span(SECOND, END)]})


def test_the_spans_of_an_amendment_include_acceptances_that_it_ended():
    """An entry shared with another amendment counts only within the declarations of this amendment."""
    assert amended_spans(BEFORE, AFTER, "a2") == SPANS
    assert SPANS.entries == {"000002"}
    later = facts(declaration(2, 3, until=THIRD), amended(declaration(2, since=THIRD)), acceptance(1, 2, until=SECOND))
    assert amended_spans(BEFORE, later, "a2", ["000002"]).accepted == {("000001", "000002"): [Span(THIRD, END)]}


def test_an_entry_changed_since_within_the_spans_is_reported():
    """A change before the span does not count."""
    assert amended_since(SPANS, AFTER, AFTER) == []
    inside = facts(declaration(2, 3, until=SECOND), declaration(2, 1, since=SECOND), acceptance(1, 2, until=SECOND))
    assert amended_since(SPANS, AFTER, inside) == ["000002"]
    outside = facts(declaration(2, 1, until=SECOND), amended(declaration(2, since=SECOND)))
    assert amended_since(AmendedSpans(SPANS.declared), AFTER, outside) == []


def test_a_revert_restores_the_earlier_rows_within_the_spans():
    """Under the revert, with the instant of their first declaration."""
    changes = revert_changes(SPANS, BEFORE, AFTER, "a3", NOW)
    rows = facts_after(AFTER, changes)
    restored = [(r.given, r.amendment, r.declared, r.valid_from, r.valid_to) for r in rows.declarations["000002"]]
    assert restored == [("000003", "a1", FIRST, BEGINNING, SECOND), ("000003", "a3", FIRST, SECOND, END)]
    accepted = [(row.amendment, row.valid_from, row.valid_to) for row in rows.acceptances["000001", "000002"]]
    assert accepted == [("a1", BEGINNING, SECOND), ("a3", SECOND, END)]


def test_restored_rows_are_traced_to_their_original_amendment():
    """Rows of other amendments stay."""
    now = facts_after(AFTER, revert_changes(SPANS, BEFORE, AFTER, "a3", NOW))
    traced = trace_amendments(now, {"a3": BEFORE})
    assert [row.amendment for row in traced.declarations["000002"]] == ["a1", "a1"]
    assert [row.span for row in traced.acceptances["000001", "000002"]] == [Span(BEGINNING, SECOND), Span(SECOND, END)]


def test_the_tag_depends_on_declarations_and_acceptances_of_the_entry_alone():
    """The order of the rows does not matter."""
    tag = declaration_tag(BEFORE, "000002")
    assert tag == declaration_tag(facts(acceptance(1, 2), OLD, declaration(3)), "000002")
    assert tag != declaration_tag(facts(OLD), "000002")
    assert tag != declaration_tag(AFTER, "000002")
    assert declaration_tag(facts(), "000002") != declaration_tag(facts(), "000003")
