"""Answers while the graph changes: pages keep their instants, and answers warn about the effects of a load."""

from pathlib import Path

import pytest

from loaders.bases import read_bases
from loaders.lists import read_list
from service.application.files.load import LoadOptions, load_bases, load_list
from service.domain.limits import Limits
from tests.conftest import EXAMPLES, load_examples

FIRST = EXAMPLES / "central-products-list-v1.001.xlsx"
SECOND = EXAMPLES / "central-products-list-v1.002.csv"
ACCEPT = EXAMPLES / "bases-accept.csv"


def load(graph, clock, path: Path):
    """Loads a list, or bases, an hour later."""
    clock.forward(hours=1)
    if "bases" in path.name:
        report = load_bases(graph, clock, read_bases(path, Limits(), None), LoadOptions(made_by="test", reason="test"))
    else:
        report = load_list(graph, clock, read_list(path, Limits()), path.name, LoadOptions(made_by="test"))
    assert report.applied, report.refusals
    clock.forward(hours=1)


def remaining_pages(client, path, page, **query):
    """The pages after this page, by cursor."""
    pages = [page]
    while pages[-1]["next"]:
        pages.append(client.get(path, params=query | {"cursor": pages[-1]["next"]}).json())
    return pages[1:]


def test_pages_do_not_mix_two_lists(graph, clock, served):
    """A list that is loaded between two pages does not affect the second page: the cursor holds both instants."""
    load(graph, clock, FIRST)
    with served(graph, clock) as client:
        first = client.get("/v1/entries", params={"limit": 20}).json()
        load(graph, clock, SECOND)
        pages = [first, *remaining_pages(client, "/v1/entries", first, limit=20)]
        statuses = {item["number"]: item["status"] for page in pages for item in page["items"]}
        assert (len(statuses), statuses["000025"]) == (59, "Current")
        assert {(page["at"], page["known_at"], page["list_version"]) for page in pages} == {
            (first["at"], first["known_at"], "1.001")
        }
        fresh = client.get("/v1/entries", params={"limit": 1000}).json()
        assert (len(fresh["items"]), fresh["list_version"]) == (63, "1.002")


def test_pages_of_lists_keep_their_instant(graph, clock, served, tmp_path):
    """A list version that is loaded between two pages appears in later requests only."""
    load(graph, clock, FIRST)
    load(graph, clock, SECOND)
    third = tmp_path / "third.csv"
    title = ("Version 1.002 Issued on 02-03-2026", "Version 1.010 Issued on 04-05-2026")
    third.write_text(SECOND.read_text().replace(*title))
    with served(graph, clock) as client:
        first = client.get("/v1/lists", params={"limit": 1}).json()
        load(graph, clock, third)
        pages = [first, *remaining_pages(client, "/v1/lists", first, limit=1)]
        assert [item["number"] for page in pages for item in page["items"]] == ["1.001", "1.002"]
        assert {page["known_at"] for page in pages} == {first["known_at"]}
        everything = client.get("/v1/lists").json()["items"]
        assert [item["number"] for item in everything] == ["1.001", "1.002", "1.010"]


def test_an_accepted_base_gives_a_step_from_its_acceptance(graph, clock, served):
    """The step has a warning about the change of identity; pages begun before and answers at earlier instants lack the
    step."""
    load_examples(graph, clock)
    clock.forward(hours=1)
    question = {"from": "10", "to": "46"}
    with served(graph, clock) as client:
        before = client.get("/v1/pathways", params=question).json()
        first = client.get("/v1/entries/1/targets", params={"limit": 3}).json()
        load(graph, clock, ACCEPT)
        after = client.get("/v1/pathways", params=question).json()
        assert (before["outcome"], after["outcome"]) == ("none", "route")
        codes = [w["code"] for w in after["steps"][0]["warnings"]]
        assert codes == ["identity-change"]
        pages = remaining_pages(client, "/v1/entries/1/targets", first, limit=3)
        assert [item["entry"] for page in pages for item in page["items"]] == ["000020", "000034"]
        targets = client.get("/v1/entries/1/targets").json()["items"]
        assert {item["entry"] for item in targets} >= {"000046", "000054"}
        instants = {"known_at": before["known_at"], "at": before["at"]}
        assert client.get("/v1/pathways", params=question | instants).json() == before


def test_a_declaration_older_than_a_correction_has_a_warning(graph, clock, served, tmp_path):
    """The second list corrects the hash of 000042 after its base was declared."""
    declared = tmp_path / "bases.csv"
    declared.write_text("Entry.number,Firmware_Upgrade_Path\n000042,000033\n")
    load(graph, clock, FIRST)
    load(graph, clock, declared)
    with served(graph, clock) as client:
        question = {"from": "33", "to": "42", "at": "2026-03-15"}
        before = client.get("/v1/pathways", params=question).json()
        load(graph, clock, SECOND)
        after = client.get("/v1/pathways", params=question).json()
        assert [[w["code"] for w in a["steps"][0]["warnings"]] for a in (before, after)] == [[], ["old-declaration"]]
        assert before["updated"] < after["updated"]


@pytest.mark.parametrize("path", ["/v1/pathways?from=1&to=2", "/v1/entries", "/v1/entries/1", "/v1/entries/1/targets"])
def test_an_empty_graph_is_a_problem(graph, clock, served, path):
    """An empty graph gives the problem `before-first-record`, not an empty answer; the service is ready
    nevertheless."""
    with served(graph, clock) as client:
        response = client.get(path)
        assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, "before-first-record")
        assert client.get("/readyz").status_code == 200
        assert client.get("/v1/lists").json()["items"] == []
