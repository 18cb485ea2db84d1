"""Disclosures cannot be inferred: before and after them every caller of another organisation gets the same bytes."""

import pytest

from tests.api.test_no_inference import REQUESTS
from tests.conftest import EXAMPLE_CLOCK, Ticking, open_examples
from tests.disclosure_client import SUPPLIERS, disclosure_client, wait_until_written

SUPPLIER, OTHER = SUPPLIERS
OUTSIDERS = ("public", "nobody", OTHER, "own", "ssc")
EDIT = {"edits": [{"entry": "34", "bases": None}]}
ASKED = [
    *(request for request in REQUESTS if request[1] != "/v1/audit"),  # every read adds a record to the audit
    ("GET", "/v1/pathways?from=1&to=34", None),
    ("POST", "/v1/impact", EDIT),
    ("GET", "/v1/amendments/{id}", None),
    ("GET", "/v1/amendments/{id}/impact", None),
    ("GET", "/v1/amendments/{id}/revert", None),
    ("GET", "/v1/disclosures", None),
    ("GET", f"/v1/disclosures?organisation={SUPPLIER}", None),
    ("GET", "/v1/disclosures?kind=stray", None),
]


@pytest.fixture(scope="module")
def api(engine, request, tmp_path_factory):
    """A client of the service over the examples."""
    graph = open_examples(engine, request, tmp_path_factory.mktemp("inference"))
    with disclosure_client(graph, Ticking(EXAMPLE_CLOCK.now)) as client:
        for headers in client.sent.values():
            client.client.get("/healthz", headers=headers)
        yield client
    graph.close()


def answers(api, amendment, callers):
    """Status, headers and body of the response to every request of these callers."""
    responses = {}
    for who in callers:
        for method, path, body in ASKED:
            url = path.replace("{id}", amendment)
            response = api.client.request(method, url, json=body, headers=api.sent[who])
            responses[who, method, url] = response.status_code, dict(response.headers), response.content
    wait_until_written(api.client)
    return responses


@pytest.mark.deep("two whole worlds compared")
def test_only_secas_can_see_a_difference_in_the_log(api):
    """All routes, as every caller of another organisation; SECAS sees the difference."""
    amendment = api.ask("secas", "/v1/amendments").json()["items"][0]["id"]
    answers(api, amendment, OUTSIDERS)  # disclosures to the outsiders themselves are in both comparisons
    before, seen = answers(api, amendment, OUTSIDERS), answers(api, amendment, ["secas"])
    for base in ("1", "2", "5"):
        api.ask(SUPPLIER, f"/v1/pathways?from={base}&to=34")
    api.ask(SUPPLIER, "/v1/pathways", {"pairs": [["1", "34"], ["1", "3"]]})
    api.ask(SUPPLIER, "/v1/pathways/check", {"steps": ["1", "2", "34"]})
    api.ask(SUPPLIER, "/v1/fir")
    wait_until_written(api.client)
    assert answers(api, amendment, OUTSIDERS) == before
    now = answers(api, amendment, ["secas"])
    differing = {key[2] for key in now if now[key] != seen[key]}
    assert {"/v1/impact", "/v1/disclosures", f"/v1/disclosures?organisation={SUPPLIER}"} <= differing
    assert not {
        place for place in differing if "disclosures" not in place and "impact" not in place and "revert" not in place
    }
    for (who, _, path), (status, _, content) in before.items():
        if path.startswith("/v1/disclosures"):
            assert status == (401 if who == "public" else 422 if "stray" in path else 200)
            assert SUPPLIER.encode() not in content
