"""`GET /v1/pathways`: the main question, on both engines, about the fictional list."""

from itertools import pairwise

import pytest

from service.schemas.responses.pathways import NOTICE

PATHWAYS = "/v1/pathways"


def way(answer):
    """The entries of an answer's steps, joined."""
    steps = answer["steps"]
    assert all(step["target"] == then["base"] for step, then in pairwise(steps))
    return " ".join([steps[0]["base"], *(step["target"] for step in steps)]) if steps else ""


def warned(answer):
    """The codes of the warnings on each step."""
    return [[warning["code"] for warning in step["warnings"]] for step in answer["steps"]]


def reasons(answer):
    """The codes of the reasons, with the entries of each."""
    return [(reason["code"], reason["entries"]) for reason in answer["reasons"]]


def test_a_route_is_told_step_by_step(ask):
    """Every step says what is sent: device model, firmware version and image hash of its target."""
    answer = ask(PATHWAYS, from_="000001", to="000034")
    assert answer["outcome"] == "route"
    assert way(answer) == "000001 000002 000005 000010 000020 000034"
    entry = ask("/v1/entries/000002")
    assert answer["steps"][0] == {
        "base": "000001",
        "target": "000002",
        "device_model": "10010100",
        "firmware_version": "0B020000",
        "image_hash": entry["image"]["hash"],
        "warnings": [],
    }
    assert len(entry["image"]["hash"]) == 64
    assert answer["reasons"] == []


def test_every_answer_carries_its_moment_and_the_notice(ask):
    """Both instants, the list in force, when its facts were last recorded; its receipt says the same."""
    answer = ask(PATHWAYS, from_="000001", to="000034")
    assert {name: answer[name] for name in ("from", "to", "at", "known_at", "list_version", "list_issued")} == {
        "from": "000001",
        "to": "000034",
        "at": "2026-06-01T12:00:00Z",
        "known_at": "2026-06-01T10:00:00Z",
        "list_version": "1.002",
        "list_issued": "2026-03-02",
    }
    assert answer["updated"] == "2026-06-01T10:00:00Z"
    assert answer["notice"] == NOTICE
    assert "does not replace the Release Notes" in NOTICE
    assert (answer["alternatives"], answer["more"], answer["receipt"]["at"]) == ([], False, answer["at"])


def test_updated_tells_of_the_facts_that_matter_alone(ask):
    """Nothing was declared for this device model: its facts are as old as the first list."""
    assert ask(PATHWAYS, from_="000008", to="000050")["updated"] == "2026-06-01T08:00:00Z"


def test_an_entry_number_may_be_sent_without_zeros(ask):
    """`1` is `000001`, blanks around it are nothing: the answer is the same and has six digits."""
    assert ask(PATHWAYS, from_="1", to=" 34 ") == ask(PATHWAYS, from_="000001", to="000034")


def test_the_order_of_parameters_means_nothing(client):
    """The same question, the same bytes."""
    one, other = (client.get(f"{PATHWAYS}?{q}") for q in ("from=1&to=34&at=2026-05-01", "at=2026-05-01&to=34&from=1"))
    assert one.content == other.content


@pytest.mark.parametrize(
    ("base", "target", "warnings"),
    [
        ("4", "15", [["removed-base"]]),
        ("7", "51", [["no-image"]]),
        ("3", "14", [["fragment"], ["fragment"]]),
        ("16", "42", [["certificate-date-passed"], ["certificate-date-passed"]]),
        ("18", "52", [["ambiguous-version"], []]),
        ("17", "44", [["by-twin"]]),
        ("22", "60", [[], ["cycle"], []]),
        ("1", "10", [[], [], []]),
    ],
)
def test_a_step_is_warned_of_where_it_is_due(ask, base, target, warnings):
    """Each warning that the examples show, on its step and on no other."""
    answer = ask(PATHWAYS, from_=base, to=target)
    assert answer["outcome"] == "route"
    assert warned(answer) == warnings
    assert all(warning["text"].endswith(".") for step in answer["steps"] for warning in step["warnings"])


def test_a_warning_says_what_is_wrong(ask):
    """Expiry and review are told apart, a first fragment is no place to stop, the other entries are named."""
    texts = [step["warnings"][0]["text"] for step in ask(PATHWAYS, from_="16", to="42")["steps"]]
    assert "expiry date of [E] FICTION-2003-B, 2026-03-31" in texts[0]
    assert "review date of [R] FICTION-2003-C, 2026-04-30" in texts[1]
    first, second = (step["warnings"][0]["text"] for step in ask(PATHWAYS, from_="3", to="14")["steps"])
    assert "Do not stop here" in first
    assert "Do not stop here" not in second
    assert "000031" in ask(PATHWAYS, from_="18", to="43")["steps"][0]["warnings"][0]["text"]


def test_a_certificate_is_passed_from_the_day_after_its_date(ask):
    """The date on the list is the last day, and `at` is asked, not the clock."""
    assert warned(ask(PATHWAYS, from_="16", to="33", at="2026-03-31T23:59:59Z")) == [[]]
    assert warned(ask(PATHWAYS, from_="16", to="33", at="2026-04-01")) == [["certificate-date-passed"]]


@pytest.mark.parametrize(
    ("base", "target", "asked", "outcome", "given"),
    [
        ("34", "1", {}, "none", "declared-none 1, opposite-direction 1 34, no-declared-way 1"),
        ("45", "40", {}, "none", "no-declared-way 6"),
        ("14", "29", {}, "none", "target-not-listed 29, only-through-removed 29, no-declared-way 29"),
        ("15", "55", {}, "none", "only-through-removed 25, not-at-this-time 15 55, no-declared-way 25"),
        ("10", "46", {}, "none", "other-device-model 10 46, only-through-held 10 46, no-declared-way 11"),
        ("6", "61", {"at": "2026-02-01"}, "none", "not-yet-listed 61, not-at-this-time 6 61"),
        ("61", "63", {"at": "2026-02-01"}, "none", "not-yet-listed 61 63, not-at-this-time 61 63"),
        ("8", "50", {}, "unknown", "not-declared 26 50, no-declared-way 50"),
        ("9", "47", {}, "unknown", "not-declared 39, no-declared-way 39"),
        ("47", "57", {}, "none", "no-declared-way 9"),
    ],
)
def test_without_a_route_every_reason_is_given(ask, base, target, asked, outcome, given):
    """Each reason that the examples show, in the order of the contract, with the entries that prove it."""
    answer = ask(PATHWAYS, from_=base, to=target, **asked)
    assert (answer["outcome"], answer["steps"]) == (outcome, [])
    assert reasons(answer) == [
        (code, [n.zfill(6) for n in entries]) for code, *entries in map(str.split, given.split(","))
    ]
    assert all(reason["text"].endswith(".") for reason in answer["reasons"])


def test_a_reason_shows_the_way_that_proves_it(ask):
    """The way through the removed entry is given, entry by entry."""
    reason = ask(PATHWAYS, from_="15", to="55")["reasons"][0]
    assert reason["steps"] == ["000015", "000025", "000041", "000055"]


def test_unknown_says_whom_to_ask(ask):
    """The manufacturer that has not declared is named."""
    reason = ask(PATHWAYS, from_="8", to="50")["reasons"][0]
    assert reason["code"] == "not-declared"
    assert "Ask the manufacturer (FE03)" in reason["text"]


def test_removed_entries_are_stepped_to_on_request(ask):
    """`through_removed` drops the last condition of a step, and nothing else."""
    answer = ask(PATHWAYS, from_="15", to="55", through_removed="true")
    assert (answer["outcome"], way(answer)) == ("route", "000015 000025 000041 000055")
    assert warned(answer) == [[], ["removed-base"], []]
    assert ask(PATHWAYS, from_="14", to="29", through_removed="true")["outcome"] == "route"
    assert ask(PATHWAYS, from_="45", to="40", through_removed="true")["outcome"] == "none"


def test_at_asks_of_another_time(ask):
    """While 000025 was listed there was a way; before the bridge releases were listed there was a longer one."""
    assert way(ask(PATHWAYS, from_="15", to="55", at="2026-02-01")) == "000015 000025 000041 000055"
    assert len(ask(PATHWAYS, from_="6", to="58", at="2026-02-01")["steps"]) == 7
    assert len(ask(PATHWAYS, from_="6", to="58")["steps"]) == 5


@pytest.mark.parametrize(
    ("at", "outcome"),
    [("2026-03-31T23:59:59.999999Z", "unknown"), ("2026-04-01", "route"), ("2026-04-01T01:00:00+01:00", "route")],
)
def test_a_declaration_holds_from_its_date_on(ask, at, outcome):
    """Half-open: the first instant belongs to it. An offset is reckoned in."""
    assert ask(PATHWAYS, from_="62", to="64", at=at)["outcome"] == outcome


def test_known_at_asks_what_was_believed(ask):
    """Before the bases were recorded nobody could say; `known_at` alone moves `at` too."""
    answer = ask(PATHWAYS, from_="1", to="34", known_at="2026-06-01T09:30:00Z")
    assert answer["outcome"] == "unknown"
    assert (answer["at"], answer["known_at"]) == ("2026-06-01T09:30:00Z", "2026-06-01T09:30:00Z")
    assert reasons(answer)[0] == ("not-declared", ["000002", "000005", "000010", "000020", "000034"])


def test_known_at_decides_which_list_is_in_force(ask):
    """Between the two loads the second list was not known, whatever its date."""
    answer = ask(PATHWAYS, from_="1", to="34", known_at="2026-06-01T08:00:00Z", at="2026-05-01")
    assert (answer["list_version"], answer["list_issued"]) == ("1.001", "2026-01-05")
    assert answer["at"] == "2026-05-01T00:00:00Z"


def test_a_later_known_at_is_brought_down_to_the_last_committed_instant(ask):
    """So the answer can be recomputed; `at` stays what was asked for."""
    answer = ask(PATHWAYS, from_="1", to="34", known_at="2026-06-01T11:00:00Z")
    assert (answer["outcome"], answer["known_at"], answer["at"]) == (
        "route",
        "2026-06-01T10:00:00Z",
        "2026-06-01T11:00:00Z",
    )
    again = ask(PATHWAYS, from_="1", to="34", known_at=answer["known_at"], at=answer["at"])
    assert again == answer


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ({"at": "2026-01-04T23:59:59.999999Z"}, "before-first-list"),
        ({"known_at": "2026-06-01T07:59:59.999999Z"}, "before-first-record"),
        ({"known_at": "2026-06-01T12:00:00.000001Z"}, "known-at-in-future"),
    ],
)
def test_an_instant_that_nothing_is_known_of_is_a_problem(client, ask, asked, slug):
    """Never an empty answer; one microsecond further there is one."""
    response = client.get(PATHWAYS, params={"from": "1", "to": "34"} | asked)
    assert response.status_code == 422
    assert response.json()["type"] == f"urn:firmware-pathways:problem:{slug}"
    nearest = {"before-first-list": "2026-01-05", "before-first-record": "2026-06-01T08:00:00Z"}
    name = next(iter(asked))
    assert ask(PATHWAYS, from_="1", to="34", **{name: nearest.get(slug, "2026-06-01T12:00:00Z")})["outcome"]


def test_twins_are_one_vertex(ask):
    """A way between twins is no step; the entry asked for is the one shown."""
    answer = ask(PATHWAYS, from_="17", to="28")
    assert (answer["outcome"], answer["steps"], answer["reasons"]) == ("already-there", [], [])
    assert ask(PATHWAYS, from_="34", to="34")["outcome"] == "already-there"
    assert way(ask(PATHWAYS, from_="28", to="62")) == "000028 000062"
    assert way(ask(PATHWAYS, from_="28", to="44")) == "000028 000044"


@pytest.mark.parametrize("asked", [{"from": "99", "to": "1"}, {"from": "1", "to": "99"}, {"from": "70", "to": "70"}])
def test_a_number_that_no_list_has_is_not_found(client, asked):
    """404, naming the entry; that it is named as a base makes it no entry."""
    response = client.get(PATHWAYS, params=asked)
    assert response.status_code == 404
    assert response.json()["type"] == "urn:firmware-pathways:problem:unknown-entry"
    assert response.json()["entry"] in ("000099", "000070")


def test_an_entry_is_unknown_until_a_list_with_it_is(client, ask):
    """Not yet listed at `at` is an answer; not known at `known_at` is 404."""
    asked = {"from": "6", "to": "61"}
    assert client.get(PATHWAYS, params=asked | {"known_at": "2026-06-01T08:59:59Z"}).status_code == 404
    assert ask(PATHWAYS, from_="6", to="61", at="2026-03-01T23:59:59Z")["reasons"][0]["code"] == "not-yet-listed"
    assert ask(PATHWAYS, from_="6", to="61", at="2026-03-02")["outcome"] == "route"


def entered(steps):
    """The entries that a way leads over."""
    return [step["target"] for step in steps]


def test_alternatives_are_further_ways_in_the_order_of_preference(ask):
    """Each once, none the pathway itself, none shorter than one before it; their steps are as those of the pathway."""
    told = ask(PATHWAYS, from_="6", to="58", alternatives=10)
    ways = [entered(told["steps"]), *map(entered, told["alternatives"])]
    assert len(ways) > 1
    assert len({tuple(way) for way in ways}) == len(ways)
    assert [len(way) for way in ways] == sorted(len(way) for way in ways)
    assert all(way[-1] == "000058" and len(set(way)) == len(way) for way in ways)
    assert {frozenset(step) for way in told["alternatives"] for step in way} == {frozenset(told["steps"][0])}


def test_more_says_that_there_were_more(ask):
    """Fewer are the first of the others; without any asked for nothing is said."""
    ten = ask(PATHWAYS, from_="6", to="58", alternatives=10)
    assert (len(ten["alternatives"]), ten["more"]) == (10, True)
    every = ask(PATHWAYS, from_="1", to="10", alternatives=10)
    assert (every["more"], len(every["alternatives"]) < 10) == (False, True)
    one = ask(PATHWAYS, from_="6", to="58", alternatives=1)
    assert (one["alternatives"], one["more"]) == (ten["alternatives"][:1], True)
    assert one["receipt"]["question"]["alternatives"] == 1
    none = ask(PATHWAYS, from_="6", to="58")
    assert (none["alternatives"], none["more"], none["steps"]) == ([], False, one["steps"])


@pytest.mark.parametrize("alternatives", ["11", "-1", "x", ""])
def test_at_most_ten_alternatives_are_told(client, alternatives):
    """More is a question that is refused by name."""
    response = client.get(PATHWAYS, params={"from": "6", "to": "58", "alternatives": alternatives})
    assert response.status_code == 422
    assert response.json()["errors"][0]["where"] == "alternatives"
