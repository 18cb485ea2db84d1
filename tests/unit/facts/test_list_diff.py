"""The position of a list among the loaded lists, and the changes that the list makes."""

from datetime import timedelta

import pytest

from service.domain.clock import END, Span
from service.domain.facts import CONTENT_FIELDS
from service.domain.listings import ListRow, ListVersion, PublishedList
from service.rules.facts.list_diff import ListPosition, compare_list, list_position
from tests.worlds import DATES, NOW, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES


def published(number, issued, *revisions):
    """A list with the content of these revisions."""
    rows = tuple(ListRow(r.entry, {name: getattr(r, name) for name in CONTENT_FIELDS}, 2) for r in revisions)
    return PublishedList(number, issued, "", rows)


def version(number, issued):
    """A loaded list."""
    issue = issued.date().isoformat()
    return ListVersion(number=number, issued=issue, effective_from=issued, sha256="", entries=0, recorded=issued)


LOADED = [version("1.9", FIRST), version("1.10", THIRD)]


def test_a_new_version_holds_from_its_date_of_issue():
    """Versions are pairs of integers: 1.11 follows 1.10, and the list before cannot take effect later."""
    assert list_position(published("1.11", FOURTH), LOADED) == ListPosition(FOURTH, END)
    assert list_position(published("1.11", SECOND), LOADED) == ListPosition(THIRD, END, runs_backwards=True)
    assert list_position(published("1.0", SECOND), []) == ListPosition(SECOND, END)


def test_a_loaded_version_keeps_its_position():
    """Until the next version takes effect."""
    assert list_position(published("1.9", FIRST), LOADED) == ListPosition(FIRST, THIRD, LOADED[0])


@pytest.mark.parametrize(("number", "issued", "code"), [("1.8", FOURTH, "list-order"), ("1.9", SECOND, "issue-date")])
def test_an_older_version_and_another_date_are_refused(number, issued, code):
    """Lists load in version order; a correction has the date of issue of its version."""
    assert list_position(published(number, issued), LOADED).code == code


def test_a_position_without_time_has_no_span():
    """The next list took effect at the same instant."""
    assert ListPosition(FIRST, FIRST).span is None
    assert ListPosition(FIRST, SECOND).span == Span(FIRST, SECOND)


def test_a_list_changes_adds_and_omits_entries():
    """An absent entry keeps its content, because entries are never deleted."""
    facts = world(revision(1), revision(2), revision(3)).facts
    issue = published("1.1", SECOND, revision(1), revision(2, status="Removed"), revision(4))
    changes = compare_list(issue, ListPosition(SECOND, END), facts, NOW)
    assert (changes.new, changes.unchanged, changes.absent) == (["000004"], ["000001"], ["000003"])
    assert changes.changed == {"000002": {"status": ("Current", "Removed")}}
    assert changes.differs
    assert [(row.entry, row.status, row.list_version, row.valid_from, row.valid_to) for row in changes.rows.added] == [
        ("000002", "Current", "1.0", FIRST, SECOND),
        ("000002", "Removed", "1.1", SECOND, END),
        ("000004", "Current", "1.1", SECOND, END),
    ]
    assert [row.entry for row in changes.rows.closed] == ["000002"]


def test_a_refused_entry_is_neither_changed_nor_absent():
    """The loader could not read its row."""
    changes = compare_list(
        published("1.1", SECOND), ListPosition(SECOND, END), world(revision(3)).facts, NOW, ["000003"]
    )
    assert (changes.absent, changes.differs, bool(changes.rows)) == ([], False, False)


def test_an_earlier_entry_holds_until_a_later_list_has_it():
    """Beyond the span of its own list, because entries are never deleted."""
    facts = world(revision(1, since=FOURTH)).facts
    changes = compare_list(published("0.9", FIRST, revision(1)), ListPosition(FIRST, FIRST + timedelta(1)), facts, NOW)
    (row,) = changes.rows.added
    assert (changes.new, row.valid_from, row.valid_to) == (["000001"], FIRST, FOURTH)
