"""Large graphs: a chain of 600 steps and a dense device model, in work that is counted, not timed."""

import random
from itertools import pairwise

import pytest

from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.snapshot import DeclarationInForce, EntryInForce, Snapshot, Step
from tests.unit.questions import ask, build_pathway, constant_graph, way
from tests.worlds import NOW, declaration, revision, six, world

ENTRIES, EDGES = 1_400, 58_000
BOUND = 20 * ENTRIES


def test_a_chain_of_600_steps():
    """No recursion limit applies, neither for the route nor for the reasons in the opposite direction."""
    numbers = list(range(601, 0, -1))
    facts = [revision(number) for number in numbers]
    said = [declaration(target, base) for base, target in pairwise(numbers)]
    known = world(*facts, *said, declaration(601))
    assert way(ask(known, 601, 1)) == [six(number) for number in numbers]
    back = ask(known, 1, 601)
    assert (back.outcome, [reason.entries for reason in back.reasons]) == (
        "none",
        [["000601"], ["000001", "000601"], ["000601"]],
    )
    assert back.reasons[1].steps == [six(number) for number in numbers]


def test_declared_paths_begin_at_every_entry_of_a_cycle():
    """The reason names all 600 entries."""
    numbers = list(range(1, 601))
    said = [declaration(number % 600 + 1, number) for number in numbers]
    known = world(*(revision(number) for number in [*numbers, 700]), *said, declaration(700))
    assert ask(known, 700, 1).reasons[-1].entries == [six(number) for number in numbers]


class Counted(list):
    """The neighbours of each vertex. Counts the look-ups, and fails if there are too many."""

    taken = 0

    def __getitem__(self, place):
        Counted.taken += 1
        assert Counted.taken < BOUND, "more work than a few looks at every vertex"
        return super().__getitem__(place)


def counting(here: QuestionContext) -> QuestionContext:
    """The same context, with every look-up of neighbours counted."""
    Counted.taken = 0
    network = here.network
    network.after, network.before = Counted(network.after), Counted(network.before)
    return here


def dense(undeclared: int) -> Snapshot:
    """One device model: steps lead from lower to higher positions, and the first entries have no bases."""
    draw = random.Random(7)
    numbers = [six(number) for number in draw.sample(range(1, 5_000), ENTRIES)]
    pairs = set()
    while len(pairs) < EDGES:
        base, target = sorted(draw.sample(range(ENTRIES), 2))
        pairs |= {(numbers[base], numbers[target])} if target >= undeclared else set()
    bases = {target for _, target in pairs}
    entries = {
        number: EntryInForce(
            number=number,
            device_model="FE01-00010101",
            firmware_version=number,
            image_hash=number if draw.random() > 0.05 else "",
            declared=DeclarationInForce(kind="bases" if number in bases else "not-supplied"),
        )
        for number in numbers
    }
    return Snapshot(entries, [Step(base, target) for base, target in sorted(pairs)])


def ends(near: Snapshot) -> tuple[str, str]:
    """An entry to which no step leads, and one from which no step leads."""
    targets, bases = {step.target for step in near.steps}, {step.base for step in near.steps}
    return min(near.entries.keys() - targets), min(near.entries.keys() - bases)


def counted_outcome(near: Snapshot, base: str, target: str) -> str:
    """The outcome of a question, with every look-up counted."""
    answer = build_pathway(
        counting(QuestionContext(Question(base, target, NOW, NOW), constant_graph(near))), "1.0", "2022-01-01"
    )
    assert Counted.taken > ENTRIES / 10
    return answer.outcome


@pytest.mark.parametrize("undeclared", [1, 700])
def test_a_dense_device_model_needs_bounded_work(undeclared):
    """Each vertex is examined a few times, for the pathway and for missing declarations."""
    near = dense(undeclared)
    first, last = ends(near)
    assert counted_outcome(near, first, last) == "route"
    assert counted_outcome(near, last, first) == "unknown"


def test_missing_declarations_beyond_an_accepted_step_need_bounded_work():
    """One search finds all 700 undeclared entries."""
    near = dense(700)
    first, _ = ends(near)
    into = min({step.base for step in near.steps} & {step.target for step in near.steps})
    other = EntryInForce("999999", "FE01-00020101", "1", "1", declared=DeclarationInForce(kind="none"))
    steps = [*near.steps, Step("999999", into, acceptance="c1")]
    joined = Snapshot({**near.entries, "999999": other}, steps, accepted={"c1": NOW})
    assert counted_outcome(joined, "999999", first) == "unknown"
