"""That somebody was told something can be inferred by nobody: before and after it, all others get the same bytes."""

import pytest

from tests.api.test_no_inference import REQUESTS
from tests.conftest import EXAMPLE_CLOCK, Ticking, open_examples
from tests.disclosure_desk import SUPPLIERS, counter, written

ONE, OTHER = SUPPLIERS
OUTSIDERS = ("public", "nobody", OTHER, "own", "ssc")
EDIT = {"edits": [{"entry": "34", "bases": None}]}
ASKED = [
    *(request for request in REQUESTS if request[1] != "/v1/audit"),  # it grows by being read
    ("GET", "/v1/pathways?from=1&to=34", None),
    ("POST", "/v1/impact", EDIT),
    ("GET", "/v1/amendments/{id}", None),
    ("GET", "/v1/amendments/{id}/impact", None),
    ("GET", "/v1/amendments/{id}/revert", None),
    ("GET", "/v1/disclosures", None),
    ("GET", f"/v1/disclosures?organisation={ONE}", None),
    ("GET", "/v1/disclosures?kind=stray", None),
]


@pytest.fixture(scope="module")
def desk(engine, request, tmp_path_factory):
    """The service over the examples."""
    graph = open_examples(engine, request, tmp_path_factory.mktemp("inference"))
    with counter(graph, Ticking(EXAMPLE_CLOCK.now)) as found:
        for headers in found.sent.values():
            found.client.get("/healthz", headers=headers)
        yield found
    graph.close()


def answers(desk, amendment, callers):
    """Status, headers and bytes of every request of these callers."""
    found = {}
    for who in callers:
        for method, path, body in ASKED:
            place = path.replace("{id}", amendment)
            got = desk.client.request(method, place, json=body, headers=desk.sent[who])
            found[who, method, place] = got.status_code, dict(got.headers), got.content
    written(desk.client)
    return found


@pytest.mark.deep("two whole worlds compared")
def test_two_worlds_that_differ_in_the_log_answer_alike(desk):
    """All routes, by all who may not see it; and SECAS sees that there is a difference."""
    amendment = desk.ask("secas", "/v1/amendments").json()["items"][0]["id"]
    answers(desk, amendment, OUTSIDERS)  # what they are told themselves is in both worlds
    before, seen = answers(desk, amendment, OUTSIDERS), answers(desk, amendment, ["secas"])
    for base in ("1", "2", "5"):
        desk.ask(ONE, f"/v1/pathways?from={base}&to=34")
    desk.ask(ONE, "/v1/pathways", {"pairs": [["1", "34"], ["1", "3"]]})
    desk.ask(ONE, "/v1/pathways/check", {"steps": ["1", "2", "34"]})
    desk.ask(ONE, "/v1/fir")
    written(desk.client)
    assert answers(desk, amendment, OUTSIDERS) == before
    now = answers(desk, amendment, ["secas"])
    differing = {key[2] for key in now if now[key] != seen[key]}
    assert {"/v1/impact", "/v1/disclosures", f"/v1/disclosures?organisation={ONE}"} <= differing
    assert not {
        place for place in differing if "disclosures" not in place and "impact" not in place and "revert" not in place
    }
    closed = {key: answer[0] for key, answer in before.items() if "/v1/disclosures" in key[2]}
    assert set(closed.values()) == {401, 403}
    assert all((status == 401) == (key[0] == "public") for key, status in closed.items())
