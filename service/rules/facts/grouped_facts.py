"""The facts recorded and not superseded at one instant, grouped by the entries that they are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from service.domain.facts import (
    Acceptance,
    Confirmation,
    Declaration,
    Fact,
    Revision,
)
from service.rules.pathfinding.twins import group_by_key

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Facts:
    """The facts recorded and not superseded at one instant: by entry, accepted and confirmed bases by (base,
    target).
    """

    revisions: Mapping[str, tuple[Revision, ...]] = field(default_factory=dict)
    declarations: Mapping[str, tuple[Declaration, ...]] = field(default_factory=dict)
    acceptances: Mapping[tuple[str, str], tuple[Acceptance, ...]] = field(default_factory=dict)
    confirmations: Mapping[tuple[str, str], tuple[Confirmation, ...]] = field(default_factory=dict)

    @staticmethod
    def of(
        revisions: Iterable[Revision],
        declarations: Iterable[Declaration],
        acceptances: Iterable[Acceptance],
        confirmations: Iterable[Confirmation] = (),
    ) -> "Facts":
        """Groups the attributes and declarations of entries by entry, and the acceptances and confirmations of bases
        by (base, target).
        """
        return Facts(
            group_by_key((r.entry, r) for r in revisions),
            group_by_key((d.entry, d) for d in declarations),
            group_by_key(((a.base, a.target), a) for a in acceptances),
            group_by_key(((c.base, c.target), c) for c in confirmations),
        )

    @property
    def base_numbers(self) -> set[str]:
        """Returns the numbers of all entries that a declaration names as a base or that somebody accepted as one."""
        declared = {base for rows in self.declarations.values() for row in rows for base in row.bases}
        return declared | {base for base, _ in self.acceptances}


def row_in_force(rows: Iterable[F], at: datetime) -> F | None:
    """Returns the row in force at an instant, or None. The rows given have one subject and never overlap."""
    return next((row for row in rows if row.valid_from <= at < row.valid_to), None)
