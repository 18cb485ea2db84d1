"""`POST /v1/pathways`: many pathways in one request, in order; each equals the answer to a single request."""

import json
import random

import pytest

from service.application.pathways import batches
from service.schemas.requests.bodies import MAX_PAIRS

PATHWAYS = "/v1/pathways"
INSTANTS = {"at": "2026-06-01T12:00:00Z"}
NDJSON = {"Accept": "application/x-ndjson"}


def ask(client, pairs, headers=None, **more):
    """The response to a batch."""
    return client.post(PATHWAYS, json={"pairs": pairs, **INSTANTS, **more}, headers=headers)


def single_bytes(client, base, target, **more):
    """The body of the single request for the same pair."""
    return client.get(PATHWAYS, params={"from": base, "to": target, **INSTANTS, **more}).content


def single(client, base, target, **more):
    """The JSON of the single request for the same pair."""
    return json.loads(single_bytes(client, base, target, **more))


def test_every_answer_equals_the_single_answer(client, monkeypatch):
    """The pairs cover all outcomes, several device models and repetitions, in several parts."""
    monkeypatch.setattr(batches, "_PART", 40)
    chance = random.Random(3)
    known = [entry["number"] for entry in client.get("/v1/entries?limit=1000").json()["items"]]
    pairs = [[chance.choice(known), chance.choice(known).lstrip("0")] for _ in range(150)]
    pairs.append(["000001", "1"])
    for through_removed in (False, True):
        answer = ask(client, pairs, through_removed=through_removed)
        assert answer.status_code == 200
        expected = [single_bytes(client, base, target, through_removed=through_removed) for base, target in pairs]
        assert answer.content == b'{"items":[' + b",".join(expected) + b"]}"
        outcomes = {json.loads(item)["outcome"] for item in expected}
        assert outcomes == {"route", "none", "unknown", "already-there"}


def test_a_streamed_batch_keeps_the_order_and_searches_each_pair_once(client, monkeypatch):
    """A repeated pair is searched once, wherever it recurs: in the same part of the batch or in a later one."""
    monkeypatch.setattr(batches, "_PART", 3)
    pairs = [["1", "34"], ["34", "1"], ["1", "34"], ["1", "999999"], ["34", "34"], ["1", "34"], ["34", "1"]]
    searches, find = [], batches.pathways.find_pathway_data
    monkeypatch.setattr(batches.pathways, "find_pathway_data", lambda *args: searches.append(args[2:4]) or find(*args))
    answers = [json.loads(line) for line in ask(client, pairs, NDJSON).text.splitlines()]
    assert [[answer["from"].lstrip("0"), answer["to"].lstrip("0")] for answer in answers] == pairs
    assert ["problem" in answer for answer in answers] == [to == "999999" for _, to in pairs]
    assert len(searches) == len(set(searches)) == 4


def test_without_receipts_only_the_receipt_is_missing(client):
    """The `receipt` of each answer is null."""
    pairs = [["1", "34"], ["34", "1"], ["1", "999999"]]
    bare, signed = (ask(client, pairs, receipts=wanted).json()["items"] for wanted in (False, True))
    assert [item | {"receipt": None} for item in signed[:2]] == bare[:2]
    assert bare[2] == signed[2]


def test_a_bad_pair_affects_no_other_pair(client):
    """An unknown entry and a malformed entry number become problems in their places."""
    items = ask(client, [["1", "34"], ["1", "999999"], ["x", "34"], ["000000", "34"], ["34", "1"]]).json()["items"]
    assert [item.get("outcome") for item in items] == ["route", None, None, None, "none"]
    assert [(bad["from"], bad["to"], bad["problem"]["type"].split(":")[-1]) for bad in items[1:4]] == [
        ("1", "999999", "unknown-entry"),
        ("x", "34", "invalid-question"),
        ("000000", "34", "invalid-question"),
    ]
    assert items[1]["problem"]["status"] == 404
    assert "999999" in items[1]["problem"]["detail"]


def test_ndjson_lines_equal_the_json_items(client):
    """With `Accept: application/x-ndjson` the service sends one document a line."""
    pairs = [["1", "34"], ["1", "999999"], ["34", "1"]]
    answer = ask(client, pairs, NDJSON)
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in answer.text.splitlines()] == ask(client, pairs).json()["items"]
    assert answer.text.endswith("\n")


def test_an_empty_batch_has_no_answers(client):
    """The service answers 200 with an empty list."""
    assert ask(client, []).json() == {"items": []}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "pairs"),
        ({"pairs": [["1", "2"]] * (MAX_PAIRS + 1)}, "pairs"),
        ({"pairs": [["1"]]}, "pairs.0"),
        ({"pairs": [["1", "2", "3"]]}, "pairs.0"),
        ({"pairs": [[True, 2]]}, "pairs.0.0"),
        ({"pairs": ["12"]}, "pairs.0"),
        ({"pairs": [["1" * 21, "2"]]}, "pairs.0.0"),
        ({"pairs": [], "at": "soon"}, "at"),
        ({"pairs": [], "stray": 1}, "stray"),
        ({"pairs": [], "known_at": "9998-01-01"}, None),
        ({"pairs": [], "at": "1999-01-01"}, None),
    ],
)
def test_a_malformed_batch_is_refused_as_a_whole(client, body, where):
    """The problem names the place of the error."""
    answer = client.post(PATHWAYS, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    if where:
        assert answer.json()["errors"][0]["where"] == where


def test_a_batch_honours_at(client):
    """`at` means the same in a batch as in a single request."""
    items = ask(client, [["6", "61"]], at="2026-02-01").json()["items"]
    assert items == [single(client, "6", "61", at="2026-02-01")]
    assert items[0]["outcome"] == "none"
