"""Counts and digests of all differences, and the rows of one page.

There may be as many differences as pairs of entries, so only the rows of the page stay in memory. The differences of
each class arrive in the order of the response's list: by instant, then by entry.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar, get_args

from service.schemas.responses.impact import FindingClass, ImpactClass

ListedClass = ImpactClass | FindingClass
IMPACT_CLASSES: tuple[ImpactClass, ...] = get_args(ImpactClass)
FINDING_CLASSES: tuple[FindingClass, ...] = get_args(FindingClass)
LISTED_CLASSES: tuple[ListedClass, ...] = (*IMPACT_CLASSES, *FINDING_CLASSES)
"""The classes in the order in which a page lists them. The digest of an impact covers `IMPACT_CLASSES` only."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class PageWindow:
    """The requested page: at most `limit` rows, from class `begin` on, without the first `skip` rows of that class."""

    limit: int = 100
    begin: ListedClass = IMPACT_CLASSES[0]
    skip: int = 0

    def contains(self, kind: ListedClass, nth: int) -> bool:
        """Whether row `nth` of a class can be on the page. Earlier classes may still fill the page before this row."""
        index, first = LISTED_CLASSES.index(kind), LISTED_CLASSES.index(self.begin)
        skip = self.skip if index == first else 0
        return index >= first and skip <= nth < skip + self.limit


@dataclass
class DifferenceCounters(Generic[Row]):
    """Counts, digests and page rows of the differences, by class."""

    window: PageWindow
    counts: Counter[ListedClass] = field(default_factory=Counter)
    _rows: Counter[ListedClass] = field(default_factory=Counter)
    _page_rows: dict[ListedClass, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _digests: dict[ListedClass, "hashlib._Hash"] = field(
        default_factory=lambda: {kind: hashlib.sha256() for kind in LISTED_CLASSES}
    )

    def add(self, kind: ListedClass, row: Row, lines: Iterable[str], count: int = 1) -> None:
        """Adds a row to a class. The digest covers the `lines`; the row stands for `count` differences."""
        if self.window.contains(kind, self._rows[kind]):
            self._page_rows[kind].append(row)
        self._digests[kind].update(("\n".join(lines) + "\n\n").encode())
        self._rows[kind] += 1
        self.counts[kind] += count

    @property
    def digest_lines(self) -> list[str]:
        """One line for each impact class, with the digest of its differences."""
        return [f"{kind} {self._digests[kind].hexdigest()}" for kind in IMPACT_CLASSES]

    def page(self) -> tuple[dict[ListedClass, list[Row]], PageWindow | None]:
        """The rows of the requested page by class, and the window of the next page; None on the last page."""
        room, page_rows = self.window.limit, {}
        for kind in LISTED_CLASSES[LISTED_CLASSES.index(self.window.begin) :]:
            skip = self.window.skip if kind == self.window.begin else 0
            page_rows[kind] = self._page_rows[kind][:room]
            room -= len(page_rows[kind])
            if skip + len(page_rows[kind]) < self._rows[kind]:
                return page_rows, PageWindow(self.window.limit, kind, skip + len(page_rows[kind]))
        return page_rows, None
