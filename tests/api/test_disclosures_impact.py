"""Whose earlier answers a change makes untrue: those who would be told otherwise, and nobody else."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.conftest import Ticking, open_empty
from tests.disclosure_desk import SUPPLIERS, counter, written
from tests.loaders.files import Desk, entry
from tests.properties import share
from tests.templates import emptied

ONE, OTHER = SUPPLIERS
TURNS = share(12, least=2)
STRANGE = {"manufacturer": "FE02", "model": "0009"}
NUMBERS = [str(number).zfill(6) for number in range(1, 8)]


@pytest.fixture(scope="module")
def opened(engine, request, tmp_path_factory):
    """One graph for the module, emptied for each use."""
    found = open_empty(engine, request, tmp_path_factory.mktemp("told"))
    yield found
    found.close()


def begun(opened, folder, bases, rows=None):
    """A graph of seven entries of one device model, unless told otherwise, with these bases; and its clock."""
    clock = Ticking(datetime(2026, 6, 1, 8, tzinfo=UTC))
    desk = Desk(emptied(opened), clock, folder)
    desk.issue("1.001", "2025-01-10", rows or [entry(number) for number in range(1, 8)])
    assert desk.bases(*bases).applied
    clock.forward(hours=1)
    return clock


CHAIN = [("1", "N/A"), ("2", "1"), ("3", "2"), ("4", "3")]


@pytest.fixture
def desk(opened, tmp_path):
    """A chain of four entries, and three more of which nothing is declared."""
    clock = begun(opened, tmp_path, CHAIN)
    with counter(opened, clock) as found:
        yield found


def foreseen(desk, *edits, **how):
    """What SECAS is told that edits would make untrue; and the id of the impact."""
    written(desk.client)
    body = {"edits": [{"entry": e, "bases": b, **how} for e, b in edits], "findings": False, "limit": 1000}
    impact = desk.ask("secas", "/v1/impact", body).json()
    return impact["disclosures"], impact["id"]


def amend(desk, *edits, **how):
    """Makes an amendment, and gives its id."""
    _, id = foreseen(desk, *edits, **how)
    body = {"edits": [{"entry": e, "bases": b, **how} for e, b in edits], "by": "A", "reason": "r", "impact": id}
    made = desk.ask("secas", "/v1/amendments", body, status=201).json()["amendment"]["id"]
    desk.clock.forward(minutes=1)
    return made


def way(desk, who, base, target, **asked):
    """Asks for a pathway, and goes on a minute."""
    answer = desk.ask(who, "/v1/pathways", params={"from": base, "to": target, **asked}).json()
    desk.clock.forward(minutes=1)
    return answer


def test_a_pathway_that_is_lost_names_who_was_told_it(desk):
    """With what it was told, what it would be told, and the receipt that it has."""
    answer = way(desk, ONE, "1", "4")
    way(desk, OTHER, "1", "2")
    told, _ = foreseen(desk, ("3", []))
    (item,) = told["answers"]
    assert item == {
        "organisation": ONE,
        "kind": "pathway",
        "from": "000001",
        "to": "000004",
        "answered": answer["at"],
        "at": answer["at"],
        "known_at": answer["known_at"],
        "told": {"outcome": "route", "entries": ["000001", "000002", "000003", "000004"]},
        "after": {"outcome": "none", "entries": []},
        "receipt": answer["receipt"],
    }
    assert (told["counts"], told["exports"], told["more"]) == ({ONE: 1}, [], False)


def test_a_change_that_makes_an_answer_right_again_names_nobody(desk):
    """It was told before another change, which is taken back here."""
    way(desk, ONE, "1", "4")
    name = amend(desk, ("3", []))
    written(desk.client)
    revert = f"/v1/amendments/{name}/revert"
    assert desk.ask("secas", revert).json()["disclosures"]["answers"] == []
    way(desk, ONE, "1", "4")  # now it is told that there is none
    written(desk.client)
    (item,) = desk.ask("secas", revert).json()["disclosures"]["answers"]
    assert (item["told"]["outcome"], item["after"]["outcome"]) == ("none", "route")


def test_an_amendment_made_names_those_who_were_told_before_it(desk):
    """Whoever asked after it has the right answer already; it stays so whatever is asked later."""
    way(desk, ONE, "1", "4")
    name = amend(desk, ("3", []))
    way(desk, OTHER, "1", "4")
    way(desk, ONE, "1", "4")
    written(desk.client)
    told = desk.ask("secas", f"/v1/amendments/{name}/impact").json()["disclosures"]
    assert [(item["organisation"], item["told"]["outcome"]) for item in told["answers"]] == [(ONE, "route")]


def test_what_another_change_made_untrue_is_not_this_ones(desk):
    """It was named then; this one leaves the pathway as it is."""
    way(desk, ONE, "1", "4")
    amend(desk, ("3", []))
    told, _ = foreseen(desk, ("5", ["1"]))
    assert (told["answers"], told["counts"]) == ([], {})


def test_the_latest_answer_counts(desk):
    """Of an organisation that has been told already what holds after the change nothing is untrue."""
    way(desk, ONE, "1", "4")
    amend(desk, ("3", []))
    way(desk, ONE, "1", "4")
    amend(desk, ("3", ["2"]))
    told, _ = foreseen(desk, ("3", []))
    assert told["answers"] == []
    way(desk, ONE, "1", "4")  # on the same day it is told again what it was told first
    told, _ = foreseen(desk, ("3", []))
    assert [item["organisation"] for item in told["answers"]] == [ONE]


def test_answers_of_other_instants_and_through_removed_entries_are_none_of_these(desk):
    """The impact compares what is answered now."""
    way(desk, ONE, "1", "4", through_removed=True)
    way(desk, ONE, "1", "4", at="2026-05-01")
    way(desk, ONE, "1", "4", known_at=desk.ask("nobody", "/v1/lists").json()["known_at"])
    told, _ = foreseen(desk, ("3", []))
    assert told["answers"] == []


def test_a_change_at_a_later_date_names_nobody_yet(desk):
    """Now all is answered as before."""
    way(desk, ONE, "1", "4")
    told, _ = foreseen(desk, ("3", []), effective_from="2027-01-01")
    assert (told["answers"], told["counts"]) == ([], {})


def test_every_kind_is_named_by_itself(desk):
    """What one was told by a plan, a batch, a device and a page are answers of their own."""
    device = {"image_hash": entry(1)["image_hash"]}
    desk.ask(ONE, "/v1/pathways", {"pairs": [["1", "4"], ["1", "2"]]})
    desk.ask(ONE, "/v1/resolve", {"device": device, "to": "4"})
    desk.ask(ONE, "/v1/pathways/check", {"steps": ["1", "2", "3", "4"]})
    desk.ask(ONE, "/v1/pathways/check", {"steps": ["1", "4"]})
    desk.ask(ONE, "/?from=1&to=3")
    told, _ = foreseen(desk, ("3", []))
    found = [(i["kind"], i["from"], i["to"], i["told"]["outcome"], i["after"]["outcome"]) for i in told["answers"]]
    assert found == [
        ("batch", "000001", "000004", "route", "none"),
        ("check", "000001", "000004", "not-a-base", "none"),
        ("check", "000002", "000003", "ok", "none"),
        ("pathway", "000001", "000003", "route", "none"),
        ("resolve", "000001", "000004", "route", "none"),
    ]
    assert told["counts"] == {ONE: 5}


def test_lists_are_bounded_and_counts_are_not(desk):
    """In the order of organisation, kind, entries; the rest is counted, and a later page has none of it."""
    for who in SUPPLIERS:
        desk.ask(who, "/v1/pathways", {"pairs": [["1", "3"], ["1", "4"], ["2", "4"]]})
    written(desk.client)
    body = {"edits": [{"entry": "3", "bases": []}], "findings": False, "limit": 2}
    first = desk.ask("secas", "/v1/impact", body).json()
    assert [(i["organisation"], i["from"], i["to"]) for i in first["disclosures"]["answers"]] == [
        (ONE, "000001", "000003"),
        (ONE, "000001", "000004"),
    ]
    assert (first["disclosures"]["counts"], first["disclosures"]["more"]) == ({ONE: 3, OTHER: 3}, True)
    second = desk.ask("secas", "/v1/impact", body | {"cursor": first["next"]}).json()
    assert "disclosures" not in second
    assert second["id"] == first["id"]


def test_those_who_may_not_see_it_have_no_such_member(desk):
    """Neither empty nor null; and the impact is the same one."""
    way(desk, ONE, "1", "4")
    written(desk.client)
    body = {"edits": [{"entry": "3", "bases": []}]}
    mine, theirs = (desk.ask(who, "/v1/impact", body).json() for who in ("secas", "ssc"))
    assert mine.pop("disclosures")["answers"]
    assert mine == theirs
    assert desk.ask("own", "/v1/impact", body).json() == theirs
    name = amend(desk, ("3", []))
    for place in (f"/v1/amendments/{name}/impact", f"/v1/amendments/{name}/revert"):
        assert "disclosures" in desk.ask("secas", place).json()
        assert "disclosures" not in desk.ask("ssc", place).json()
    assert "disclosures" not in desk.ask(ONE, f"/v1/amendments/{name}/impact").json()


def test_an_export_is_named_where_the_path_of_an_entry_in_it_is_another(desk):
    """The file as it was is compared, not what is believed since."""
    file = desk.ask(ONE, "/v1/fir").content.decode()
    paths = {row["Entry.number"]: row["Firmware_Upgrade_Path"] for row in csv.DictReader(io.StringIO(file))}
    assert paths["000003"] == "000002"
    desk.clock.forward(minutes=1)
    told, _ = foreseen(desk, ("3", ["1"]), ("5", ["4"]))
    found = [(i["organisation"], i["entry"], i["told"], i["after"]) for i in told["exports"]]
    assert found == [(ONE, "000003", "000002", "000001"), (ONE, "000005", "", "000004")]
    assert told["counts"] == {ONE: 2}
    amend(desk, ("3", ["1"]))
    assert foreseen(desk, ("3", ["2"]))[0]["exports"] == []
    desk.ask(OTHER, "/v1/fir")
    desk.clock.forward(minutes=1)
    (item,) = foreseen(desk, ("3", ["2"]))[0]["exports"]
    assert (item["organisation"], item["told"], item["after"]) == (OTHER, "000001", "000002")


def test_an_export_names_no_entry_that_it_does_not_have(opened, tmp_path):
    """Of a device type that need not declare there is no row."""
    hub = {"device_type": "Communications Hub", "model": "0003"}
    clock = begun(opened, tmp_path, [("1", "N/A")], [entry(1), entry(2), entry(3, **hub), entry(4, **hub)])
    with counter(opened, clock) as desk:
        desk.ask(ONE, "/v1/fir")
        clock.forward(minutes=1)
        told, _ = foreseen(desk, ("2", ["1"]), ("4", ["3"]))
    assert [item["entry"] for item in told["exports"]] == ["000002"]


PAIR = st.lists(st.sampled_from(NUMBERS[:6]), min_size=2, max_size=2).map(sorted).map(tuple)
ASKED = st.tuples(st.sampled_from(SUPPLIERS), st.sampled_from(["pathway", "batch", "check", "resolve"]), PAIR)
BASES = st.one_of(st.none(), *3 * [st.lists(st.sampled_from(NUMBERS[:5]), min_size=1, max_size=3, unique=True)])
EDIT = st.dictionaries(st.sampled_from(NUMBERS[:6]), BASES, min_size=2, max_size=3)
ROUND = st.tuples(st.lists(ASKED, min_size=4, max_size=14), EDIT)
KINDS_OF_ROW = st.sampled_from([{}, {}, {}, {"status": "Removed"}, STRANGE])
WORLD = st.tuples(
    st.lists(KINDS_OF_ROW, min_size=6, max_size=6), st.dictionaries(st.sampled_from(NUMBERS[:6]), BASES, min_size=3)
)


def put(desk, who, kind, pair):
    """Asks a question of a kind: the outcome or code, and the route."""
    base, target = pair
    if kind == "check":
        (step,) = desk.ask(who, "/v1/pathways/check", {"steps": [base, target]}).json()["steps"]
        return step["code"], list(pair) if step["code"] == "ok" else step["steps"] * (step["code"] == "not-a-base")
    if kind == "batch":
        (answer,) = desk.ask(who, "/v1/pathways", {"pairs": [[base, target]]}).json()["items"]
    elif kind == "resolve":
        hashed = {"image_hash": entry(int(base))["image_hash"]}
        answer = desk.ask(who, "/v1/resolve", {"device": hashed, "to": target}).json()["pathway"]
    else:
        answer = desk.ask(who, "/v1/pathways", params={"from": base, "to": target}).json()
    return answer["outcome"], [base, *(s["target"] for s in answer["steps"])] if answer["steps"] else []


WITH_A_WAY = ("ok", "not-a-base", "already-there")


def untrue(kind, told, after):
    """Whether whoever was told this would be told otherwise, by asking again. None: the codes do not say."""
    if told == after:
        return False
    if kind == "check" and not {told[0], after[0]} & {*WITH_A_WAY}:
        return None
    return True


@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(WORLD, st.lists(ROUND, min_size=2, max_size=4), st.sampled_from([None, "2026-01-01"]))
def test_those_named_are_those_who_would_be_told_otherwise(opened, tmp_path_factory, world, rounds, since):
    """By asking every question that was asked once more, before each change and after it."""
    rows, bases = world
    listed = [entry(nth, **said) for nth, said in enumerate(rows, 1)] + [entry(7)]
    lines = [(e, "N/A" if not b else ";".join(x for x in b if x != e) or "N/A") for e, b in bases.items()]
    clock = begun(opened, tmp_path_factory.mktemp("world"), lines, listed)
    latest = {}
    with counter(opened, clock) as desk:
        for asked, edit in rounds:
            for who, kind, pair in asked:
                latest[who, kind, pair] = put(desk, who, kind, pair)
                clock.forward(seconds=1)
            one_change(desk, latest, edit, since)


def one_change(desk, latest, edit, since):
    """Foresees a change, makes it, and asks again: SECAS was told who is told otherwise."""
    edits = [{"entry": e, "bases": b and [x for x in b if x != e], "effective_from": since} for e, b in edit.items()]
    written(desk.client)
    response = desk.client.post(
        "/v1/impact", json={"edits": edits, "findings": False, "limit": 1000}, headers=desk.sent["secas"]
    )
    if response.status_code != 200:
        event(f"refused: {response.json()['type']}")
        return
    impact = response.json()
    again = {(kind, pair) for _, kind, pair in latest} | {("pathway", pair) for _, _, pair in latest}
    before = {one: put(desk, "nobody", *one) for one in again}
    body = {"edits": edits, "by": "A", "reason": "r", "impact": impact["id"]}
    made = desk.ask("secas", "/v1/amendments", body, status=201).json()["amendment"]["id"]
    desk.clock.forward(minutes=1)
    after = {one: put(desk, "nobody", *one) for one in again}
    expected = {}
    for (who, kind, pair), told in latest.items():
        changes = before["pathway", pair] != after["pathway", pair]
        expected[who, kind, pair] = changes and untrue(kind, told, after[kind, pair])
    found = named(impact["disclosures"])
    assert found >= {key for key, is_ in expected.items() if is_}
    assert found <= {key for key, is_ in expected.items() if is_ is not False}
    for item in impact["disclosures"]["answers"]:
        key = item["organisation"], item["kind"], (item["from"], item["to"])
        assert (item["told"]["outcome"], item["told"]["entries"]) == latest[key]
        if item["kind"] != "check":
            assert (item["after"]["outcome"], item["after"]["entries"]) == after[key[1:]]
        event(f"{item['kind']} told otherwise")
    assert sum(impact["disclosures"]["counts"].values()) == len(found)
    then = desk.ask("secas", f"/v1/amendments/{made}/impact", params={"limit": 1000}).json()
    assert then["told"]["answers"] == impact["disclosures"]["answers"]


def named(told):
    """Who, by what, of which pair."""
    keys = [(i["organisation"], i["kind"], (i["from"], i["to"])) for i in told["answers"]]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    return set(keys)
