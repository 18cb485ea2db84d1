"""A writer of amendments, in a process of its own or beside others: it quotes an impact, amends, and says so.

python -m tests.store.amending SEED     (the graph from the environment; amends until it is killed)

It says `try ID` before, and `made ID` once the amendment is acknowledged.
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
    """Bases of an entry, N/A, or a withdrawal; always from the beginning on, so that one period stays one."""
    entry = chance.choice(ENTRIES)
    others = [number for number in ENTRIES if number != entry]
    bases = chance.choice([None, (), *(tuple(chance.sample(others, count)) for count in (1, 2, 3))])
    return Edit(entry, bases)


def made(graph: Graph, name: str, edit: Edit) -> AmendmentResult | None:
    """One amendment, its impact quoted anew while others move it. None where there is nothing to change."""
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
    """An amendment taken back. None where it was amended again since."""
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
    """What is recorded of it."""
    return AmendmentRecord(name, "writer", "a test", "", "test", reverts=reverts)


def amending(graph: Graph, seed: int, go_on: Callable[[], bool]) -> Iterator[tuple[str, Edit | str, AmendmentResult]]:
    """Amendments and reverts one after the other: the id, the edit or what was reverted, and what came of it."""
    chance, last = random.Random(seed), ""
    for nth in range(10**6):
        if not go_on():
            return
        name = f"{seed}-{nth}-amendment"
        said: Edit | str = last if last and chance.random() < 0.25 else drawn(chance)
        say(f"try {name}")
        done = undone(graph, name, said) if isinstance(said, str) else made(graph, name, said)
        if done:
            say(f"made {name}")
            last = name
            yield name, said, done


def main() -> None:
    """Amends until it is killed, or until the engine is gone."""
    say("opening")
    graph = connect(Settings())
    say("opened")
    try:
        for _ in amending(graph, int(sys.argv[1]), lambda: True):
            pass
    except EngineError as wrong:
        say(f"{type(wrong).__name__} -")


if __name__ == "__main__":
    main()
