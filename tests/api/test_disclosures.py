"""What is kept of whom: of named organisations alone what they were told, once a day, for as long as is set."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from service.app import create_app
from service.application.disclosures import log
from service.repositories import compartments
from service.repositories import disclosures as store
from service.schemas.responses.disclosures import AnswerSummary, Disclosure
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, Ticking, open_examples
from tests.disclosure_desk import SUPPLIERS, counter
from tests.loaders.files import asked

pytestmark = pytest.mark.seconds(9)

ONE, OTHER = SUPPLIERS
WAY = "/v1/pathways?from=1&to=34"
DEVICE = {"manufacturer": "FE01", "device_model": "10010100", "firmware_version": "01000001"}


@pytest.fixture(scope="module")
def opened(engine, request, tmp_path_factory):
    """The examples, on each engine, for this module alone."""
    found = open_examples(engine, request, tmp_path_factory.mktemp("told"))
    yield found
    found.close()


@pytest.fixture
def graph(opened):
    """The same, of which nobody was told anything yet."""
    opened.define(["MATCH (t:Told) DELETE t", "MATCH (k:AccessKey) DELETE k"])
    return opened


@pytest.fixture
def clock():
    """A clock of the test's own."""
    return Ticking(EXAMPLE_CLOCK.now)


@pytest.fixture
def desk(graph, clock):
    """The service, over the examples."""
    with counter(graph, clock) as found:
        yield found


def route(answer):
    """The entries of an answer's route."""
    return [answer["from"], *(step["target"] for step in answer["steps"])] if answer["steps"] else []


def test_a_pathway_is_kept_as_it_was_answered(desk):
    """The question, both instants, outcome, route, and the receipt that was given."""
    answer = desk.ask(ONE, WAY).json()
    assert desk.told() == [
        {
            "organisation": ONE,
            "kind": "pathway",
            "from": "000001",
            "to": "000034",
            "through_removed": False,
            "dated": False,
            "answered": answer["at"],
            "at": answer["at"],
            "known_at": answer["known_at"],
            "list_version": answer["list_version"],
            "told": {"outcome": "route", "entries": route(answer)},
            "verdict": "",
            "sha256": "",
            "receipt": answer["receipt"],
        }
    ]


def test_an_answer_that_was_kept_is_told_to_the_next_who_asks(desk):
    """Answered from memory, and put down all the same."""
    first, second = desk.ask(ONE, WAY), desk.ask(OTHER, WAY)
    assert first.content == second.content
    assert {(item["organisation"], item["told"]["outcome"]) for item in desk.told()} == {
        (ONE, "route"),
        (OTHER, "route"),
    }
    assert [item["receipt"] for item in desk.told(organisation=OTHER)] == [second.json()["receipt"]]


@pytest.mark.parametrize("receipts", [True, False])
@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_of_a_batch_each_good_pair_is_kept(desk, receipts, accept):
    """Once, though it is asked twice; of a pair that could not be asked there is nothing to keep."""
    pairs = [["1", "34"], ["1", "999999"], ["34", "1"], ["x", "1"], ["1", "34"]]
    body = {"pairs": pairs, "receipts": receipts}
    text = desk.ask(ONE, "/v1/pathways", body, headers={"Accept": accept}).text
    lines = json.loads(text)["items"] if accept == "application/json" else map(json.loads, text.splitlines())
    good = {(a["from"], a["to"]): (a["outcome"], route(a), a["receipt"]) for a in lines if "outcome" in a}
    found = {(i["from"], i["to"]): (i["told"]["outcome"], i["told"]["entries"], i["receipt"]) for i in desk.told()}
    assert found == good
    assert len(found) == 2
    assert {item["kind"] for item in desk.told()} == {"batch"}


def test_of_a_plan_each_step_is_kept_with_the_verdict(desk):
    """By its code; with the way where there is one."""
    answer = desk.ask(ONE, "/v1/pathways/check", {"steps": ["1", "2", "34", "1"]}).json()
    expected = {
        ("000001", "000002", "ok", ("000001", "000002")),
        ("000002", "000034", "not-a-base", tuple(answer["steps"][1]["steps"])),
        ("000034", "000001", answer["steps"][2]["code"], ()),
    }
    found = desk.told(kind="check")
    assert {(i["from"], i["to"], i["told"]["outcome"], tuple(i["told"]["entries"])) for i in found} == expected
    assert {item["verdict"] for item in found} == {answer["verdict"]} == {"stop"}


def test_of_a_plan_whose_steps_are_not_judged_the_verdict_is_kept(desk):
    """Nobody can say what the device runs."""
    answer = desk.ask(ONE, "/v1/pathways/check", {"device": {"firmware_version": "99999999"}, "targets": ["2", "34"]})
    (item,) = desk.told()
    assert (item["from"], item["to"], item["told"]["outcome"]) == ("", "000034", answer.json()["verdict"])


def test_of_a_device_the_pathway_is_kept_or_that_there_is_none(desk):
    """With a target alone: what can be reached at all is no answer to act on."""
    two = {"manufacturer": "FE01", "device_model": "10020100", "firmware_version": "02010000"}
    device = two | {"gbcs_version": "2.1"}
    one = desk.ask(ONE, "/v1/resolve", {"device": device, "to": "52"}).json()
    assert one["outcome"] == "route"
    desk.clock.forward(minutes=1)
    several = desk.ask(ONE, "/v1/resolve", {"device": two, "to": "52"}).json()
    desk.ask(ONE, "/v1/resolve", {"device": device})
    unknown, found = desk.told()
    assert (unknown["from"], unknown["to"]) == ("", "000052")
    assert unknown["told"] == {"outcome": "ambiguous", "entries": [match["number"] for match in several["matches"]]}
    assert (found["from"], found["told"]["entries"]) == (one["matches"][0]["number"], route(one["pathway"]))
    assert found["receipt"] == one["pathway"]["receipt"]
    assert {found["kind"], unknown["kind"]} == {"resolve"}


def test_of_an_export_the_digest_is_kept(desk):
    """It names the very file."""
    file = desk.ask(ONE, "/v1/fir").content
    (item,) = desk.told()
    assert (item["kind"], item["from"], item["to"]) == ("export", "", "")
    assert (item["sha256"], item["list_version"]) == (hashlib.sha256(file).hexdigest(), "1.002")


def test_what_the_page_shows_is_kept(desk):
    """A pathway, without a receipt."""
    desk.ask(ONE, "/?from=1&to=34")
    (item,) = desk.told()
    assert (item["kind"], item["from"], item["to"], item["receipt"]) == ("pathway", "000001", "000034", None)


def test_a_question_that_is_repeated_is_one_row_a_day(desk, clock):
    """Of each organisation; the first time stays. Of the next day there is another."""
    for _ in range(3):
        desk.ask(ONE, WAY)
        clock.forward(hours=1)
    assert [item["answered"] for item in desk.told()] == ["2026-06-01T12:00:00Z"]
    clock.forward(days=1)
    desk.ask(ONE, WAY)
    assert [item["answered"] for item in desk.told()] == ["2026-06-02T15:00:00Z", "2026-06-01T12:00:00Z"]


def test_a_service_that_starts_again_keeps_no_second_row(graph, clock):
    """What was written is found in the graph."""
    for _ in range(2):
        with counter(graph, clock) as desk:
            desk.ask(ONE, WAY)
            rows = desk.told()
        clock.forward(minutes=1)
    assert len(rows) == 1


def test_what_was_answered_is_written_before_the_service_ends(graph, clock):
    """It was asked for a moment before."""
    with counter(graph, clock) as desk:
        desk.ask(ONE, WAY)
    assert asked(graph, "MATCH (t:Told) RETURN count(t) AS n") == [{"n": 1}]


def test_a_question_of_an_instant_of_its_own_is_kept_as_one(desk, clock):
    """With that instant: it is another question."""
    desk.ask(ONE, WAY)
    desk.ask(ONE, f"{WAY}&at=2026-03-01")
    desk.ask(ONE, f"{WAY}&known_at=2026-06-01T09:30:00Z")
    desk.ask(ONE, f"{WAY}&through_removed=true")
    found = {(i["dated"], i["at"], i["known_at"], i["through_removed"]) for i in desk.told()}
    now, known, before = "2026-06-01T12:00:00Z", "2026-06-01T10:00:00Z", "2026-06-01T09:30:00Z"
    assert found == {
        (False, now, known, False),
        (False, now, known, True),
        (True, "2026-03-01T00:00:00Z", known, False),
        (True, before, before, False),
    }


def test_of_callers_without_an_organisation_nothing_is_kept(graph, clock):
    """The public, where pathways are opened to it, and a key that names none."""
    with counter(graph, clock, pathways_visible_to="public") as desk:
        for who in ("public", "nobody"):
            for path in (WAY, "/v1/fir", "/?from=1&to=34"):
                desk.ask(who, path)
            desk.ask(who, "/v1/pathways", {"pairs": [["1", "34"]]})
            desk.ask(who, "/v1/pathways/check", {"steps": ["1", "2"]})
            desk.ask(who, "/v1/resolve", {"device": DEVICE, "to": "34"})
        assert desk.told() == []


def test_of_the_owner_of_a_machine_nothing_is_kept(graph, clock):
    """With PATHWAYS_AUTH=off everybody is the owner, who may read the log."""
    with TestClient(create_app(Settings(), graph, clock)) as client:
        assert client.get(WAY).status_code == 200
    with TestClient(create_app(Settings(), graph, clock)) as client:
        assert client.get("/v1/disclosures").json() == {"items": [], "next": None}


def test_nothing_personal_is_kept(desk, graph):
    """No key, no name of one, no address: what is in the graph is what the page tells."""
    desk.ask(ONE, WAY)
    desk.ask(ONE, "/v1/pathways/check", {"steps": ["1", "2"]})
    desk.told()
    rows = asked(graph, "MATCH (t:Told) RETURN t AS t")
    names = {name for row in rows for name in dict(row["t"]) if not name.startswith("_")}
    assert names == {*store.DisclosureRow.model_fields}
    kept = json.dumps([dict(row["t"]) for row in rows], default=str)
    prefix = desk.sent[ONE]["Authorization"].split("_")[1]
    assert prefix not in kept
    assert "testclient" not in kept


def test_pages_and_filters(desk, clock):
    """The newest first, without gap or repetition; each filter lets through what it says."""
    for who in SUPPLIERS:
        for base, target in (("1", "34"), ("1", "2"), ("2", "34")):
            clock.forward(minutes=1)
            desk.ask(who, f"/v1/pathways?from={base}&to={target}")
        desk.ask(who, "/v1/fir")
    whole = desk.told()
    assert [i["answered"] for i in whole] == sorted((i["answered"] for i in whole), reverse=True)
    assert len(whole) == 8
    pages, cursor = [], ""
    while cursor is not None:
        page = desk.ask("secas", "/v1/disclosures", params={"limit": 3, "cursor": cursor}).json()
        pages.append(page["items"])
        cursor = page["next"]
    assert [item for page in pages for item in page] == whole
    assert [len(page) for page in pages] == [3, 3, 2]
    since = whole[3]["answered"]
    for given, lets in (
        ({"organisation": OTHER}, lambda i: i["organisation"] == OTHER),
        ({"from": "1"}, lambda i: i["from"] == "000001"),
        ({"to": "34"}, lambda i: i["to"] == "000034"),
        ({"kind": "export"}, lambda i: i["kind"] == "export"),
        ({"since": since}, lambda i: i["answered"] >= since),
        (
            {"from": "1", "to": "2", "organisation": ONE},
            lambda i: (i["from"], i["to"], i["organisation"]) == ("000001", "000002", ONE),
        ),
    ):
        assert desk.told(**given) == [item for item in whole if lets(item)] != whole, given


def test_a_cursor_of_another_question_is_refused(desk, clock):
    """It would page through something else."""
    for target in ("34", "2"):
        clock.forward(minutes=1)
        desk.ask(ONE, f"/v1/pathways?from=1&to={target}")
    desk.told()
    cursor = desk.ask("secas", "/v1/disclosures", params={"limit": 1}).json()["next"]
    desk.ask("secas", "/v1/disclosures", params={"cursor": cursor, "organisation": ONE}, status=422)


@pytest.mark.parametrize(("days", "kept"), [(2, 1), (1, 0), (30, 2), (0, 0)])
def test_what_is_older_than_is_set_is_let_go(graph, clock, monkeypatch, days, kept):
    """At the start, some at a time; 0 lets go of everything, and keeps nothing more."""
    monkeypatch.setattr(store, "_ROWS", 1)
    with counter(graph, clock) as desk:
        desk.ask(ONE, WAY)
        clock.forward(days=2)
        desk.ask(ONE, WAY)
    clock.forward(days=1, hours=1)
    with counter(graph, clock, disclosure_days=days) as desk:
        let_go(desk, kept)
        if days == 0:
            desk.ask(ONE, WAY)
            assert desk.told() == []


def let_go(desk, kept):
    """Waits until so many are left, and sees that it stays so."""
    deadline = time.monotonic() + 30
    while len(desk.told()) > kept and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert len(desk.told()) == kept


def test_a_service_that_goes_on_lets_go_again_and_again(graph, clock, monkeypatch):
    """Not at its start alone: here some hundred times a second, else once an hour."""
    monkeypatch.setattr(log, "_HOUR", 0.01)
    with counter(graph, clock) as desk:
        for _ in range(2):
            desk.ask(ONE, WAY)
            let_go(desk, 1)
            clock.forward(days=89)
            let_go(desk, 1)
            clock.forward(days=2)
            let_go(desk, 0)


def test_what_is_let_go_while_it_is_read_fails_nobody(graph):
    """Another transaction deletes rows that a page, an impact and the log itself are about to give."""

    def fill():
        for _ in range(40):
            store.write_disclosures(graph, [telling_of(EXAMPLE_CLOCK.now, nth) for nth in range(200)])
            store.delete_older(graph, "9")

    with ThreadPoolExecutor(1) as pool:
        filling, read = pool.submit(fill), 0
        while not filling.done():
            found = store.list_disclosures(graph, "9", "", 1000, organisation="", kind="", base="", target="")
            read += len(found)
            ids = [row.id for row in found]
            assert len(graph.rows(store.OF_IDS, ids=ids)) <= len(ids)
            graph.rows(store.LATEST, targets=["000002"], known=EXAMPLE_CLOCK.now)
            graph.rows(store.EXISTING, ids=ids)
        filling.result()
    assert read


def telling_of(answered, nth):
    """One telling of many."""
    return Disclosure(
        ONE, "pathway", f"{nth:06}", "000002", False, False, answered, AnswerSummary(answered, "1", "none"), answered
    )


def test_no_compartment_moves(desk, graph):
    """The log raises no revision, and so no ETag and no receipt's head."""
    states = [compartments.read_state(graph, name) for name in ("public", "zigbee", "audit")]
    tag = desk.ask(ONE, WAY).headers.get("etag")
    desk.ask(OTHER, "/v1/fir")
    desk.told()
    assert [compartments.read_state(graph, name) for name in ("public", "zigbee", "audit")] == states
    assert desk.ask(ONE, WAY).headers.get("etag") == tag
