"""The disclosures that a change would make untrue: the impact names exactly the organisations whose answer would
differ."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.conftest import Ticking, open_empty
from tests.disclosure_client import SUPPLIERS, disclosure_client, wait_until_written
from tests.loaders.files import Desk, entry
from tests.properties import share
from tests.templates import emptied

SUPPLIER, OTHER = SUPPLIERS
EXAMPLES = share(12, least=2)
OTHER_MODEL = {"manufacturer": "FE02", "model": "0009"}
NUMBERS = [str(number).zfill(6) for number in range(1, 8)]


@pytest.fixture(scope="module")
def opened(engine, request, tmp_path_factory):
    """One graph for the module; `begin` empties it for each use."""
    graph = open_empty(engine, request, tmp_path_factory.mktemp("told"))
    yield graph
    graph.close()


def begin(opened, folder, bases, rows=None):
    """Fills the graph with seven entries of one device model, or with `rows`, and these bases; returns the clock."""
    clock = Ticking(datetime(2026, 6, 1, 8, tzinfo=UTC))
    desk = Desk(emptied(opened), clock, folder)
    desk.issue("1.001", "2025-01-10", rows or [entry(number) for number in range(1, 8)])
    assert desk.bases(*bases).applied
    clock.forward(hours=1)
    return clock


CHAIN = [("1", "N/A"), ("2", "1"), ("3", "2"), ("4", "3")]


@pytest.fixture
def api(opened, tmp_path):
    """A client over a chain of four entries, and three entries without a declaration."""
    clock = begin(opened, tmp_path, CHAIN)
    with disclosure_client(opened, clock) as client:
        yield client


def preview(api, *edits, **how):
    """The disclosures that edits would make untrue, as SECAS sees them, and the impact id."""
    wait_until_written(api.client)
    body = {"edits": [{"entry": e, "bases": b, **how} for e, b in edits], "findings": False, "limit": 1000}
    impact = api.ask("secas", "/v1/impact", body).json()
    return impact["disclosures"], impact["id"]


def amend(api, *edits, **how):
    """Creates an amendment, and returns its id."""
    _, id = preview(api, *edits, **how)
    body = {"edits": [{"entry": e, "bases": b, **how} for e, b in edits], "by": "A", "reason": "r", "impact": id}
    made = api.ask("secas", "/v1/amendments", body, status=201).json()["amendment"]["id"]
    api.clock.forward(minutes=1)
    return made


def ask_pathway(api, who, base, target, **asked):
    """Asks for a pathway, and moves the clock by a minute."""
    answer = api.ask(who, "/v1/pathways", params={"from": base, "to": target, **asked}).json()
    api.clock.forward(minutes=1)
    return answer


def test_a_lost_pathway_names_the_organisations_that_received_it(api):
    """Each item holds the earlier answer, the answer after the change, and the receipt."""
    answer = ask_pathway(api, SUPPLIER, "1", "4")
    ask_pathway(api, OTHER, "1", "2")
    told, _ = preview(api, ("3", []))
    (item,) = told["answers"]
    at_once = item["after"][0]["at"]
    assert at_once > answer["at"]
    assert item == {
        "organisation": SUPPLIER,
        "kind": "pathway",
        "from": "000001",
        "to": "000004",
        "answered": answer["at"],
        "at": answer["at"],
        "known_at": answer["known_at"],
        "told": {"outcome": "route", "entries": ["000001", "000002", "000003", "000004"]},
        "after": [{"at": at_once, "outcome": "none", "entries": []}],
        "receipt": answer["receipt"],
    }
    assert (told["counts"], told["exports"], told["more"]) == ({SUPPLIER: 1}, [], False)
    assert told["by_date"] == [{"at": at_once, "counts": {SUPPLIER: 1}}]


def test_a_change_that_restores_an_answer_names_nobody(api):
    """The answer predates another amendment, and the revert of that amendment makes the answer true again."""
    ask_pathway(api, SUPPLIER, "1", "4")
    name = amend(api, ("3", []))
    wait_until_written(api.client)
    revert = f"/v1/amendments/{name}/revert"
    assert api.ask("secas", revert).json()["disclosures"]["answers"] == []
    ask_pathway(api, SUPPLIER, "1", "4")  # the organisation now receives the outcome `none`
    wait_until_written(api.client)
    (item,) = api.ask("secas", revert).json()["disclosures"]["answers"]
    assert (item["told"]["outcome"], [after["outcome"] for after in item["after"]]) == ("none", ["route"])


def test_a_recorded_amendment_names_organisations_that_asked_before(api):
    """Organisations that asked afterwards have the current answer; later requests do not change the list."""
    ask_pathway(api, SUPPLIER, "1", "4")
    name = amend(api, ("3", []))
    ask_pathway(api, OTHER, "1", "4")
    ask_pathway(api, SUPPLIER, "1", "4")
    wait_until_written(api.client)
    told = api.ask("secas", f"/v1/amendments/{name}/impact").json()["disclosures"]
    assert [(item["organisation"], item["told"]["outcome"]) for item in told["answers"]] == [(SUPPLIER, "route")]


def test_an_amendment_does_not_name_answers_already_untrue(api):
    """The earlier amendment named that answer; this edit leaves the pathway unchanged."""
    ask_pathway(api, SUPPLIER, "1", "4")
    amend(api, ("3", []))
    told, _ = preview(api, ("5", ["1"]))
    assert (told["answers"], told["counts"]) == ([], {})


def test_only_the_latest_answer_of_an_organisation_counts(api):
    """An organisation that already received the answer after the change is not named."""
    ask_pathway(api, SUPPLIER, "1", "4")
    amend(api, ("3", []))
    ask_pathway(api, SUPPLIER, "1", "4")
    amend(api, ("3", ["2"]))
    told, _ = preview(api, ("3", []))
    assert told["answers"] == []
    ask_pathway(api, SUPPLIER, "1", "4")  # repeats the first answer of the same day
    told, _ = preview(api, ("3", []))
    assert [item["organisation"] for item in told["answers"]] == [SUPPLIER]


def test_answers_with_other_instants_or_removed_entries_are_not_compared(api):
    """The impact compares only current answers."""
    ask_pathway(api, SUPPLIER, "1", "4", through_removed=True)
    ask_pathway(api, SUPPLIER, "1", "4", at="2026-05-01")
    ask_pathway(api, SUPPLIER, "1", "4", known_at=api.ask("nobody", "/v1/lists").json()["known_at"])
    told, _ = preview(api, ("3", []))
    assert told["answers"] == []


def test_a_change_with_a_later_date_names_whose_answers_change_then(api):
    """Foreseen and afterwards: the date from which the answer is untrue, and what is answered from then on."""
    later = "2027-01-01T00:00:00Z"
    ask_pathway(api, SUPPLIER, "1", "4")
    told, _ = preview(api, ("3", []), effective_from="2027-01-01")
    name = amend(api, ("3", []), effective_from="2027-01-01")
    for disclosures in (told, api.ask("secas", f"/v1/amendments/{name}/impact").json()["disclosures"]):
        (item,) = disclosures["answers"]
        assert item["after"] == [{"at": later, "outcome": "none", "entries": []}]
        assert (disclosures["counts"], disclosures["by_date"]) == (
            {SUPPLIER: 1},
            [{"at": later, "counts": {SUPPLIER: 1}}],
        )


def test_an_answer_that_changes_at_several_dates_is_one_answer(api):
    """It counts once, and at each date from which another answer is given."""
    for who in SUPPLIERS:
        ask_pathway(api, who, "1", "4")
    edits = [
        {"entry": "4", "bases": ["2"], "effective_from": "2026-08-01"},
        {"entry": "4", "bases": ["1"], "effective_from": "2026-09-01"},
        {"entry": "7", "bases": ["6"], "effective_from": "2026-10-01"},
    ]
    wait_until_written(api.client)
    told = api.ask("secas", "/v1/impact", {"edits": edits, "findings": False}).json()["disclosures"]
    dates = ["2026-08-01T00:00:00Z", "2026-09-01T00:00:00Z"]
    assert [item["after"] for item in told["answers"]] == 2 * [
        [
            {"at": dates[0], "outcome": "route", "entries": ["000001", "000002", "000004"]},
            {"at": dates[1], "outcome": "route", "entries": ["000001", "000004"]},
        ]
    ]
    each = {SUPPLIER: 1, OTHER: 1}
    assert (told["counts"], told["by_date"]) == (each, [{"at": date, "counts": each} for date in dates])


def test_each_kind_of_answer_is_named_separately(api):
    """Answers from a plan, a batch, a device and the page are separate disclosures."""
    device = {"image_hash": entry(1)["image_hash"]}
    api.ask(SUPPLIER, "/v1/pathways", {"pairs": [["1", "4"], ["1", "2"]]})
    api.ask(SUPPLIER, "/v1/resolve", {"device": device, "to": "4"})
    api.ask(SUPPLIER, "/v1/pathways/check", {"steps": ["1", "2", "3", "4"]})
    api.ask(SUPPLIER, "/v1/pathways/check", {"steps": ["1", "4"]})
    api.ask(SUPPLIER, "/?from=1&to=3")
    told, _ = preview(api, ("3", []))
    changes = [(i["kind"], i["from"], i["to"], i["told"]["outcome"], i["after"][0]["outcome"]) for i in told["answers"]]
    assert changes == [
        ("batch", "000001", "000004", "route", "none"),
        ("check", "000001", "000004", "not-a-base", "none"),
        ("check", "000002", "000003", "ok", "none"),
        ("pathway", "000001", "000003", "route", "none"),
        ("resolve", "000001", "000004", "route", "none"),
    ]
    assert told["counts"] == {SUPPLIER: 5}


def test_the_list_of_disclosures_is_limited_and_the_counts_are_complete(api):
    """Sorted by organisation, kind and entries. Only the first page holds disclosures."""
    for who in SUPPLIERS:
        api.ask(who, "/v1/pathways", {"pairs": [["1", "3"], ["1", "4"], ["2", "4"]]})
    wait_until_written(api.client)
    body = {"edits": [{"entry": "3", "bases": []}], "findings": False, "limit": 2}
    first = api.ask("secas", "/v1/impact", body).json()
    assert [(i["organisation"], i["from"], i["to"]) for i in first["disclosures"]["answers"]] == [
        (SUPPLIER, "000001", "000003"),
        (SUPPLIER, "000001", "000004"),
    ]
    assert (first["disclosures"]["counts"], first["disclosures"]["more"]) == ({SUPPLIER: 3, OTHER: 3}, True)
    second = api.ask("secas", "/v1/impact", body | {"cursor": first["next"]}).json()
    assert "disclosures" not in second
    assert second["id"] == first["id"]


def test_callers_without_access_get_no_disclosures_member(api):
    """The member is absent, neither empty nor null, and the impact is otherwise the same."""
    ask_pathway(api, SUPPLIER, "1", "4")
    wait_until_written(api.client)
    body = {"edits": [{"entry": "3", "bases": []}]}
    with_disclosures, without = (api.ask(who, "/v1/impact", body).json() for who in ("secas", "ssc"))
    assert with_disclosures.pop("disclosures")["answers"]
    assert with_disclosures == without
    assert api.ask("own", "/v1/impact", body).json() == without
    name = amend(api, ("3", []))
    for path in (f"/v1/amendments/{name}/impact", f"/v1/amendments/{name}/revert"):
        assert "disclosures" in api.ask("secas", path).json()
        assert "disclosures" not in api.ask("ssc", path).json()
    assert "disclosures" not in api.ask(SUPPLIER, f"/v1/amendments/{name}/impact").json()


def test_an_export_is_named_where_an_upgrade_path_in_it_changes(api):
    """The impact compares with the file as exported, not with later declarations."""
    file = api.ask(SUPPLIER, "/v1/fir").content.decode()
    paths = {row["Entry.number"]: row["Firmware_Upgrade_Path"] for row in csv.DictReader(io.StringIO(file))}
    assert paths["000003"] == "000002"
    api.clock.forward(minutes=1)
    told, _ = preview(api, ("3", ["1"]), ("5", ["4"]))
    changes = [(i["organisation"], i["entry"], i["told"], i["after"][0]["path"]) for i in told["exports"]]
    assert changes == [(SUPPLIER, "000003", "000002", "000001"), (SUPPLIER, "000005", "", "000004")]
    assert told["counts"] == {SUPPLIER: 2}
    amend(api, ("3", ["1"]))
    assert preview(api, ("3", ["2"]))[0]["exports"] == []
    api.ask(OTHER, "/v1/fir")
    api.clock.forward(minutes=1)
    (item,) = preview(api, ("3", ["2"]))[0]["exports"]
    assert (item["organisation"], item["told"], item["after"][0]["path"]) == (OTHER, "000001", "000002")
    told, _ = preview(api, ("3", ["2"]), effective_from="2026-12-01")
    (item,) = told["exports"]
    assert (item["organisation"], item["after"]) == (OTHER, [{"at": "2026-12-01T00:00:00Z", "path": "000002"}])


def test_an_export_is_not_named_for_entries_outside_it(opened, tmp_path):
    """An export has no row for a device type without the duty to declare."""
    hub = {"device_type": "Communications Hub", "model": "0003"}
    clock = begin(opened, tmp_path, [("1", "N/A")], [entry(1), entry(2), entry(3, **hub), entry(4, **hub)])
    with disclosure_client(opened, clock) as api:
        api.ask(SUPPLIER, "/v1/fir")
        clock.forward(minutes=1)
        told, _ = preview(api, ("2", ["1"]), ("4", ["3"]))
    assert [item["entry"] for item in told["exports"]] == ["000002"]


PAIR = st.lists(st.sampled_from(NUMBERS[:6]), min_size=2, max_size=2).map(sorted).map(tuple)
ASKED = st.tuples(st.sampled_from(SUPPLIERS), st.sampled_from(["pathway", "batch", "check", "resolve"]), PAIR)
BASES = st.one_of(st.none(), *3 * [st.lists(st.sampled_from(NUMBERS[:5]), min_size=1, max_size=3, unique=True)])
EDIT = st.dictionaries(st.sampled_from(NUMBERS[:6]), BASES, min_size=2, max_size=3)
LATER = ("2026-09-01", "2027-01-01")
SINCE = st.sampled_from([None, None, "2026-01-01", *LATER])
ROUND = st.tuples(st.lists(ASKED, min_size=4, max_size=14), EDIT, SINCE)
KINDS_OF_ROW = st.sampled_from([{}, {}, {}, {"status": "Removed"}, OTHER_MODEL])
WORLD = st.tuples(
    st.lists(KINDS_OF_ROW, min_size=6, max_size=6), st.dictionaries(st.sampled_from(NUMBERS[:6]), BASES, min_size=3)
)


def ask_as_kind(api, who, kind, pair, at=None):
    """Asks a question of this kind; returns the outcome or code, and the route."""
    base, target = pair
    dated = {"at": at} if at else {}
    if kind == "check":
        (step,) = api.ask(who, "/v1/pathways/check", {"steps": [base, target], **dated}).json()["steps"]
        return step["code"], list(pair) if step["code"] == "ok" else step["steps"] * (step["code"] == "not-a-base")
    if kind == "batch":
        (answer,) = api.ask(who, "/v1/pathways", {"pairs": [[base, target]], **dated}).json()["items"]
    elif kind == "resolve":
        hashed = {"image_hash": entry(int(base))["image_hash"]}
        answer = api.ask(who, "/v1/resolve", {"device": hashed, "to": target, **dated}).json()["pathway"]
    else:
        answer = api.ask(who, "/v1/pathways", params={"from": base, "to": target, **dated}).json()
    return answer["outcome"], [base, *(s["target"] for s in answer["steps"])] if answer["steps"] else []


WITH_ROUTE = ("ok", "not-a-base", "already-there")


def is_untrue(kind, told, after):
    """Whether a repeated request would get a different answer. None if the codes leave this open."""
    if told == after:
        return False
    if kind == "check" and not {told[0], after[0]} & {*WITH_ROUTE}:
        return None
    return True


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLD, st.lists(ROUND, min_size=2, max_size=4))
def test_the_impact_names_exactly_the_organisations_with_a_different_answer(opened, tmp_path_factory, world, rounds):
    """The test repeats every request before and after each change, at each date, and compares."""
    rows, bases = world
    listed = [entry(nth, **attributes) for nth, attributes in enumerate(rows, 1)] + [entry(7)]
    lines = [(e, "N/A" if not b else ";".join(x for x in b if x != e) or "N/A") for e, b in bases.items()]
    clock = begin(opened, tmp_path_factory.mktemp("world"), lines, listed)
    latest = {}
    with disclosure_client(opened, clock) as api:
        for asked, edit, since in rounds:
            for who, kind, pair in asked:
                latest[who, kind, pair] = ask_as_kind(api, who, kind, pair)
                clock.forward(seconds=1)
            check_change(api, latest, edit, since)


def answers_by_date(api, latest):
    """Every question that was asked, as a question about a pathway too, answered now and at each later date."""
    questions = {(kind, pair) for _, kind, pair in latest} | {("pathway", pair) for _, _, pair in latest}
    return {date: {asked: ask_as_kind(api, "nobody", *asked, date) for asked in questions} for date in (None, *LATER)}


def untrue_dates(kind, pair, told, before, after):
    """The dates from which an answer is untrue in another way, and those of which the codes leave this open."""
    untrue, last = {}, None
    for date in (None, *LATER):
        both = before[date]["pathway", pair], after[date]["pathway", pair]
        if both != last and both[0] != both[1]:
            untrue[date] = is_untrue(kind, told, after[date][kind, pair])
        last = both
    return {date for date, is_ in untrue.items() if is_}, {date for date, is_ in untrue.items() if is_ is not False}


def check_change(api, latest, edit, since):
    """Previews a change, makes it and repeats every request: the preview must name exactly the different answers."""
    edits = [{"entry": e, "bases": b and [x for x in b if x != e], "effective_from": since} for e, b in edit.items()]
    wait_until_written(api.client)
    response = api.client.post(
        "/v1/impact", json={"edits": edits, "findings": False, "limit": 1000}, headers=api.sent["secas"]
    )
    if response.status_code != 200:
        event(f"refused: {response.json()['type']}")
        return
    impact = response.json()
    before = answers_by_date(api, latest)
    body = {"edits": edits, "by": "A", "reason": "r", "impact": impact["id"]}
    made = api.ask("secas", "/v1/amendments", body, status=201).json()["amendment"]["id"]
    api.clock.forward(minutes=1)
    after = answers_by_date(api, latest)
    named_ = named(impact)
    foreseen = dict(named_)
    for (who, kind, pair), told in latest.items():
        certain, possible = untrue_dates(kind, pair, told, before, after)
        item = named_.pop((who, kind, pair), None)
        found = {answer["at"]: answer for answer in item["after"]} if item else {}
        assert certain <= found.keys() <= possible
        assert item is None or (item["told"]["outcome"], item["told"]["entries"]) == told
        for date, answer in found.items() if kind != "check" else ():
            assert (answer["outcome"], answer["entries"]) == after[date][kind, pair]
            event(f"{kind} told otherwise {'now' if date is None else 'later'}")
    assert named_ == {}
    then = api.ask("secas", f"/v1/amendments/{made}/impact", params={"limit": 1000}).json()
    assert named(then) == foreseen


def named(impact):
    """The disclosures of an impact by organisation, kind and pair of entries; in their dates, None is the present."""
    told = impact["disclosures"]
    keys = [(i["organisation"], i["kind"], (i["from"], i["to"])) for i in told["answers"]]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert told["counts"] == Counter(organisation for organisation, _, _ in keys)
    dates = [
        (date["at"], name) for date in told["by_date"] for name, count in date["counts"].items() for _ in range(count)
    ]
    assert sorted(dates) == sorted((answer["at"], i["organisation"]) for i in told["answers"] for answer in i["after"])
    for item in told["answers"]:
        for answer in item["after"]:
            answer["at"] = None if answer["at"] == impact["at"] else answer["at"][:10]
    return dict(zip(keys, told["answers"], strict=True))
