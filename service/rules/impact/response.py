"""Builds the response for an impact: one page of the changed pathway answers, the counts of all changes, and the
summary.
"""

from collections.abc import Iterable
from datetime import datetime

from service.rules.impact.counters import FINDING_CLASSES, IMPACT_CLASSES, PageWindow
from service.rules.impact.differences import ImpactDifferences, find_differences, response_row
from service.rules.impact.edits import ProposedChange, edit_remarks, replaced_declarations
from service.rules.impact.finding_changes import FactsForFindings, finding_differences
from service.schemas.responses.impact import DatedFindingCounts, DatedImpactCounts, FindingChanges, Impact


def impact_response(
    proposed: ProposedChange,
    digest_lines: Iterable[str],
    now: datetime,
    known_at: datetime,
    window: PageWindow,
    context: FactsForFindings | None = None,
) -> tuple[Impact, PageWindow | None]:
    """Returns one page of the impact (changed pathway answers) of a proposed change, and the position of the next page
    or None.

    The `digest_lines` stand for the edits in the id of the impact. The response has findings (reported faults) only if
    `context` is given; findings are not part of the id.
    """
    result = find_differences(proposed.before, proposed.after, proposed.changes, now, window)
    dates = _add_findings(result, proposed, context, now) if context else []
    rows, next_window = result.counters.page()
    counts = result.counters.counts
    lists = {kind.replace("-", "_"): [response_row(row) for row in rows.get(kind, [])] for kind in IMPACT_CLASSES}
    findings = {kind: rows.get(kind, []) for kind in FINDING_CLASSES}
    impact = Impact(
        id=result.id(digest_lines),
        at=now,
        known_at=known_at,
        dates=sorted(result.dates),
        counts={kind: counts[kind] for kind in IMPACT_CLASSES},
        by_date=[
            DatedImpactCounts(at=at, counts={kind: result.counters.dated[at][kind] for kind in IMPACT_CLASSES})
            for at in sorted(result.dates)
        ],
        summary=result.summary.text(),
        replaces=replaced_declarations(proposed.changes),
        manufacturers=result.summary.manufacturers,
        device_models=sorted(result.summary.device_models),
        remarks=edit_remarks(proposed.verdict),
        findings=FindingChanges(
            dates=dates,
            counts={kind: counts[kind] for kind in FINDING_CLASSES},
            by_date=[
                DatedFindingCounts(at=at, counts={kind: result.counters.dated[at][kind] for kind in FINDING_CLASSES})
                for at in dates
            ],
            **findings,
        )
        if context
        else None,
        **lists,
    )
    return impact, next_window


def _add_findings(
    result: ImpactDifferences, proposed: ProposedChange, context: FactsForFindings, now: datetime
) -> list[datetime]:
    """Adds the findings (reported faults) that a change creates or ends to the differences. Returns the instants
    compared.
    """
    dates = []
    for difference in finding_differences(proposed, context, now):
        dates.append(difference.at)
        for kind, changes in zip(FINDING_CLASSES, (difference.new, difference.gone), strict=True):
            for key, change in changes.items():
                result.counters.add(kind, change, ())
                result.counters.count(kind, difference.at, key)
    return dates
