"""An impact as it is told: a page of the differences, counts of all, and the words."""

from collections.abc import Iterable
from datetime import datetime

from service.model.impact import Impact
from service.rules.impact.edits import Considered, remarked, replaced
from service.rules.impact.impact import found, shown
from service.rules.impact.tally import CLASSES, Window


def told(
    here: Considered, said: Iterable[str], now: datetime, known_at: datetime, window: Window
) -> tuple[Impact, Window | None]:
    """A page of the impact of what was considered, and which page comes next. `said` names the change in the id."""
    result = found(here.before, here.after, here.changes, now, window)
    rows, following = result.tally.page()
    lists = {kind.replace("-", "_"): [shown(row) for row in rows.get(kind, [])] for kind in CLASSES}
    impact = Impact(
        id=result.id(said),
        at=now,
        known_at=known_at,
        dates=sorted(result.dates),
        counts={kind: result.tally.counts[kind] for kind in CLASSES},
        summary=result.story.told(),
        replaces=replaced(here.changes),
        manufacturers=result.story.manufacturers,
        device_models=sorted(result.story.device_models),
        remarks=remarked(here.verdict),
        **lists,
    )
    return impact, following
