"""Computes the impact (changed pathway answers) that the dry run of a file reports, in pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from service.application.amendments.edit_impact import PlannedChange
from service.application.disclosures.disclosure_impact import DisclosedAnswersFinder
from service.domain.clock import BEGINNING
from service.graph.protocol import QueryRunner
from service.repositories import compartments
from service.repositories.write_transaction import WriteTransaction
from service.rules.impact.counters import PageWindow
from service.rules.impact.finding_changes import FactsForFindings
from service.schemas.responses.impact import Impact

FindDisclosures = Callable[[QueryRunner], DisclosedAnswersFinder | None]
"""A function that gets the transaction of a dry run, and returns how to find the answers that a change makes untrue."""

MORE = "more"
"""The value of `next` in the impact of a command that prints only the first differences as text."""


def no_disclosures(transaction: QueryRunner) -> None:
    """Returns None: the caller may not read the disclosure log."""


@dataclass(frozen=True)
class LoadInstants:
    """The instants of a load: when the file is or would be loaded, and up to when recorded facts count."""

    now: datetime
    known_at: datetime


@dataclass(frozen=True)
class DryRunPage:
    """The page of an impact that a dry run reports.

    `at` and `known_at` are the instants of the first page, or None for the first page itself. `cursor` builds the
    cursor of the page that shows the rows given; by default a mark that more rows exist.
    """

    window: PageWindow = field(default_factory=PageWindow)
    at: datetime | None = None
    known_at: datetime | None = None
    find_disclosures: FindDisclosures = no_disclosures
    cursor: Callable[[PageWindow | None, datetime, datetime], str | None] = lambda window, *_: window and MORE

    def instants(self, writing: WriteTransaction, *, dry_run: bool) -> LoadInstants:
        """Returns the instants of a load. For the first page of a dry run these are the instant of the transaction, and
        the last committed one.

        Later pages compute with the same facts, whatever has been recorded since. In an empty graph nothing was
        committed, so both are the instant of the transaction, as for a load that is not a dry run.
        """
        if not dry_run:
            return LoadInstants(writing.recorded, writing.recorded)
        if self.at and self.known_at:
            return LoadInstants(self.at, self.known_at)
        last = compartments.read_state(writing.transaction).recorded
        return LoadInstants(writing.recorded, last if last > BEGINNING else writing.recorded)

    def impact(
        self, planned: PlannedChange, instants: LoadInstants, transaction: QueryRunner, context: FactsForFindings | None
    ) -> Impact:
        """Returns the page of the impact of a planned load. `context` adds the findings (faults in the data) that
        change.
        """
        now, known_at = instants.now, instants.known_at
        impact, following = planned.impact(now, known_at, self.window, self.find_disclosures(transaction), context)
        return impact.model_copy(update={"next": self.cursor(following, now, known_at)})
