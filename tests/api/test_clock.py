"""A clock behind the last recorded instant, as a caller and the log see it."""

from structlog.testing import capture_logs

from service.repositories import compartments
from tests.conftest import load_examples

EDITS = {"edits": [{"entry": "000050", "bases": ["000008"]}], "reason": "notice", "by": "jo"}


def test_writes_are_refused_with_the_reason_and_one_error_line(graph, clock, served):
    """The problem is 503 `clock-behind`; questions are answered, and receipts of the last instant verify."""
    load_examples(graph, clock)
    clock.forward(days=-200)
    last = compartments.read_state(graph).recorded
    with capture_logs() as logged, served(graph, clock) as client:
        answers = [client.post("/v1/amendments", json=EDITS) for _ in range(3)]
        ready = client.get("/readyz").json()
        asked = client.get("/v1/pathways", params={"from": "1", "to": "34", "at": "2026-05-01"})
        verdict = client.post("/v1/receipts/verify", json=asked.json()["receipt"])
    assert {answer.status_code for answer in answers} == {503}
    problem = answers[0].json()
    assert problem["type"] == "urn:firmware-pathways:problem:clock-behind"
    assert "pathways clock accept" in problem["detail"] and last.strftime("%Y-%m-%dT") in problem["detail"]
    assert ready["writes_refused"] == problem["detail"] and ready["clock_behind_seconds"] > 199 * 86_400
    assert (asked.json()["outcome"], verdict.json()["result"]) == ("route", "same")
    assert [line["event"] for line in logged if line["log_level"] == "error"] == ["clock behind"]
