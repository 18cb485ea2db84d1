"""The counts, the digests and the pages of differences, against plain lists of all rows."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.rules.impact.counters import (
    FINDING_CLASSES,
    IMPACT_CLASSES,
    LISTED_CLASSES,
    DifferenceCounters,
    PageWindow,
)
from tests.reached import reached, reaching
from tests.worlds import NOW

DIFFERENCES = st.lists(st.tuples(st.sampled_from(LISTED_CLASSES), st.integers(1, 7)), max_size=12)
DATES = [NOW, NOW + timedelta(days=1)]


def counted(differences, window):
    """Counters to which the differences are added; each row is its position, and has members of one of two subjects."""
    counters = DifferenceCounters(window)
    for row, (kind, members) in enumerate(differences):
        counters.add(kind, row, [f"line {row}", kind])
        counters.count(kind, DATES[row % 2], f"subject {row % 3 % 2}", members)
    return counters


def pairs_of(differences, date=None):
    """The pairs of subject and member of each class, at one date or at all of them."""
    found = {kind: set() for kind in LISTED_CLASSES}
    for row, (kind, members) in enumerate(differences):
        if date is None or DATES[row % 2] == date:
            found[kind] |= {(row % 3 % 2, bit, row if date else 0) for bit in range(3) if members >> bit & 1}
    return {kind: len(pairs) for kind, pairs in found.items()}


@reaching("several pages", "several classes on a page")
@given(DIFFERENCES, st.integers(1, 5))
@example([("lost", 1), ("gained", 1), ("new", 1)], 2)
@example([("gone", 1), ("lost", 1)], 1)
def test_the_pages_together_have_every_row_once(differences, limit):
    """Class by class and in the order of addition; every page but the last is full; counts are of all differences."""
    due = [row for kind in LISTED_CLASSES for row, (other, _) in enumerate(differences) if other == kind]
    pages, window = [], PageWindow(limit)
    while window and len(pages) <= len(differences):
        counters = counted(differences, window)
        by_class, window = counters.page()
        assert list(by_class) == sorted(by_class, key=LISTED_CLASSES.index)
        assert all(differences[row][0] == kind for kind, rows in by_class.items() for row in rows)
        pages.append([row for rows in by_class.values() for row in rows])
        reached("several classes on a page", sum(map(bool, by_class.values())) > 1)
    reached("several pages", len(pages) > 1)
    assert [row for page in pages for row in page] == due
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert bool(pages[-1]) == bool(differences)


@reaching("a pair at several dates")
@given(DIFFERENCES)
@example([("lost", 3), ("lost", 1), ("gained", 1), ("lost", 2)])
@example([("lost", 1), ("gained", 1), ("gained", 1), ("lost", 1)])
def test_a_pair_at_several_dates_counts_once_and_at_each_date(differences):
    """The counts are of different pairs of subject and member; beneath them, each date has its own counts."""
    counters = counted(differences, PageWindow())
    assert counters.counts == pairs_of(differences)
    dated = {date: pairs_of(differences, date) for date in DATES}
    for date, due in dated.items():
        assert {kind: counters.dated[date][kind] for kind in LISTED_CLASSES} == due
    together = {kind: sum(due[kind] for due in dated.values()) for kind in LISTED_CLASSES}
    reached("a pair at several dates", together != counters.counts)


def test_the_next_window_is_that_of_the_first_row_left():
    """In the class in which the page ends, or at the beginning of a later class."""
    differences = [("lost", 1)] * 3 + [("stranded", 1)]
    _, second = counted(differences, PageWindow(2)).page()
    assert second == PageWindow(2, "lost", 2)
    rows, last = counted(differences, second).page()
    assert (rows["lost"], rows["stranded"], last) == ([2], [3], None)
    _, after = counted(differences, PageWindow(3)).page()
    assert after == PageWindow(3, "stranded", 0)


@pytest.mark.parametrize(
    ("window", "kind", "rows"),
    [
        (PageWindow(2), "lost", [0, 1]),
        (PageWindow(2), "gone", [0, 1]),
        (PageWindow(2, "gained", 3), "lost", []),
        (PageWindow(2, "gained", 3), "gained", [3, 4]),
        (PageWindow(2, "gained", 3), "longer", [0, 1]),
    ],
)
def test_the_rows_that_can_be_on_a_page(window, kind, rows):
    """None of an earlier class; of the first class without the skipped rows; of a later class from the start."""
    assert list(window.rows(kind)) == rows


@given(DIFFERENCES, st.integers(1, 3))
def test_the_digests_cover_all_lines_of_all_impact_classes(differences, limit):
    """On every page: SHA-256 over the lines of each difference and a blank line. Findings are in no digest."""
    due = []
    for kind in IMPACT_CLASSES:
        text = "".join(f"line {row}\n{kind}\n\n" for row, (other, _) in enumerate(differences) if other == kind)
        due.append(f"{kind} {hashlib.sha256(text.encode()).hexdigest()}")
    assert counted(differences, PageWindow(limit)).digest_lines == due


def test_the_classes_are_listed_in_the_order_of_the_response():
    """Answers first, then findings."""
    assert ((*IMPACT_CLASSES, *FINDING_CLASSES), ("new", "gone")) == (LISTED_CLASSES, FINDING_CLASSES)
