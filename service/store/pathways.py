"""Pathways, and all that can be reached, as of both clocks."""

from collections.abc import Callable
from datetime import datetime

from service.errors import EntryUnknown
from service.graph.protocol import Runner
from service.model.pathway import Pathway, ReachItem
from service.rules import answer
from service.rules.question import Question, Setting
from service.store.lists import Moment
from service.store.neighbourhood import ever_known, fetch


def pathway(graph: Runner, moment: Moment, base: str, target: str, through_removed: bool) -> Pathway:
    """How to get from one entry to another, or the exact reasons why not.

    Raises EntryUnknown for a number that no list known at the moment has.
    """
    here = _setting(graph, moment, base, target, through_removed)
    return answer.pathway(here, moment.list.number, moment.list.issued)


def targets(graph: Runner, moment: Moment, entry: str, through_removed: bool) -> list[ReachItem]:
    """All entries to which there is a route."""
    return answer.targets(_setting(graph, moment, entry, entry, through_removed))


def origins(graph: Runner, moment: Moment, entry: str, through_removed: bool) -> list[ReachItem]:
    """All entries from which there is a route."""
    return answer.all_origins(_setting(graph, moment, entry, entry, through_removed))


def _setting(graph: Runner, moment: Moment, base: str, target: str, through_removed: bool) -> Setting:
    near = fetch(graph, {base, target}, moment.at, moment.known_at)
    require_known(graph, {base, target} - near.entries.keys(), moment.known_at)
    return Setting(Question(base, target, moment.at, moment.known_at, through_removed), near)


def require_known(graph: Runner, entries: set[str], known_at: datetime) -> None:
    """Raises EntryUnknown for the first of the entries that no list known then has, whatever its date."""
    strangers = sorted(entries - ever_known(graph, entries, known_at)) if entries else []
    if strangers:
        raise EntryUnknown(f"No list known at that time has entry {strangers[0]}.", entry=strangers[0])


Reach = Callable[[Runner, Moment, str, bool], list[ReachItem]]
