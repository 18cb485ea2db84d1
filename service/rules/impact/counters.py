"""What is kept of all the differences: their counts, their digests and a page of them.

There may be as many as there are pairs, so none is kept that is not shown. They come in the order of their class's
list: by instant, then by entry.
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
"""All that a page is made of, in its order; the digest of an impact is of the answers' classes alone."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class PageWindow:
    """Which page is wanted: after how many of which class, and how many at most."""

    limit: int = 100
    begin: ListedClass = IMPACT_CLASSES[0]
    skip: int = 0

    def contains(self, kind: ListedClass, nth: int) -> bool:
        """Whether the nth of a class may stand on the page, should there be room for it."""
        place, first = LISTED_CLASSES.index(kind), LISTED_CLASSES.index(self.begin)
        skip = self.skip if place == first else 0
        return place >= first and skip <= nth < skip + self.limit


@dataclass
class DifferenceCounters(Generic[Row]):
    """The differences, class by class, as they come."""

    window: PageWindow
    counts: Counter[ListedClass] = field(default_factory=Counter)
    _rows: Counter[ListedClass] = field(default_factory=Counter)
    _kept: dict[ListedClass, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _digests: dict[ListedClass, "hashlib._Hash"] = field(
        default_factory=lambda: {kind: hashlib.sha256() for kind in LISTED_CLASSES}
    )

    def add(self, kind: ListedClass, row: Row, said: Iterable[str], count: int = 1) -> None:
        """One more of a class; `said` is what the digest is of, `count` how many it stands for."""
        if self.window.contains(kind, self._rows[kind]):
            self._kept[kind].append(row)
        self._digests[kind].update(("\n".join(said) + "\n\n").encode())
        self._rows[kind] += 1
        self.counts[kind] += count

    @property
    def digest_lines(self) -> list[str]:
        """What a digest of all differences is of."""
        return [f"{kind} {self._digests[kind].hexdigest()}" for kind in IMPACT_CLASSES]

    def page(self) -> tuple[dict[ListedClass, list[Row]], PageWindow | None]:
        """The page wanted, and the next one; None where this is the last."""
        room, found = self.window.limit, {}
        for kind in LISTED_CLASSES[LISTED_CLASSES.index(self.window.begin) :]:
            skip = self.window.skip if kind == self.window.begin else 0
            found[kind] = self._kept[kind][:room]
            room -= len(found[kind])
            if skip + len(found[kind]) < self._rows[kind]:
                return found, PageWindow(self.window.limit, kind, skip + len(found[kind]))
        return found, None
