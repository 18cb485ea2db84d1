"""Answers that share a network share steps and reasons, which are found and written once. Each is still the answer
that a terrain of its own would give, byte by byte: what a piece depends on is in the key under which it is shared."""

from datetime import timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from service.application.pathways.pathway_json import PathwayJsonWriter
from service.application.pathways.signed_pathways import add_receipt
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.rules.pathfinding.temporal_graph import TemporalGraph
from service.security.receipt_keys import Keyring
from tests.unit.questions import build_pathway
from tests.worlds import BEGINNING, DATES, END, NOW, World, declaration, revision, terrain, world, worlds

HEAD = "ab" * 32
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Keys to sign with."""
    return Keyring(tmp_path_factory.mktemp("keys") / "keys")


def answered(fetched: TemporalGraph, question: Question, alternatives=0):
    """The answer of the rules, in a terrain that others may have been answered in."""
    return build_pathway(QuestionContext(question, fetched), "1.0", "2022-01-01", alternatives)


def questions(found: World):
    """Everything that can be asked of a world at a few instants, some of them on one day or in one stretch."""
    instants = sorted({*DATES, DATES[1] - HOUR, DATES[3] + HOUR, NOW, NOW + HOUR, NOW + 4000 * 24 * HOUR})
    ends = st.sampled_from([*found.numbers, "000777"])
    return st.builds(Question, ends, ends, st.sampled_from(instants), st.just(NOW), st.booleans())


@st.composite
def many(draw):
    """A world, and a row of questions about it; how many alternatives they ask for."""
    found = draw(worlds(most=8, over_time=True))
    return found, draw(st.lists(questions(found), min_size=2, max_size=24)), draw(st.sampled_from([0, 0, 2]))


@given(many())
def test_answers_that_share_a_terrain_are_those_of_terrains_of_their_own(keys, drawn):
    """Whatever was asked before of the same network, and whatever the same scribe wrote."""
    found, asked, alternatives = drawn
    shared = terrain(found)
    scribes = {removed: PathwayJsonWriter(removed, alternatives, HEAD, keys.id) for removed in (False, True)}
    for question in asked:
        own = answered(terrain(found), question, alternatives)
        mine = answered(shared, question, alternatives)
        assert mine == own
        whole = add_receipt(own, keys, question.through_removed, alternatives, HEAD)
        form = scribes[question.through_removed].write(mine)
        assert form.fill_at(question.at, keys) == whole.model_dump_json(by_alias=True).encode()
        event(own.outcome)


def told(fetched: TemporalGraph, base, target, at=NOW, through_removed=False):
    """The warnings of the steps, or the reasons."""
    found = answered(fetched, Question(base, target, at, NOW, through_removed))
    return [[warning.code for warning in step.warnings] for step in found.steps] or [r.code for r in found.reasons]


def test_a_step_is_shared_within_a_day_alone():
    """The certificate's date passes between two questions of one network."""
    shared = terrain(world(revision(1), revision(2, cpa_number="[E] X1", cpa_date="2023-12-31"), declaration(2, 1)))
    before, after = NOW - HOUR, NOW + HOUR
    assert shared.network(before) is shared.network(after)
    assert [told(shared, "000001", "000002", at) for at in (before, after, before)] == [
        [[]],
        [["certificate-date-passed"]],
        [[]],
    ]


def test_a_step_through_removed_entries_is_another():
    """The cycle is closed by a removed entry: it is one only for who may step to it."""
    said = declaration(1, 3), declaration(2, 1), declaration(3, 2)
    shared = terrain(world(revision(1), revision(2), revision(3, status="Removed"), *said))
    found = [told(shared, "000001", "000002", through_removed=removed) for removed in (False, True, False)]
    assert found == [[[]], [["cycle"]], [[]]]


@pytest.mark.parametrize("first", ["base", "target"])
def test_a_step_is_shared_by_who_asks_for_the_same_twins_alone(first):
    """Each twin is shown where it is asked for, with its own certificate; as base, with its own status."""
    twins = {"fw": 7, "image": 7}
    rows = revision(1, **twins), revision(2, status="Removed", cpa_number="[E] X1", cpa_date="2022-01-01", **twins)
    other, way = revision(3), (["000001", "000003"] if first == "base" else ["000003", "000001"])
    shared = terrain(world(*rows, other, declaration(3, 1) if first == "base" else declaration(1, 3)))
    asked = [way, [number.replace("000001", "000002") for number in way], way]
    found = [answered(shared, Question(*pair, NOW, NOW)).steps[0] for pair in asked]
    assert [[step.base, step.target] for step in found] == asked
    assert found[0] == found[2]
    if first == "target":
        assert [[w.code for w in step.warnings if w.code.startswith("cert")] for step in found] == [
            [],
            ["certificate-date-passed"],
            [],
        ]


def test_where_the_declared_ways_begin_is_told_by_target_and_by_what_may_be_stepped_to():
    """Through removed entries a declared way begins further back."""
    rows = revision(1), revision(2, status="Removed"), revision(3), revision(4), revision(5)
    said = [declaration(number, base) for number, base in ((2, 1), (3, 2), (4, 5))]
    shared = terrain(world(*rows, *said, declaration(1), declaration(5)))
    asked = [("000003", False), ("000003", True), ("000004", False), ("000003", False)]
    found = [answered(shared, Question("000005" if target == "000003" else "000001", target, NOW, NOW, removed))
             for target, removed in asked]  # fmt: skip
    assert [one.reasons[-1].entries for one in found] == [["000002"], ["000001"], ["000005"], ["000002"]]


def test_whom_to_ask_is_told_of_the_entries_that_are_shown():
    """Twins whose maker is written otherwise: where one of them is asked for, its maker is named."""
    same = {"fw": 7, "image": 7}
    shared = terrain(world(revision(1, **same), revision(2, **same), revision(3)))
    makers = {"000001": "FE01", "000002": "FEFE", "000003": "FE01"}
    rows = [row._replace(value=row.value._replace(manufacturer=makers[row.value.number])) for row in shared.listings]
    shared = TemporalGraph(rows, shared.declared, shared.steps, shared.held, shared.beliefs, shared.accepted)
    asked = [("000003", target) for target in ("000001", "000002", "000001")]
    named = [answered(shared, Question(*pair, NOW, NOW)).reasons[0].manufacturers for pair in asked]
    assert named == [["FE01"], ["FEFE"], ["FE01"]]


def test_what_was_believed_before_is_looked_for_wherever_a_step_could_show_it():
    """Of either end, or of a twin of theirs, and of no other entry."""
    was = {"000001": [RecordedIdentity(BEGINNING, END, ("FE01-00010101", "00000009", ""))]}
    known = world(revision(1), revision(2), revision(3), declaration(2, 1), declaration(3, 2), beliefs=was)
    assert told(terrain(known), "000001", "000003") == [["old-declaration"], []]


def test_a_scribe_forgets_before_it_keeps_too_much(keys, monkeypatch):
    """What it writes is the same."""
    monkeypatch.setattr("service.application.pathways.pathway_json._MAX_FRAGMENTS", 1)
    shared = terrain(world(revision(1), revision(2), revision(3), declaration(2, 1), declaration(3, 2)))
    scribe = PathwayJsonWriter(False, 0, HEAD, keys.id)
    for pair in [("000001", "000003"), ("000003", "000001"), ("000002", "000001")] * 2:
        answer = answered(shared, Question(*pair, NOW, NOW))
        whole = add_receipt(answer, keys, False, 0, HEAD).model_dump_json(by_alias=True).encode()
        assert scribe.write(answer).fill_at(NOW, keys) == whole
        assert max(len(scribe._steps), len(scribe._reasons)) <= 1
