"""Counts all differences that a change makes, once and by date, computes their digests, and collects the rows of one
page of the response.

There may be as many differences as pairs of entries, so only the rows of the page stay in memory. The differences of
each class (such as lost or longer) arrive in the order in which the response lists them: by instant, then by entry.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar, get_args

from service.schemas.responses.impact import FindingClass, ImpactClass

ListedClass = ImpactClass | FindingClass
IMPACT_CLASSES: tuple[ImpactClass, ...] = get_args(ImpactClass)
FINDING_CLASSES: tuple[FindingClass, ...] = get_args(FindingClass)
LISTED_CLASSES: tuple[ListedClass, ...] = (*IMPACT_CLASSES, *FINDING_CLASSES)
"""All classes in the order in which the pages list them. The id of an impact covers only `IMPACT_CLASSES`."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class PageWindow:
    """The rows that one page of differences shows: at most `limit` rows, from the class `begin` on, without the first
    `skip` rows of this class.
    """

    limit: int = 100
    begin: ListedClass = IMPACT_CLASSES[0]
    skip: int = 0

    def rows(self, kind: ListedClass) -> range:
        """Returns the numbers of the rows of a class of differences that can be on the page.

        The rows of earlier classes may fill the page, so that fewer of these rows are on it.
        """
        index, first = LISTED_CLASSES.index(kind), LISTED_CLASSES.index(self.begin)
        skip = self.skip if index == first else 0
        return range(skip, skip + self.limit if index >= first else skip)


ALL_ROWS = PageWindow(limit=10**9)
"""A page that shows every difference."""


@dataclass
class DifferenceCounters(Generic[Row]):
    """Counts the differences of an impact by their kind (such as lost or longer pathways), hashes them, and collects
    the rows of the page requested.

    `dated` has, by effective instant, the number of differences at that instant.
    """

    window: PageWindow
    dated: dict[datetime, Counter[ListedClass]] = field(default_factory=lambda: defaultdict(Counter))
    _members: dict[ListedClass, dict[str, int]] = field(
        default_factory=lambda: {kind: defaultdict(int) for kind in LISTED_CLASSES}
    )
    _rows: Counter[ListedClass] = field(default_factory=Counter)
    _page_rows: dict[ListedClass, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _digests: dict[ListedClass, "hashlib._Hash"] = field(
        default_factory=lambda: {kind: hashlib.sha256() for kind in LISTED_CLASSES}
    )

    def __post_init__(self) -> None:
        self._wanted = {kind: self.window.rows(kind) for kind in LISTED_CLASSES}

    def add(self, kind: ListedClass, row: Row, lines: Iterable[str]) -> None:
        """Adds a row to a class of differences. Its `lines` go into the digest of the class."""
        if self._rows[kind] in self._wanted[kind]:
            self._page_rows[kind].append(row)
        self._digests[kind].update(("\n".join(lines) + "\n\n").encode())
        self._rows[kind] += 1

    def count(self, kind: ListedClass, at: datetime, subject: str, members: int = 1) -> None:
        """Counts the differences of a class that concern one subject at an instant.

        A difference is a pair of the subject and a member, for example of a base and a target; `members` is the bit set
        of the members. `counts` counts a pair that differs at several instants once.
        """
        self._members[kind][subject] |= members
        self.dated[at][kind] += members.bit_count()

    @property
    def counts(self) -> Counter[ListedClass]:
        """Returns the number of different differences of each class, at all instants together."""
        members = {kind: subjects.values() for kind, subjects in self._members.items()}
        return Counter({kind: sum(bits.bit_count() for bits in sets) for kind, sets in members.items()})

    @property
    def digest_lines(self) -> list[str]:
        """Returns a line for each class of changed pathways, such as lost or longer: the name of the class, and the
        SHA-256 of its differences.
        """
        return [f"{kind} {self._digests[kind].hexdigest()}" for kind in IMPACT_CLASSES]

    def page(self) -> tuple[dict[ListedClass, list[Row]], PageWindow | None]:
        """Returns the rows of the requested page by class of difference, and the position of the next page or None."""
        room, page_rows = self.window.limit, {}
        for kind in LISTED_CLASSES[LISTED_CLASSES.index(self.window.begin) :]:
            skip = self.window.skip if kind == self.window.begin else 0
            page_rows[kind] = self._page_rows[kind][:room]
            room -= len(page_rows[kind])
            if skip + len(page_rows[kind]) < self._rows[kind]:
                return page_rows, PageWindow(self.window.limit, kind, skip + len(page_rows[kind]))
        return page_rows, None
