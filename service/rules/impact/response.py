"""The response for an impact: a page of the differences, the counts of all, and the summary."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from service.rules.impact.counters import FINDING_CLASSES, IMPACT_CLASSES, PageWindow
from service.rules.impact.differences import ImpactDifferences, find_differences, response_row
from service.rules.impact.edits import ProposedChange, edit_remarks, replaced_declarations
from service.rules.impact.finding_changes import FindingContext, finding_differences
from service.schemas.responses.impact import FindingChanges, Impact


def impact_response(
    proposed: ProposedChange,
    digest_lines: Iterable[str],
    now: datetime,
    known_at: datetime,
    window: PageWindow,
    context: FindingContext | None = None,
) -> tuple[Impact, PageWindow | None]:
    """A page of the impact of a proposed change, and the window of the next page or None.

    The `digest_lines` identify the change in the id. The response has findings only if `context` is given; findings are
    not part of the id.
    """
    result = find_differences(proposed.before, proposed.after, proposed.changes, now, window)
    dates = list(_add_findings(result, proposed, context)) if context else []
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
        summary=result.summary.text(),
        replaces=replaced_declarations(proposed.changes),
        manufacturers=result.summary.manufacturers,
        device_models=sorted(result.summary.device_models),
        remarks=edit_remarks(proposed.verdict),
        findings=FindingChanges(dates=dates, counts={kind: counts[kind] for kind in FINDING_CLASSES}, **findings)
        if context
        else None,
        **lists,
    )
    return impact, next_window


def _add_findings(result: ImpactDifferences, proposed: ProposedChange, context: FindingContext) -> Iterator[datetime]:
    for difference in finding_differences(proposed, context, result.now):
        yield difference.at
        for change in difference.new:
            result.counters.add("new", change, ())
        for change in difference.gone:
            result.counters.add("gone", change, ())
