"""Facts grouped by the entries that they are about."""

from service.rules.facts.grouped_facts import Facts, row_in_force
from tests.worlds import BEGINNING, DATES, acceptance, declaration, revision


def test_facts_are_grouped_by_entry_and_by_pair():
    """In the order of the rows; a base counts that a declaration names, or that somebody accepted."""
    rows = [revision(1), revision(2), revision(1, since=DATES[1])]
    facts = Facts.of(rows, [declaration(2, 1), declaration(3, 1, 4)], [acceptance(5, 2)])
    assert facts.revisions == {"000001": (rows[0], rows[2]), "000002": (rows[1],)}
    assert facts.declarations.keys() == {"000002", "000003"}
    assert facts.acceptances.keys() == {("000005", "000002")}
    assert facts.base_numbers == {"000001", "000004", "000005"}


def test_the_row_in_force_begins_with_its_instant_and_ends_before_its_end():
    """None before the first row, and after the last one."""
    first, second = revision(1, until=DATES[1]), revision(1, since=DATES[1], until=DATES[2])
    assert row_in_force([first, second], BEGINNING) is None
    assert row_in_force([second, first], DATES[0]) == first
    assert row_in_force([first, second], DATES[1]) == second
    assert row_in_force([first, second], DATES[2]) is None
