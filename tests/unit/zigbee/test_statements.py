"""What a statement changes of what is believed of chipsets and stacks: against a table of days."""

from datetime import timedelta
from operator import attrgetter

from hypothesis import example, given
from hypothesis import strategies as st

from service.domain.clock import BEGINNING, END
from service.domain.zigbee_statements import KIND_ATTRIBUTES, ZigbeeStatement, ZigbeeValue, parse_zigbee_value
from service.rules.facts.band_statements import BandStatement
from service.rules.facts.band_statements import judge_bands as banded
from service.rules.zigbee.statements import group_beliefs, judge_statements
from tests.reached import reached, reaching
from tests.worlds import DATES, NOW

ENTRY = "000001"
MOMENTS = [BEGINNING, *DATES, END - timedelta(days=1)]
NAMES = ["", "Acme", "ACME Ltd", "Zenith"]
VERSIONS = ["", "1", "v1", "2"]


def statement(vendor=None, version=None, since=None, **more):
    """What is said of the stack; None leaves alone, blank withdraws."""
    said = {"stack_vendor": vendor, "stack_version": version}
    return ZigbeeStatement(
        ENTRY, {n: spelt(n, v) for n, v in said.items() if v is not None}, effective_from=since, **more
    )


def spelt(name, text):
    """A value, or its withdrawal."""
    return parse_zigbee_value(name, text) if text else ZigbeeValue("", "")


def applied(rows, *statements, nth=0):
    """The rows believed after a file of statements, and what was judged."""
    verdict = judge_statements(group_beliefs(rows), statements, NOW + timedelta(days=nth), f"a{nth}")
    return list(believed(rows, verdict.rows)), verdict


def believed(rows, changes):
    """The rows of the one entry once they are changed."""
    return changes.apply_to({ENTRY: tuple(rows)}, attrgetter("entry")).get(ENTRY, ())


def at(rows, moment):
    """Vendor and version of the stack at a moment; at most one row holds."""
    holding = [row for row in rows if row.kind == "stack" and row.span.contains(moment)]
    assert len(holding) <= 1
    return (holding[0].vendor, holding[0].detail) if holding else ("", "")


STATEMENTS = st.builds(
    statement,
    st.none() | st.sampled_from(NAMES),
    st.none() | st.sampled_from(VERSIONS),
    st.none() | st.sampled_from(DATES),
)


TWO_PERIODS = [statement("Acme", "1"), statement("Acme", "2", DATES[1])]


@reaching("refused", "taken")
@given(st.lists(STATEMENTS, max_size=6))
@example([*TWO_PERIODS, statement("Acme", "3")])
def test_what_is_believed_is_what_was_said_day_by_day(statements):
    """Each statement holds from its date to the end; a blank changes nothing, whatever was said at that time."""
    rows, table = [], dict.fromkeys(MOMENTS, ("", ""))
    for nth, one in enumerate(statements):
        rows, verdict = applied(rows, one, nth=nth)
        reached("refused" if verdict.refused else "taken")
        if verdict.refused:
            assert not verdict.rows
            continue
        for moment in MOMENTS:
            if moment >= (one.effective_from or BEGINNING):
                said = [
                    one.values[name].normalised if name in one.values else None for name in KIND_ATTRIBUTES["stack"]
                ]
                table[moment] = tuple(was if new is None else new for was, new in zip(table[moment], said, strict=True))
        assert {moment: at(rows, moment) for moment in MOMENTS} == table
        again, verdict = applied(rows, one, nth=nth + 10)
        assert again == rows
        assert verdict.unchanged == [ENTRY]


@reaching("refused", "taken")
@given(
    st.lists(STATEMENTS, max_size=3), st.lists(STATEMENTS, min_size=2, max_size=4, unique_by=lambda s: s.effective_from)
)
@example([], TWO_PERIODS)
@example(TWO_PERIODS, [statement("Acme", "3"), statement("Acme", "4", DATES[2])])
def test_a_file_says_each_from_its_date_to_the_next(first, together):
    """Several statements of one entry in a file: the later one begins where the earlier one ends."""
    rows = []
    for nth, one in enumerate(first):
        rows, _ = applied(rows, one, nth=nth)
    whole, verdict = applied(rows, *together, nth=9)
    reached("refused" if verdict.refused else "taken")
    if verdict.refused:
        assert whole == rows
        return
    ordered = sorted(together, key=lambda s: s.effective_from or BEGINNING)
    for moment in MOMENTS:
        said = [one for one in ordered if (one.effective_from or BEGINNING) <= moment]
        before = at(rows, moment)
        last = said[-1].values if said else {}
        due = [
            last[name].normalised if name in last else was
            for name, was in zip(KIND_ATTRIBUTES["stack"], before, strict=True)
        ]
        assert at(whole, moment) == tuple(due)


def test_the_first_spelling_and_its_amendment_stay():
    """Saying it again in other words changes nothing: who said it first is what the record tells."""
    rows, _ = applied([], statement("Acme Ltd", "v1"))
    again, verdict = applied(rows, statement("ACME", "1"), nth=1)
    assert again == rows
    assert (rows[0].given_vendor, rows[0].given_detail, rows[0].amendment) == ("Acme Ltd", "v1", "a0")
    assert not verdict.changed


def test_a_vendor_is_not_put_beside_anothers_version():
    """A blank keeps what was told, and the version of one vendor's stack says nothing of another's."""
    rows, _ = applied([], statement("Acme", "1"))
    _, verdict = applied(rows, statement("Zenith"), nth=1)
    assert [(one.code, one.column) for one in verdict.refused] == [("vendor-alone", "stack_vendor")]
    changed, verdict = applied(rows, statement("Zenith", ""), nth=1)
    assert not verdict.refused
    assert at(changed, NOW) == ("ZENITH", "")
    filled, verdict = applied(applied([], statement(None, "1"))[0], statement("Zenith"), nth=1)
    assert at(filled, NOW) == ("ZENITH", "1")


def test_two_periods_are_not_replaced_unasked():
    """Whoever knows of one period may not know that there are two."""
    rows, _ = applied([], statement("Acme", "1"), statement("Acme", "2", DATES[1]))
    _, verdict = applied(rows, statement("Acme", "3"), nth=1)
    assert [one.code for one in verdict.refused] == ["which-period"]
    changed, verdict = applied(rows, statement("Acme", "3", BEGINNING), nth=1)
    assert not verdict.refused
    assert {at(changed, moment) for moment in MOMENTS} == {("ACME", "3")}


def test_one_value_in_two_spellings_is_one_period():
    """Who said it, and in what words, makes no other data: a statement without a date may replace both."""
    rows, _ = applied([], statement("Acme Ltd", "v1", DATES[1]))
    rows, _ = applied(rows, statement("ACME", "1"), nth=1)
    assert sorted((row.given_vendor, row.amendment) for row in rows) == [("ACME", "a1"), ("Acme Ltd", "a0")]
    changed, verdict = applied(rows, statement(None, "2"), nth=2)
    assert verdict.refused == []
    assert {at(changed, moment) for moment in MOMENTS} == {("ACME", "2")}


def test_a_time_without_data_is_no_period():
    """Where data begin later, a statement without a date is about all time."""
    rows, _ = applied([], statement("Acme", "1", DATES[1]))
    changed, verdict = applied(rows, statement("Acme", "2"), nth=1)
    assert verdict.refused == []
    assert {at(changed, moment) for moment in MOMENTS} == {("ACME", "2")}


def test_a_withdrawal_leaves_no_row():
    """A row says something: blank values are none, also where nothing was said before."""
    rows, _ = applied([], statement("Acme", "1"))
    assert applied(rows, statement("", ""), nth=1)[0] == []
    rest, verdict = applied(rows, statement("", "", DATES[1]), nth=1)
    assert [(row.valid_from, row.valid_to) for row in rest] == [(BEGINNING, DATES[1])]
    assert (verdict.changed, verdict.unchanged) == ([ENTRY], [])
    nothing, verdict = applied([], statement("", ""))
    assert (nothing, verdict.changed, verdict.unchanged) == ([], [], [ENTRY])


def test_an_entry_of_which_one_statement_is_refused_is_left_as_it_is():
    """Half of what a file says of an entry would be something that nobody said."""
    rows, _ = applied([], statement("Acme", "1"))
    _, verdict = applied(rows, statement("Acme", "2"), statement("Zenith", None, DATES[2]), nth=1)
    assert verdict.refused
    assert not verdict.rows


BANDS = ["Dual Band", "Single Band (Sub-GHz)", "Single Band (2.4 GHz)"]


@reaching("which period", "taken")
@given(
    st.lists(
        st.builds(BandStatement, st.just(ENTRY), st.sampled_from(BANDS), st.none() | st.sampled_from(DATES)), max_size=6
    )
)
@example(
    [
        BandStatement(ENTRY, BANDS[0], None),
        BandStatement(ENTRY, BANDS[1], DATES[1]),
        BandStatement(ENTRY, BANDS[2], None),
    ]
)
def test_a_band_holds_from_its_date(said):
    """Day by day, as of chipsets and stacks."""
    rows, table = [], dict.fromkeys(MOMENTS, "")
    for nth, one in enumerate(said):
        verdict = banded({ENTRY: rows}, [one], NOW + timedelta(days=nth), f"a{nth}")
        rows = list(believed(rows, verdict.rows))
        reached("which period" if verdict.which_period else "taken")
        if verdict.which_period:
            assert not verdict.rows
            assert len({row.band for row in rows} - {one.band}) > 1
            continue
        table |= {moment: one.band for moment in MOMENTS if moment >= (one.effective_from or BEGINNING)}
        found = {moment: [row.band for row in rows if row.span.contains(moment)] for moment in MOMENTS}
        assert found == {moment: [band] if band else [] for moment, band in table.items()}
        assert not banded({ENTRY: rows}, [one], NOW + timedelta(days=nth + 10), "again").rows
