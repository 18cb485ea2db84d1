"""An impact as it is told: a page of the differences, counts of all, and the words."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from service.rules.impact.counters import CLASSES, FINDINGS, Window
from service.rules.impact.differences import Found, found, shown
from service.rules.impact.edits import Considered, remarked, replaced
from service.rules.impact.finding_changes import Wider, differences
from service.schemas.responses.impact import FindingChanges, Impact


def told(
    here: Considered, said: Iterable[str], now: datetime, known_at: datetime, window: Window, wider: Wider | None = None
) -> tuple[Impact, Window | None]:
    """A page of the impact of what was considered, and which page comes next. `said` names the change in the id.

    Findings are told where it is given on what they rest; they are no part of the id.
    """
    result = found(here.before, here.after, here.changes, now, window)
    dates = list(_with_findings(result, here, wider)) if wider else []
    rows, following = result.tally.page()
    counts = result.tally.counts
    lists = {kind.replace("-", "_"): [shown(row) for row in rows.get(kind, [])] for kind in CLASSES}
    findings = {kind: rows.get(kind, []) for kind in FINDINGS}
    impact = Impact(
        id=result.id(said),
        at=now,
        known_at=known_at,
        dates=sorted(result.dates),
        counts={kind: counts[kind] for kind in CLASSES},
        summary=result.story.told(),
        replaces=replaced(here.changes),
        manufacturers=result.story.manufacturers,
        device_models=sorted(result.story.device_models),
        remarks=remarked(here.verdict),
        findings=FindingChanges(dates=dates, counts={kind: counts[kind] for kind in FINDINGS}, **findings)
        if wider
        else None,
        **lists,
    )
    return impact, following


def _with_findings(result: Found, here: Considered, wider: Wider) -> Iterator[datetime]:
    for one in differences(here, wider, result.now):
        yield one.at
        for change in one.new:
            result.tally.add("new", change, ())
        for change in one.gone:
            result.tally.add("gone", change, ())
