"""The disclosure log: what named organisations were told, one record a day, for the retention period."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from service.app import create_app
from service.application.disclosures import log
from service.repositories import compartments
from service.repositories import disclosures as store
from service.schemas.responses.disclosures import AnswerSummary, Disclosure
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, Ticking, open_examples
from tests.disclosure_client import SUPPLIERS, disclosure_client
from tests.loaders.files import asked

pytestmark = pytest.mark.seconds(5)

SUPPLIER, OTHER = SUPPLIERS
PATHWAY = "/v1/pathways?from=1&to=34"
DEVICE = {"manufacturer": "FE01", "device_model": "10010100", "firmware_version": "01000001"}


@pytest.fixture(scope="module")
def opened(engine, request, tmp_path_factory):
    """The examples, on each engine, for this module alone."""
    graph = open_examples(engine, request, tmp_path_factory.mktemp("told"))
    yield graph
    graph.close()


@pytest.fixture
def graph(opened):
    """The graph of `opened` with an empty disclosure log and no keys."""
    opened.define(["MATCH (t:Told) DELETE t", "MATCH (k:AccessKey) DELETE k"])
    return opened


@pytest.fixture
def clock():
    """A clock of the test's own."""
    return Ticking(EXAMPLE_CLOCK.now)


@pytest.fixture
def api(graph, clock):
    """A client of the service over the examples."""
    with disclosure_client(graph, clock) as client:
        yield client


def route(answer):
    """The entries of an answer's route."""
    return [answer["from"], *(step["target"] for step in answer["steps"])] if answer["steps"] else []


def test_an_organisation_reads_its_own_rows_alone(api):
    """By every caller of that name, page by page; another name, or none, gets an empty page, and the public a 401."""
    for who in SUPPLIERS:
        for target in (2, 5, 34):
            api.ask(who, f"/v1/pathways?from=1&to={target}")
    whole = api.disclosures()
    for who in SUPPLIERS:
        own = [row for row in whole if row["organisation"] == who]
        assert len(own) == 3
        first = api.ask(who, "/v1/disclosures?limit=2").json()
        second = api.ask(who, "/v1/disclosures", params={"limit": 2, "cursor": first["next"]}).json()
        assert (first["items"] + second["items"], second["next"]) == (own, None)
        (row,) = api.ask(who, f"/v1/disclosures?organisation={who}&to=34").json()["items"]
        assert (row in own, row["receipt"]["steps"][-1]["target"]) == (True, "000034")
    nothing = {"items": [], "next": None}
    assert api.ask(SUPPLIER, f"/v1/disclosures?organisation={OTHER}").json() == nothing
    for who in ("nobody", "ssc", "own"):
        assert api.ask(who, "/v1/disclosures").json() == nothing
    api.ask("public", "/v1/disclosures", status=401)


def test_a_pathway_is_recorded_as_it_was_answered(api):
    """The record holds the question, both instants, the outcome, the route and the receipt."""
    answer = api.ask(SUPPLIER, PATHWAY).json()
    assert api.disclosures() == [
        {
            "organisation": SUPPLIER,
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


def test_a_cached_answer_is_recorded_for_each_organisation(api):
    """The second answer comes from the cache and is recorded nevertheless."""
    first, second = api.ask(SUPPLIER, PATHWAY), api.ask(OTHER, PATHWAY)
    assert first.content == second.content
    assert {(item["organisation"], item["told"]["outcome"]) for item in api.disclosures()} == {
        (SUPPLIER, "route"),
        (OTHER, "route"),
    }
    assert [item["receipt"] for item in api.disclosures(organisation=OTHER)] == [second.json()["receipt"]]


@pytest.mark.parametrize("receipts", [True, False])
@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_each_valid_pair_of_a_batch_is_recorded(api, receipts, accept):
    """A repeated pair has one record; a pair that is refused has none."""
    pairs = [["1", "34"], ["1", "999999"], ["34", "1"], ["x", "1"], ["1", "34"]]
    body = {"pairs": pairs, "receipts": receipts}
    text = api.ask(SUPPLIER, "/v1/pathways", body, headers={"Accept": accept}).text
    lines = json.loads(text)["items"] if accept == "application/json" else map(json.loads, text.splitlines())
    answered = {(a["from"], a["to"]): (a["outcome"], route(a), a["receipt"]) for a in lines if "outcome" in a}
    recorded = {
        (i["from"], i["to"]): (i["told"]["outcome"], i["told"]["entries"], i["receipt"]) for i in api.disclosures()
    }
    assert recorded == answered
    assert len(recorded) == 2
    assert {item["kind"] for item in api.disclosures()} == {"batch"}


def test_each_step_of_a_plan_is_recorded_with_the_verdict(api):
    """A record holds the code of the step, and the route if there is one."""
    answer = api.ask(SUPPLIER, "/v1/pathways/check", {"steps": ["1", "2", "34", "1"]}).json()
    expected = {
        ("000001", "000002", "ok", ("000001", "000002")),
        ("000002", "000034", "not-a-base", tuple(answer["steps"][1]["steps"])),
        ("000034", "000001", answer["steps"][2]["code"], ()),
    }
    records = api.disclosures(kind="check")
    assert {(i["from"], i["to"], i["told"]["outcome"], tuple(i["told"]["entries"])) for i in records} == expected
    assert {item["verdict"] for item in records} == {answer["verdict"]} == {"stop"}


def test_a_plan_without_judged_steps_is_recorded_with_its_verdict(api):
    """The firmware of the device is unknown, so no step is judged."""
    answer = api.ask(
        SUPPLIER, "/v1/pathways/check", {"device": {"firmware_version": "99999999"}, "targets": ["2", "34"]}
    )
    (item,) = api.disclosures()
    assert (item["from"], item["to"], item["told"]["outcome"]) == ("", "000034", answer.json()["verdict"])


def test_the_answer_for_a_device_and_target_is_recorded(api):
    """A request without a target is not recorded: reachable entries are not an answer to act on."""
    two = {"manufacturer": "FE01", "device_model": "10020100", "firmware_version": "02010000"}
    device = two | {"gbcs_version": "2.1"}
    resolved = api.ask(SUPPLIER, "/v1/resolve", {"device": device, "to": "52"}).json()
    assert resolved["outcome"] == "route"
    api.clock.forward(minutes=1)
    several = api.ask(SUPPLIER, "/v1/resolve", {"device": two, "to": "52"}).json()
    api.ask(SUPPLIER, "/v1/resolve", {"device": device})
    unknown, single = api.disclosures()
    assert (unknown["from"], unknown["to"]) == ("", "000052")
    assert unknown["told"] == {"outcome": "ambiguous", "entries": [match["number"] for match in several["matches"]]}
    assert (single["from"], single["told"]["entries"]) == (resolved["matches"][0]["number"], route(resolved["pathway"]))
    assert single["receipt"] == resolved["pathway"]["receipt"]
    assert {single["kind"], unknown["kind"]} == {"resolve"}


def test_the_digest_of_an_export_is_recorded(api):
    """The digest identifies the exported file."""
    file = api.ask(SUPPLIER, "/v1/fir").content
    (item,) = api.disclosures()
    assert (item["kind"], item["from"], item["to"]) == ("export", "", "")
    assert (item["sha256"], item["list_version"]) == (hashlib.sha256(file).hexdigest(), "1.002")


def test_a_pathway_on_the_page_is_recorded(api):
    """The page shows a pathway without a receipt."""
    api.ask(SUPPLIER, "/?from=1&to=34")
    (item,) = api.disclosures()
    assert (item["kind"], item["from"], item["to"], item["receipt"]) == ("pathway", "000001", "000034", None)


def test_a_repeated_question_has_one_record_a_day(api, clock):
    """The record of each organisation keeps the first time of the day; the next day has another record."""
    for _ in range(3):
        api.ask(SUPPLIER, PATHWAY)
        clock.forward(hours=1)
    assert [item["answered"] for item in api.disclosures()] == ["2026-06-01T12:00:00Z"]
    clock.forward(days=1)
    api.ask(SUPPLIER, PATHWAY)
    assert [item["answered"] for item in api.disclosures()] == ["2026-06-02T15:00:00Z", "2026-06-01T12:00:00Z"]


def test_a_restarted_service_writes_no_second_record(graph, clock):
    """The service finds the day's records in the graph."""
    for _ in range(2):
        with disclosure_client(graph, clock) as api:
            api.ask(SUPPLIER, PATHWAY)
            rows = api.disclosures()
        clock.forward(minutes=1)
    assert len(rows) == 1


def test_pending_records_are_written_before_the_service_stops(graph, clock):
    """The service stops immediately after the answer."""
    with disclosure_client(graph, clock) as api:
        api.ask(SUPPLIER, PATHWAY)
    assert asked(graph, "MATCH (t:Told) RETURN count(t) AS n") == [{"n": 1}]


def test_questions_with_instants_of_their_own_have_separate_records(api, clock):
    """A record holds the requested instant; a different instant is a different question."""
    api.ask(SUPPLIER, PATHWAY)
    api.ask(SUPPLIER, f"{PATHWAY}&at=2026-03-01")
    api.ask(SUPPLIER, f"{PATHWAY}&known_at=2026-06-01T09:30:00Z")
    api.ask(SUPPLIER, f"{PATHWAY}&through_removed=true")
    recorded = {(i["dated"], i["at"], i["known_at"], i["through_removed"]) for i in api.disclosures()}
    now, known, before = "2026-06-01T12:00:00Z", "2026-06-01T10:00:00Z", "2026-06-01T09:30:00Z"
    assert recorded == {
        (False, now, known, False),
        (False, now, known, True),
        (True, "2026-03-01T00:00:00Z", known, False),
        (True, before, before, False),
    }


def test_callers_without_an_organisation_are_not_recorded(graph, clock):
    """That is the public, where the public may see pathways, and a key without an organisation."""
    with disclosure_client(graph, clock, pathways_visible_to="public") as api:
        for who in ("public", "nobody"):
            for path in (PATHWAY, "/v1/fir", "/?from=1&to=34"):
                api.ask(who, path)
            api.ask(who, "/v1/pathways", {"pairs": [["1", "34"]]})
            api.ask(who, "/v1/pathways/check", {"steps": ["1", "2"]})
            api.ask(who, "/v1/resolve", {"device": DEVICE, "to": "34"})
        assert api.disclosures() == []


def test_without_sign_in_nothing_is_recorded(graph, clock):
    """With PATHWAYS_AUTH=off every caller is the owner, who may also read the log."""
    with TestClient(create_app(Settings(), graph, clock)) as client:
        assert client.get(PATHWAY).status_code == 200
    with TestClient(create_app(Settings(), graph, clock)) as client:
        assert client.get("/v1/disclosures").json() == {"items": [], "next": None}


def test_no_personal_data_is_recorded(api, graph):
    """A record has no key, key name or address; the graph holds only the fields that the API returns."""
    api.ask(SUPPLIER, PATHWAY)
    api.ask(SUPPLIER, "/v1/pathways/check", {"steps": ["1", "2"]})
    api.disclosures()
    rows = asked(graph, "MATCH (t:Told) RETURN t AS t")
    names = {name for row in rows for name in dict(row["t"]) if not name.startswith("_")}
    assert names == {*store.DisclosureRow.model_fields}
    stored = json.dumps([dict(row["t"]) for row in rows], default=str)
    prefix = api.sent[SUPPLIER]["Authorization"].split("_")[1]
    assert prefix not in stored
    assert "testclient" not in stored


def test_pages_and_filters(api, clock):
    """Newest first, without gap or repetition; each filter selects the matching records."""
    for who in SUPPLIERS:
        for base, target in (("1", "34"), ("1", "2"), ("2", "34")):
            clock.forward(minutes=1)
            api.ask(who, f"/v1/pathways?from={base}&to={target}")
        api.ask(who, "/v1/fir")
    records = api.disclosures()
    assert [i["answered"] for i in records] == sorted((i["answered"] for i in records), reverse=True)
    assert len(records) == 8
    pages, cursor = [], ""
    while cursor is not None:
        page = api.ask("secas", "/v1/disclosures", params={"limit": 3, "cursor": cursor}).json()
        pages.append(page["items"])
        cursor = page["next"]
    assert [item for page in pages for item in page] == records
    assert [len(page) for page in pages] == [3, 3, 2]
    since = records[3]["answered"]
    for filters, matches in (
        ({"organisation": OTHER}, lambda i: i["organisation"] == OTHER),
        ({"from": "1"}, lambda i: i["from"] == "000001"),
        ({"to": "34"}, lambda i: i["to"] == "000034"),
        ({"kind": "export"}, lambda i: i["kind"] == "export"),
        ({"since": since}, lambda i: i["answered"] >= since),
        (
            {"from": "1", "to": "2", "organisation": SUPPLIER},
            lambda i: (i["from"], i["to"], i["organisation"]) == ("000001", "000002", SUPPLIER),
        ),
    ):
        assert api.disclosures(**filters) == [item for item in records if matches(item)] != records, filters


def test_a_cursor_for_other_filters_is_refused(api, clock):
    """With other filters the cursor would page through other records."""
    for target in ("34", "2"):
        clock.forward(minutes=1)
        api.ask(SUPPLIER, f"/v1/pathways?from=1&to={target}")
    api.disclosures()
    cursor = api.ask("secas", "/v1/disclosures", params={"limit": 1}).json()["next"]
    api.ask("secas", "/v1/disclosures", params={"cursor": cursor, "organisation": SUPPLIER}, status=422)


@pytest.mark.parametrize(("days", "kept"), [(2, 1), (1, 0), (30, 2), (0, 0)])
def test_records_older_than_the_retention_period_are_deleted(graph, clock, monkeypatch, days, kept):
    """The service deletes at the start, in chunks; 0 days deletes every record and disables recording."""
    monkeypatch.setattr(store, "DELETED_AT_ONCE", 1)
    with disclosure_client(graph, clock) as api:
        api.ask(SUPPLIER, PATHWAY)
        clock.forward(days=2)
        api.ask(SUPPLIER, PATHWAY)
    clock.forward(days=1, hours=1)
    with disclosure_client(graph, clock, disclosure_days=days) as api:
        wait_until_left(api, kept)
        if days == 0:
            api.ask(SUPPLIER, PATHWAY)
            assert api.disclosures() == []


def wait_until_left(api, kept):
    """Waits until this many records are left, and asserts that the number stays."""
    deadline = time.monotonic() + 30
    while len(api.disclosures()) > kept and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    assert len(api.disclosures()) == kept


def test_a_running_service_deletes_old_records_repeatedly(graph, clock, monkeypatch):
    """The hourly deletion runs every hundredth of a second in this test."""
    monkeypatch.setattr(log, "_HOUR", 0.01)
    with disclosure_client(graph, clock) as api:
        for _ in range(2):
            api.ask(SUPPLIER, PATHWAY)
            wait_until_left(api, 1)
            clock.forward(days=89)
            wait_until_left(api, 1)
            clock.forward(days=2)
            wait_until_left(api, 0)


def test_the_log_keeps_the_newest_rows_only(graph, clock):
    """The oldest of six records are deleted, at the start and as records are written; the log says so."""
    targets = ["2", "9", "10", "34", "8", "30"]
    with disclosure_client(graph, clock, disclosure_rows=1000) as api:
        for target in targets[:4]:
            clock.forward(minutes=1)
            api.ask(SUPPLIER, f"/v1/pathways?from=1&to={target}")
    with capture_logs() as logs, disclosure_client(graph, clock, disclosure_rows=3) as api:
        wait_until_left(api, 3)
        for target in targets[4:]:
            clock.forward(minutes=1)
            api.ask(SUPPLIER, f"/v1/pathways?from=1&to={target}")
            wait_until_left(api, 3)
        assert [item["to"] for item in api.disclosures()] == ["000030", "000008", "000034"]
    assert {line["event"] for line in logs if line["log_level"] == "warning"} == {"disclosures deleted early"}


@pytest.mark.deep_on_neo4j("readers and writers at the same time")
def test_reading_during_deletion_does_not_fail(graph):
    """Another transaction deletes the rows that a page, an impact and the log itself read."""

    def write_and_delete():
        for _ in range(40):
            store.write_disclosures(graph, [disclosure(EXAMPLE_CLOCK.now, nth) for nth in range(200)])
            store.delete_older(graph, "9")

    with ThreadPoolExecutor(1) as pool:
        writer, rows_read = pool.submit(write_and_delete), 0
        while not writer.done():
            rows = store.list_disclosures(graph, "9", "", 1000, organisation="", kind="", base="", target="")
            rows_read += len(rows)
            ids = [row.id for row in rows]
            assert len(graph.rows(store.OF_IDS, ids=ids)) <= len(ids)
            graph.rows(store.LATEST, targets=["000002"], known=EXAMPLE_CLOCK.now)
            graph.rows(store.EXISTING, ids=ids)
        writer.result()
    assert rows_read


def disclosure(answered, nth):
    """A disclosure with a number."""
    return Disclosure(
        SUPPLIER,
        "pathway",
        f"{nth:06}",
        "000002",
        False,
        False,
        answered,
        AnswerSummary(answered, "1", "none"),
        answered,
    )


def test_the_log_changes_no_compartment(api, graph):
    """The log changes no revision, and therefore no ETag and no head of a receipt."""
    states = [compartments.read_state(graph, name) for name in ("public", "zigbee", "audit")]
    tag = api.ask(SUPPLIER, PATHWAY).headers.get("etag")
    api.ask(OTHER, "/v1/fir")
    api.disclosures()
    assert [compartments.read_state(graph, name) for name in ("public", "zigbee", "audit")] == states
    assert api.ask(SUPPLIER, PATHWAY).headers.get("etag") == tag
