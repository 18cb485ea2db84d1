"""The rows of the Firmware Information Repository."""

from service.rules.facts.fir import fir_rows
from tests.worlds import DATES, NOW, acceptance, declaration, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES
GAS = {"gas smart meter"}


def rows(*facts, at=NOW):
    """The rows of all gas meters by entry number."""
    return {int(row.entry.entry): row for row in fir_rows(world(*facts).facts, GAS, at)}


def test_only_entries_in_force_of_the_given_device_types_have_a_row():
    """The device type is compared in lower case and without blanks around it."""
    facts = [revision(1), revision(2, "D"), revision(3, since=THIRD), revision(4, device_type=" GAS Smart Meter ")]
    assert list(rows(*facts, at=SECOND)) == [1, 4]


def test_the_path_has_the_bases_that_give_a_step():
    """Held and pending bases have columns of their own."""
    facts = [revision(1), revision(2, "B"), revision(3, "B"), revision(5)]
    row = rows(*facts, declaration(5, 1, 2, 3, 700), acceptance(3, 5))[5]
    assert (row.path, row.held, row.pending) == ("000001;000003", ("000002",), ("000700",))


def test_no_previous_version_is_n_a_and_no_declaration_is_blank():
    """A declaration has its dates, open ends as None."""
    dated = declaration(1, since=SECOND)
    found = rows(revision(1), revision(2), revision(3), dated, declaration(3, kind="not-supplied"))
    assert [found[number].path for number in (1, 2, 3)] == ["N/A", "", ""]
    assert [(found[n].effective_from, found[n].effective_to) for n in (1, 2, 3)] == [(SECOND, None)] + [
        (None, None)
    ] * 2


def test_a_row_changed_when_the_latest_of_its_facts_was_recorded():
    """The list content, the declaration, and the acceptances of the bases in the path."""
    entry, declared = revision(2), declaration(2, 1, recorded=SECOND)
    assert rows(entry)[2].changed == FIRST
    assert rows(revision(1), entry, declared)[2].changed == SECOND
    accepted = acceptance(1, 2, recorded=FOURTH)
    assert rows(revision(1, "B"), entry, declared, accepted)[2].changed == FOURTH
