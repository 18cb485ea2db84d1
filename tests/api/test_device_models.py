"""`GET /v1/device-models/{id}` on the examples, on both engines, compared with the other answers about its entries."""

import pytest

from tests.api.test_search import HASHES, SOURCE

MODEL = "FE02-20010100"


def model_of(ask, model=MODEL, **query):
    """The answer, and its nodes by entry."""
    answer = ask(f"/v1/device-models/{model}", **query)
    return answer, {node["entry"]: node for node in answer["nodes"]}


def test_the_entries_of_a_device_model_with_their_steps(ask):
    """Each entry of the list is in exactly one node; what the steps reach is what `targets` lists."""
    answer, nodes = model_of(ask)
    own = [number for number, row in SOURCE.items() if row["device_model"] == MODEL]
    assert sorted(n for node in nodes.values() if node["device_model"] == MODEL for n in node["entries"]) == sorted(own)
    assert (answer["device_model"], answer["manufacturer"], answer["list_version"]) == (MODEL, "FE02", "1.002")
    assert answer["steps"] == sum(len(node["bases"]) for node in nodes.values()) > answer["reduced_steps"] > 0
    assert nodes["000013"]["fragment"] == {"part": 1, "parts": 2}
    assert all(node["image_hash"] == (HASHES[entry] or None) for entry, node in nodes.items())
    reached, frontier = set(), {"000003"}
    while frontier:
        frontier = {
            entry for entry, node in nodes.items() if node["listed"] and frontier & set(node["bases"])
        } - reached
        reached |= frontier
    targets = {item["entry"] for item in ask("/v1/entries/3/targets")["items"]}
    assert {number for entry in reached for number in nodes[entry]["entries"]} == targets


def test_both_clocks_and_any_spelling(ask):
    """Before the bases were recorded no step was known; another spelling names the same device model."""
    answer, nodes = model_of(ask, known_at="2026-06-01T08:10:00Z")
    assert answer["steps"] == 0
    assert nodes
    assert model_of(ask, "fe:02:20:01:01:00")[0]["nodes"] == model_of(ask)[0]["nodes"]


def test_removed_entries_are_drawn_only_if_steps_may_lead_to_them(ask):
    """The steps in force are the same; the reduction has more of them."""
    for model in {row["device_model"] for row in SOURCE.values()}:
        nodes, through = model_of(ask, model)[1], model_of(ask, model, through_removed=True)[1]
        assert [node["bases"] for node in nodes.values()] == [node["bases"] for node in through.values()]
        assert not any(node["reduced_bases"] for node in nodes.values() if not node["listed"])


@pytest.mark.parametrize(
    ("model", "status", "slug"),
    [("FE02-20010199", 404, "unknown-device-model"), ("20010100", 422, "invalid-question")],
)
def test_another_device_model_is_refused_in_words(client, model, status, slug):
    """An unknown one; one without its manufacturer."""
    response = client.get(f"/v1/device-models/{model}")
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (status, slug)
    assert "device model FE02-20010199" in response.json()["detail"] or "12 hex digits" in response.json()["detail"]
