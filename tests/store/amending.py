"""Writer of amendments, in its own process or in a thread beside others: quotes an impact, then amends.

python -m tests.store.amending SEED     (the graph from the environment; amends until it is killed)

The writer prints `try ID` before each amendment and `made ID` once the service acknowledges the amendment.
"""

import random
import sys
from collections.abc import Callable, Iterator

from service.application.amendments import edit_impact
from service.application.amendments.commit import AmendmentResult, ProposedAmendment, amend, plan_revert, revert
from service.domain.amendments import AmendmentRecord
from service.domain.clock import now
from service.domain.edits import Edit
from service.errors import AmendedSince, EditsRefused, EngineError, ImpactChanged
from service.graph.connect import connect
from service.graph.protocol import Graph
from service.repositories import compartments
from service.rules.impact.counters import PageWindow
from service.settings import Settings
from tests.store.crash_worker import say

ENTRIES = [f"{number:06}" for number in range(1, 8)]
WINDOW = PageWindow(limit=1)


def drawn(chance: random.Random) -> Edit:
    """A random edit: bases, N/A, or a withdrawal; always valid from the beginning, so that one period remains."""
    entry = chance.choice(ENTRIES)
    others = [number for number in ENTRIES if number != entry]
    bases = chance.choice([None, (), *(tuple(chance.sample(others, count)) for count in (1, 2, 3))])
    return Edit(entry, bases)


def made(graph: Graph, name: str, edit: Edit) -> AmendmentResult | None:
    """Makes one amendment; quotes the impact again if another writer changes it. None if nothing changes."""
    while True:
        recorded = compartments.read_state(graph).recorded
        try:
            quoted, _ = edit_impact.edits_impact(graph, [edit], now(), recorded, WINDOW)
            return amend(graph, now, ProposedAmendment(of(name), quoted.id), [edit])
        except ImpactChanged:
            continue
        except EditsRefused:
            return None


def undone(graph: Graph, name: str, reverts: str) -> AmendmentResult | None:
    """Reverts an amendment. None if another writer has amended the same entry since."""
    while True:
        recorded = compartments.read_state(graph).recorded
        try:
            quoted, _ = plan_revert(graph, reverts, "", now(), recorded).impact(now(), recorded, WINDOW)
            return revert(graph, now, ProposedAmendment(of(name, reverts), quoted.id))
        except ImpactChanged:
            continue
        except (AmendedSince, EditsRefused):
            return None


def of(name: str, reverts: str = "") -> AmendmentRecord:
    """The record of an amendment by this writer."""
    return AmendmentRecord(name, "writer", "a test", "", "test", reverts=reverts)


def amending(graph: Graph, seed: int, go_on: Callable[[], bool]) -> Iterator[tuple[str, Edit | str, AmendmentResult]]:
    """Amendments and reverts one after the other, each as id, edit (or the id of the reverted amendment) and result."""
    chance, last = random.Random(seed), ""
    for nth in range(10**6):
        if not go_on():
            return
        name = f"{seed}-{nth}-amendment"
        change: Edit | str = last if last and chance.random() < 0.25 else drawn(chance)
        say(f"try {name}")
        result = undone(graph, name, change) if isinstance(change, str) else made(graph, name, change)
        if result:
            say(f"made {name}")
            last = name
            yield name, change, result


def main() -> None:
    """Amends until the process is killed or the graph engine is unavailable."""
    say("opening")
    graph = connect(Settings())
    say("opened")
    try:
        for _ in amending(graph, int(sys.argv[1]), lambda: True):
            pass
    except EngineError as error:
        say(f"{type(error).__name__} -")


if __name__ == "__main__":
    main()
