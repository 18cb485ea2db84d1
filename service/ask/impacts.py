"""Impacts, page by page: the cursor says where a page begins, and as of which instants all of them are."""

from typing import get_args

from service.ask.answers import Settle
from service.ask.edits import ImpactQuestion
from service.ask.paging import begun, following
from service.graph.protocol import Runner
from service.model.impact import Impact, ImpactClass
from service.rules.impact.tally import Window
from service.store import impact

_KINDS: dict[str, ImpactClass] = {kind: kind for kind in get_args(ImpactClass)}


def of(graph: Runner, settle: Settle, asked: ImpactQuestion) -> Impact:
    """A page of what edits would do; nothing is written."""
    place = begun(asked, "impact")
    when = settle(place.at, place.known_at)
    begin, _, skip = place.after.partition(" ")
    window = Window(asked.limit, _KINDS[begin], int(skip)) if begin else Window(asked.limit)
    found, then = impact.of(graph, [sent.edit for sent in asked.edits], when.at, when.known_at, window)
    if then is None:
        return found
    after = f"{then.begin} {then.skip}"
    return found.model_copy(update={"next": following(asked, after, when.at, when.known_at, "impact")})
