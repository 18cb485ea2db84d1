"""An impact as it is told: a page of the differences, counts of all, and the words."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from service.rules.impact.counters import FINDING_CLASSES, IMPACT_CLASSES, PageWindow
from service.rules.impact.differences import ImpactDifferences, find_differences, response_row
from service.rules.impact.edits import ProposedChange, edit_remarks, replaced_declarations
from service.rules.impact.finding_changes import FindingContext, finding_differences
from service.schemas.responses.impact import FindingChanges, Impact


def impact_response(
    here: ProposedChange,
    said: Iterable[str],
    now: datetime,
    known_at: datetime,
    window: PageWindow,
    wider: FindingContext | None = None,
) -> tuple[Impact, PageWindow | None]:
    """A page of the impact of what was considered, and which page comes next. `said` names the change in the id.

    Findings are told where it is given on what they rest; they are no part of the id.
    """
    result = find_differences(here.before, here.after, here.changes, now, window)
    dates = list(_with_findings(result, here, wider)) if wider else []
    rows, following = result.counters.page()
    counts = result.counters.counts
    lists = {kind.replace("-", "_"): [response_row(row) for row in rows.get(kind, [])] for kind in IMPACT_CLASSES}
    findings = {kind: rows.get(kind, []) for kind in FINDING_CLASSES}
    impact = Impact(
        id=result.id(said),
        at=now,
        known_at=known_at,
        dates=sorted(result.dates),
        counts={kind: counts[kind] for kind in IMPACT_CLASSES},
        summary=result.summary.text(),
        replaces=replaced_declarations(here.changes),
        manufacturers=result.summary.manufacturers,
        device_models=sorted(result.summary.device_models),
        remarks=edit_remarks(here.verdict),
        findings=FindingChanges(dates=dates, counts={kind: counts[kind] for kind in FINDING_CLASSES}, **findings)
        if wider
        else None,
        **lists,
    )
    return impact, following


def _with_findings(result: ImpactDifferences, here: ProposedChange, wider: FindingContext) -> Iterator[datetime]:
    for one in finding_differences(here, wider, result.now):
        yield one.at
        for change in one.new:
            result.counters.add("new", change, ())
        for change in one.gone:
            result.counters.add("gone", change, ())
