"""The validity of an answer; and its stored JSON, filled in, equals the answer with its receipt."""

import json
from datetime import timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from service.application.pathways.pathway_json import write_pathway
from service.application.pathways.signed_pathways import add_receipt
from service.domain.clock import BEGINNING, END
from service.domain.facts import Declaration
from service.rules.answers.pathway import answer_validity
from service.rules.answers.question import Question, QuestionContext
from service.security.receipt_keys import Keyring
from tests.unit.questions import build_pathway
from tests.worlds import DATES, NOW, declaration, revision, terrain, world, worlds

HEAD = "ab" * 32
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Keys to sign receipts."""
    return Keyring(tmp_path_factory.mktemp("keys") / "keys")


def answer_with_validity(over_time, base, target, at, through_removed=False, alternatives=0):
    """The answer at an instant, and its validity."""
    here = QuestionContext(Question(base, target, at, NOW, through_removed), over_time)
    found = build_pathway(here, "1.0", "2022-01-01", alternatives)
    return found, answer_validity(here, found)


def instants_of(span):
    """Instants of a span: the first, the last, and any between."""
    last = span.end - timedelta.resolution
    return st.sampled_from([span.start, last]) | st.datetimes(
        span.start.replace(tzinfo=None), last.replace(tzinfo=None)
    ).map(lambda instant: instant.replace(tzinfo=span.start.tzinfo))


@st.composite
def questions(draw):
    """A world over time, two of its entries, and an instant at or near a boundary."""
    found = draw(worlds(over_time=True))
    base, target = (draw(st.sampled_from(found.numbers)) for _ in range(2))
    edges = [edge for edge in found.moments if BEGINNING < edge < END]
    near = [instant for edge in edges for instant in (edge, edge - timedelta.resolution, edge + 5 * DAY)]
    return terrain(found), base, target, draw(st.sampled_from([*DATES, *near]))


@given(questions(), st.booleans(), st.integers(0, 3), st.data())
def test_an_answer_is_the_same_while_it_is_valid(keys, question, through_removed, alternatives, data):
    """Except its `at`; and the stored JSON, filled in, equals the answer with its receipt byte by byte."""
    over_time, base, target, at = question
    first, span = answer_with_validity(over_time, base, target, at, through_removed, alternatives)
    assert span.contains(at)
    event(f"lasts {min(span.end - span.start, DAY)}, {first.outcome}")
    then = data.draw(instants_of(span))
    second, _ = answer_with_validity(over_time, base, target, then, through_removed, alternatives)
    assert second == first.model_copy(update={"at": then})
    whole = add_receipt(second, keys, through_removed, alternatives, HEAD)
    kept = write_pathway(first, through_removed, alternatives, HEAD, keys.id)
    assert kept.fill_at(then, keys) == whole.model_dump_json(by_alias=True).encode()
    assert kept.size > 0


def test_a_text_that_looks_like_the_instant_is_left_as_it_is(keys):
    """A text of the list may contain any characters."""
    over_time = terrain(world(revision(1), revision(2), declaration(2, 1)))
    found, _ = answer_with_validity(over_time, "000001", "000002", NOW)
    tricky = f'"at":"{found.model_dump(mode="json")["at"]}"'
    step = found.steps[0].model_copy(update={"firmware_version": tricky, "device_model": '"signature":"'})
    made = write_pathway(found.model_copy(update={"steps": [step]}), False, 0, HEAD, keys.id)
    later = json.loads(made.fill_at(NOW + DAY, keys))
    assert later["at"] == later["receipt"]["at"] == "2024-01-02T00:00:00Z"
    assert (later["steps"][0]["firmware_version"], later["steps"][0]["device_model"]) == (tricky, '"signature":"')


def test_a_certificate_date_is_compared_anew_each_day():
    """The same route has the warning from the day after."""
    over_time = terrain(world(revision(1), revision(2, cpa_number="[E] X1", cpa_date="2023-12-31"), declaration(2, 1)))
    before, span = answer_with_validity(over_time, "000001", "000002", NOW - timedelta(hours=1))
    after, _ = answer_with_validity(over_time, "000001", "000002", span.end)
    assert [len(found.steps[0].warnings) for found in (before, after)] == [0, 1]


def test_an_answer_with_the_nearest_time_is_valid_at_one_instant():
    """The nearer of two such times changes half-way, where no fact begins or ends."""
    said: list[Declaration] = [declaration(2, 1, until=DATES[1]), declaration(2, since=DATES[1], until=DATES[2])]
    over_time = terrain(world(revision(1), revision(2), *said, declaration(2, 1, since=DATES[2])))
    early, late = DATES[1] + DAY, DATES[2] - DAY
    found = [answer_with_validity(over_time, "000001", "000002", at) for at in (early, late)]
    nearest = [next(r.interval for r in one.reasons if r.code == "not-at-this-time") for one, _ in found]
    assert [(span.from_, span.to) for span in nearest] == [(DATES[0], DATES[1]), (DATES[2], None)]
    assert all(span.end - span.start == timedelta.resolution for _, span in found)
