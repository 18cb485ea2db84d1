"""Statements about ZigBee bands against the recorded bands."""

from service.domain.clock import BEGINNING, END
from service.domain.facts import BandFact
from service.rules.facts.band_statements import BandStatement, judge_bands
from tests.worlds import DATES, NOW

FIRST, SECOND, THIRD, _ = DATES
DUAL, SUB_GHZ, GHZ = "Dual Band", "Single Band (Sub-GHz)", "Single Band (2.4 GHz)"


def band(value, since=BEGINNING, until=END):
    """The recorded band of entry 1."""
    return BandFact(
        id=f"b@{since.date()}", entry="000001", band=value, amendment="a1",
        recorded_from=FIRST, valid_from=since, valid_to=until,
    )  # fmt: skip


def judged(rows, *statements):
    """The judgement of statements about entry 1, made by amendment a2."""
    stated = [BandStatement("000001", value, since, line) for line, (value, since) in enumerate(statements, 2)]
    return judge_bands({"000001": rows}, stated, NOW, "a2")


def timeline(judgement):
    """The added rows."""
    return [(row.band, row.amendment, row.valid_from, row.valid_to) for row in judgement.rows.added]


def test_the_first_statement_holds_for_all_time():
    """Without a date it holds from the beginning."""
    judgement = judged([], (DUAL, None))
    assert (judgement.changed, timeline(judgement)) == (["000001"], [(DUAL, "a2", BEGINNING, END)])


def test_a_statement_that_is_recorded_already_changes_nothing():
    """Also where it holds over a part of the recorded time."""
    for since in (None, SECOND):
        judgement = judged([band(DUAL)], (DUAL, since))
        assert (judgement.changed, bool(judgement.rows)) == ([], False)


def test_a_dated_statement_leaves_the_earlier_time_as_it_was():
    """Several statements hold one after another, in the order of their dates."""
    judgement = judged([band(DUAL)], (GHZ, THIRD), (SUB_GHZ, SECOND))
    assert [row.id for row in judgement.rows.closed] == ["b@0001-01-01"]
    assert timeline(judgement) == [
        (DUAL, "a1", BEGINNING, SECOND),
        (SUB_GHZ, "a2", SECOND, THIRD),
        (GHZ, "a2", THIRD, END),
    ]


def test_an_undated_statement_against_several_other_bands_needs_a_date():
    """Nothing changes; one other band may be replaced without a date."""
    rows = [band(DUAL, until=SECOND), band(SUB_GHZ, SECOND)]
    judgement = judged(rows, (GHZ, None))
    assert [statement.line for statement in judgement.which_period] == [2]
    assert (judgement.changed, bool(judgement.rows)) == ([], False)
    assert timeline(judged(rows, (DUAL, None))) == [(DUAL, "a2", BEGINNING, END)]
