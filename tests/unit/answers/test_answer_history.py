"""How an answer changes, by what is recorded and by the passing of time."""

from service.domain.clock import END, Span
from service.rules.answers.answer_history import AnswerHistoryQuestion, UnchangedPeriod, answer_at, answer_timeline
from tests.worlds import DATES, declaration, revision, terrain, world

FIRST, SECOND, THIRD, FOURTH = DATES
QUESTION = AnswerHistoryQuestion("000001", "000002", through_removed=False)
ENTRIES = [revision(1), revision(2), declaration(1)]


def period(start, end, *facts):
    """The facts over a period of recorded time; the first list takes effect at the first date."""
    return UnchangedPeriod(Span(start, end), terrain(world(*facts)), FIRST)


UNDECLARED = period(FIRST, SECOND, *ENTRIES)
DECLARED = period(SECOND, END, *ENTRIES, declaration(2, 1, since=THIRD))


def test_the_answer_at_an_instant():
    """None before the first list, and for an entry that no list has."""
    assert answer_at(UNDECLARED, QUESTION, FIRST).outcome == "unknown"
    assert answer_at(DECLARED, QUESTION, THIRD).entries == ["000001", "000002"]
    assert answer_at(UnchangedPeriod(Span(FIRST, END), UNDECLARED.temporal_graph, SECOND), QUESTION, FIRST) is None
    assert answer_at(UNDECLARED, AnswerHistoryQuestion("000001", "000009", False), FIRST) is None


def test_a_change_is_by_record_or_by_time():
    """The declaration is recorded at the second date, and holds from the third."""
    points = list(answer_timeline([UNDECLARED, DECLARED], QUESTION, FIRST))
    assert [(point.at, point.answer.outcome) for point in points] == [
        (FIRST, "unknown"),
        (SECOND, "unknown"),
        (THIRD, "route"),
    ]
    assert [point.change and (point.change.by_record, point.change.by_time) for point in points] == [
        None,
        None,
        (False, True),
    ]
    at_once = period(SECOND, END, *ENTRIES, declaration(2, 1))
    (change,) = [p.change for p in answer_timeline([UNDECLARED, at_once], QUESTION, FIRST) if p.change]
    assert (change.at, change.by_record, change.by_time) == (SECOND, True, False)
    assert (change.before.outcome, change.after.outcome) == ("unknown", "route")


def test_the_timeline_begins_at_the_first_instant_asked_for():
    """It has no end: every later boundary is examined, however far ahead."""
    assert [point.at for point in answer_timeline([DECLARED], QUESTION, SECOND)] == [SECOND, THIRD]
    assert [point.at for point in answer_timeline([DECLARED], QUESTION, FOURTH)] == [FOURTH]
