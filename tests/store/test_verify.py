"""Verification of derived edges and pathways finds every step that was created, altered or deleted by hand.

Verification compares each derived edge with the facts. It also computes each pathway twice: by the rules, which
merge twins into one vertex and take the status from the revisions, and by the engine, which uses the edges only.
"""

from collections.abc import Iterator

import pytest

from service.application.verify import VerificationReport, verify
from service.domain.clock import END, iso
from service.graph.protocol import Graph
from service.repositories import compartments
from service.rules.facts.derive_edges import derive_edges
from tests.conftest import open_empty
from tests.store.crash_worker import raw
from tests.store.packed import written
from tests.templates import emptied
from tests.worlds import DATES, NOW, declaration, revision, world

KNOWN = world(
    *[revision(1), revision(9, fw=1, image=1), revision(2), revision(3), revision(4, status="Removed")],
    *[declaration(2, 1), declaration(3, 2), declaration(4, 3)],
)
PAIRS = 5 * 4


@pytest.fixture(scope="module")
def opened(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The module's graph, once on each engine."""
    graph = open_empty(engine, request, tmp_path_factory.mktemp("verify"))
    yield graph
    graph.close()


@pytest.fixture
def drawn(opened: Graph) -> Graph:
    """Steps 1 → 2 → 3 → 4, with 4 removed, and 9 → 2 because 9 is a twin of 1."""
    written(emptied(opened), [KNOWN])
    return opened


def verified(graph: Graph) -> VerificationReport:
    """The verification report."""
    return verify(graph, lambda: NOW, PAIRS)


def row(base, target, /, **altered):
    """The derived edge of a step, as the fault prints it."""
    (step_,) = [
        step for step in derive_edges(KNOWN.facts, KNOWN.numbers)[0] if (step.base, step.target) == (base, target)
    ]
    return repr(step_.model_copy(update=altered))


ONE, TWO, THREE, FOUR, NINE = "000001", "000002", "000003", "000004", "000009"
BY_TWIN = f"MATCH (:Entry {{number: '{NINE}'}})-[s:UPGRADES_TO]->(:Entry {{number: '{TWO}'}})"
DECLARED = f"MATCH (:Entry {{number: '{ONE}'}})-[s:UPGRADES_TO]->(:Entry {{number: '{TWO}'}})"
INTO_REMOVED = f"MATCH (:Entry {{number: '{THREE}'}})-[s:UPGRADES_TO]->(:Entry {{number: '{FOUR}'}})"
LAST = f"MATCH (:Entry {{number: '{TWO}'}})-[s:UPGRADES_TO]->(:Entry {{number: '{THREE}'}})"
NO_WAY_FROM_9 = [
    f"{NINE} → {target}{removed}: the rules find {steps} steps, the engine None."
    for target, steps in ((TWO, 1), (THREE, 2))
    for removed in ("", " through removed entries")
]
NO_WAY_FROM_9.append(f"{NINE} → {FOUR} through removed entries: the rules find 3 steps, the engine None.")

TAMPERED = [
    # case name, statement, missing edges, edges without a fact, pathways that only one of rules and engine finds
    ("a step of a twin deleted", f"{BY_TWIN} DELETE s", [row(NINE, TWO)], [], NO_WAY_FROM_9),
    (
        "a step of a twin that begins later",
        f"{BY_TWIN} SET s.valid_from = $later",
        [row(NINE, TWO)],
        [row(NINE, TWO, valid_from=END)],
        NO_WAY_FROM_9,
    ),
    (
        "a step of a twin that ended",
        f"{BY_TWIN} SET s.valid_to = $earlier",
        [row(NINE, TWO)],
        [row(NINE, TWO, valid_to=DATES[3])],
        NO_WAY_FROM_9,
    ),
    (
        "a step of a twin that is believed no more",
        f"{BY_TWIN} SET s.recorded_to = s.recorded_from",
        [row(NINE, TWO)],
        [],
        NO_WAY_FROM_9,
    ),
    (
        "a step into a listed entry as if the list had removed the entry",
        f"{DECLARED} SET s.listed = false",
        [row(ONE, TWO)],
        [row(ONE, TWO, listed=False)],
        [f"{ONE} → {target}: the rules find {n} steps, the engine None." for target, n in ((TWO, 1), (THREE, 2))],
    ),
    (
        "a step into a removed entry as if the entry were listed",
        f"{INTO_REMOVED} SET s.listed = true",
        [row(THREE, FOUR)],
        [row(THREE, FOUR, listed=True)],
        [
            f"{base} → {FOUR}: the rules find None steps, the engine {steps}."
            for base, steps in ((ONE, 3), (NINE, 3), (TWO, 2), (THREE, 1))
        ],
    ),
    # no twin and no status is involved, so the rules and the engine use the same edges
    (
        "the only step to an entry, in an interval of its own",
        f"{LAST} SET s.valid_to = $earlier",
        [row(TWO, THREE)],
        [row(TWO, THREE, valid_to=DATES[3])],
        [],
    ),
    ("the only step to an entry deleted", f"{LAST} DELETE s", [row(TWO, THREE)], [], []),
    (
        "a step by another declaration",
        f"{LAST} SET s.declaration = 'another'",
        [row(TWO, THREE)],
        [row(TWO, THREE, declaration="another")],
        [],
    ),
]


@pytest.mark.parametrize(
    ("statement", "lacking", "stray", "ways"), [case[1:] for case in TAMPERED], ids=[case[0] for case in TAMPERED]
)
def test_verification_finds_a_changed_step(drawn, statement, lacking, stray, ways):
    """Exactly the expected faults: edges that differ from the facts, and pathways that differ from the engine."""
    sound = verified(drawn)
    assert (sound.faults, sound.steps, sound.pairs) == ([], 4, PAIRS)
    given = {"later": END, "earlier": DATES[3]}
    raw(drawn, statement, **{name: value for name, value in given.items() if f"${name}" in statement})
    as_recorded = f"as recorded at {iso(compartments.read_state(drawn).recorded)}"
    due = [f"UPGRADES_TO lacks a row, {as_recorded}: {one}" for one in lacking]
    due += [f"UPGRADES_TO has a row that no fact gives, {as_recorded}: {one}" for one in stray]
    found = verified(drawn).faults
    assert (found[: len(due)], sorted(found[len(due) :])) == (due, sorted(ways))


DRAWN = f"""
MATCH (a:Entry {{number: '{THREE}'}}), (b:Entry {{number: '{NINE}'}})
MATCH (:Entry)-[s:UPGRADES_TO]->(:Entry {{number: '{THREE}'}})
CREATE (a)-[:UPGRADES_TO {{base: a.number, target: b.number, listed: true, declaration: 'drawn', acceptance: '',
  by_twin: false, identity_change: false, valid_from: s.valid_from, valid_to: s.valid_to,
  recorded_from: s.recorded_from, recorded_to: s.recorded_to}}]->(b)
"""


def test_verification_finds_a_step_created_by_hand(drawn):
    """No fact gives the edge. By the rules the edge also leads to a twin of its target; by the engine it does not."""
    raw(drawn, DRAWN)
    stray = row(TWO, THREE, base=THREE, target=NINE, declaration="drawn")
    first, *others = verified(drawn).faults
    as_recorded = f"as recorded at {iso(compartments.read_state(drawn).recorded)}"
    assert first == f"UPGRADES_TO has a row that no fact gives, {as_recorded}: {stray}"
    assert sorted(others) == sorted(
        f"{base} → {ONE}{removed}: the rules find {steps} steps, the engine None."
        for base, steps in ((THREE, 1), (TWO, 2))
        for removed in ("", " through removed entries")
    )
