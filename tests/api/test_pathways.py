"""`GET /v1/pathways`: the main question, on both engines, over the examples."""

from itertools import pairwise

import pytest

from service.schemas.responses.pathways import NOTICE

PATHWAYS = "/v1/pathways"


def route(answer):
    """The entries of an answer's steps, joined by blanks."""
    steps = answer["steps"]
    assert all(step["target"] == following["base"] for step, following in pairwise(steps))
    return " ".join([steps[0]["base"], *(step["target"] for step in steps)]) if steps else ""


def warning_codes(answer):
    """The codes of the warnings on each step."""
    return [[warning["code"] for warning in step["warnings"]] for step in answer["steps"]]


def reasons(answer):
    """The codes of the reasons, with the entries of each."""
    return [(reason["code"], reason["entries"]) for reason in answer["reasons"]]


def test_a_route_describes_each_step(ask):
    """Each step has the device model, the firmware version and the image hash of its target."""
    answer = ask(PATHWAYS, from_="000001", to="000034")
    assert answer["outcome"] == "route"
    assert route(answer) == "000001 000002 000005 000010 000020 000034"
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


def test_every_answer_has_its_instants_and_the_notice(ask):
    """The answer has both instants, the list in force and the time of its latest fact; its receipt has the same
    instant."""
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


def test_updated_is_the_time_of_the_latest_relevant_fact(ask):
    """Nothing was declared for this device model, so its facts date from the first list."""
    assert ask(PATHWAYS, from_="000008", to="000050")["updated"] == "2026-06-01T08:00:00Z"


def test_an_entry_number_may_omit_leading_zeros(ask):
    """`1` means `000001`, and surrounding blanks are ignored; the answer always has six digits."""
    assert ask(PATHWAYS, from_="1", to=" 34 ") == ask(PATHWAYS, from_="000001", to="000034")


def test_the_order_of_parameters_does_not_matter(client):
    """The same request gives the same bytes."""
    first, second = (
        client.get(f"{PATHWAYS}?{q}") for q in ("from=1&to=34&at=2026-05-01", "at=2026-05-01&to=34&from=1")
    )
    assert first.content == second.content


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
def test_each_warning_is_on_its_step(ask, base, target, warnings):
    """Each warning that the examples produce is on its step and on no other."""
    answer = ask(PATHWAYS, from_=base, to=target)
    assert answer["outcome"] == "route"
    assert warning_codes(answer) == warnings
    assert all(warning["text"].endswith(".") for step in answer["steps"] for warning in step["warnings"])


def test_the_text_of_a_warning_names_the_problem(ask):
    """The texts distinguish expiry from review, warn against a stop on the first fragment, and name the other
    entries."""
    texts = [step["warnings"][0]["text"] for step in ask(PATHWAYS, from_="16", to="42")["steps"]]
    assert "expiry date of [E] FICTION-2003-B, 2026-03-31" in texts[0]
    assert "review date of [R] FICTION-2003-C, 2026-04-30" in texts[1]
    first, second = (step["warnings"][0]["text"] for step in ask(PATHWAYS, from_="3", to="14")["steps"])
    assert "Do not stop here" in first
    assert "Do not stop here" not in second
    assert "000031" in ask(PATHWAYS, from_="18", to="43")["steps"][0]["warnings"][0]["text"]


def test_a_certificate_date_is_passed_from_the_next_day(ask):
    """The date on the list is the last valid day, compared with `at` and not with the clock."""
    assert warning_codes(ask(PATHWAYS, from_="16", to="33", at="2026-03-31T23:59:59Z")) == [[]]
    assert warning_codes(ask(PATHWAYS, from_="16", to="33", at="2026-04-01")) == [["certificate-date-passed"]]


@pytest.mark.parametrize(
    ("base", "target", "parameters", "outcome", "expected"),
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
def test_without_a_route_every_reason_is_given(ask, base, target, parameters, outcome, expected):
    """Each reason that the examples produce, in the order of the contract, with the entries that prove it."""
    answer = ask(PATHWAYS, from_=base, to=target, **parameters)
    assert (answer["outcome"], answer["steps"]) == (outcome, [])
    assert reasons(answer) == [
        (code, [n.zfill(6) for n in entries]) for code, *entries in map(str.split, expected.split(","))
    ]
    assert all(reason["text"].endswith(".") for reason in answer["reasons"])


def test_a_reason_shows_the_route_that_proves_it(ask):
    """The route through the removed entry is listed entry by entry."""
    reason = ask(PATHWAYS, from_="15", to="55")["reasons"][0]
    assert reason["steps"] == ["000015", "000025", "000041", "000055"]


def test_an_unknown_outcome_names_the_manufacturer_to_ask(ask):
    """The reason names the manufacturer that did not declare."""
    reason = ask(PATHWAYS, from_="8", to="50")["reasons"][0]
    assert reason["code"] == "not-declared"
    assert "Ask the manufacturer (FE03)" in reason["text"]


def test_through_removed_allows_removed_targets(ask):
    """`through_removed` allows removed entries as targets of steps, and changes nothing else."""
    answer = ask(PATHWAYS, from_="15", to="55", through_removed="true")
    assert (answer["outcome"], route(answer)) == ("route", "000015 000025 000041 000055")
    assert warning_codes(answer) == [[], ["removed-base"], []]
    assert ask(PATHWAYS, from_="14", to="29", through_removed="true")["outcome"] == "route"
    assert ask(PATHWAYS, from_="45", to="40", through_removed="true")["outcome"] == "none"


def test_at_selects_the_list_and_declarations_in_force(ask):
    """While 000025 was listed there was a route; before the bridge releases were listed the route was longer."""
    assert route(ask(PATHWAYS, from_="15", to="55", at="2026-02-01")) == "000015 000025 000041 000055"
    assert len(ask(PATHWAYS, from_="6", to="58", at="2026-02-01")["steps"]) == 7
    assert len(ask(PATHWAYS, from_="6", to="58")["steps"]) == 5


@pytest.mark.parametrize(
    ("at", "outcome"),
    [("2026-03-31T23:59:59.999999Z", "unknown"), ("2026-04-01", "route"), ("2026-04-01T01:00:00+01:00", "route")],
)
def test_a_declaration_is_in_force_from_its_date(ask, at, outcome):
    """The interval includes its first instant; offsets are converted to UTC."""
    assert ask(PATHWAYS, from_="62", to="64", at=at)["outcome"] == outcome


def test_known_at_selects_the_recorded_facts(ask):
    """Before the bases were recorded the outcome is `unknown`; `known_at` without `at` sets `at` as well."""
    answer = ask(PATHWAYS, from_="1", to="34", known_at="2026-06-01T09:30:00Z")
    assert answer["outcome"] == "unknown"
    assert (answer["at"], answer["known_at"]) == ("2026-06-01T09:30:00Z", "2026-06-01T09:30:00Z")
    assert reasons(answer)[0] == ("not-declared", ["000002", "000005", "000010", "000020", "000034"])


def test_known_at_decides_which_list_is_in_force(ask):
    """Between the two loads the second list was unknown, whatever its date."""
    answer = ask(PATHWAYS, from_="1", to="34", known_at="2026-06-01T08:00:00Z", at="2026-05-01")
    assert (answer["list_version"], answer["list_issued"]) == ("1.001", "2026-01-05")
    assert answer["at"] == "2026-05-01T00:00:00Z"


def test_a_later_known_at_is_reduced_to_the_last_commit(ask):
    """Thus the answer can be recomputed; `at` stays as requested."""
    answer = ask(PATHWAYS, from_="1", to="34", known_at="2026-06-01T11:00:00Z")
    assert (answer["outcome"], answer["known_at"], answer["at"]) == (
        "route",
        "2026-06-01T10:00:00Z",
        "2026-06-01T11:00:00Z",
    )
    again = ask(PATHWAYS, from_="1", to="34", known_at=answer["known_at"], at=answer["at"])
    assert again == answer


@pytest.mark.parametrize(
    ("parameters", "slug"),
    [
        ({"at": "2026-01-04T23:59:59.999999Z"}, "before-first-list"),
        ({"known_at": "2026-06-01T07:59:59.999999Z"}, "before-first-record"),
        ({"known_at": "2026-06-01T12:00:00.000001Z"}, "known-at-in-future"),
    ],
)
def test_an_instant_without_facts_is_a_problem(client, ask, parameters, slug):
    """The service returns a problem, not an empty answer; one microsecond later there is an answer."""
    response = client.get(PATHWAYS, params={"from": "1", "to": "34"} | parameters)
    assert response.status_code == 422
    assert response.json()["type"] == f"urn:firmware-pathways:problem:{slug}"
    nearest = {"before-first-list": "2026-01-05", "before-first-record": "2026-06-01T08:00:00Z"}
    name = next(iter(parameters))
    assert ask(PATHWAYS, from_="1", to="34", **{name: nearest.get(slug, "2026-06-01T12:00:00Z")})["outcome"]


def test_twins_are_one_vertex(ask):
    """A pathway between twins has no steps; the answer shows the requested entry."""
    answer = ask(PATHWAYS, from_="17", to="28")
    assert (answer["outcome"], answer["steps"], answer["reasons"]) == ("already-there", [], [])
    assert ask(PATHWAYS, from_="34", to="34")["outcome"] == "already-there"
    assert route(ask(PATHWAYS, from_="28", to="62")) == "000028 000062"
    assert route(ask(PATHWAYS, from_="28", to="44")) == "000028 000044"


@pytest.mark.parametrize(
    "parameters", [{"from": "99", "to": "1"}, {"from": "1", "to": "99"}, {"from": "70", "to": "70"}]
)
def test_an_unknown_entry_is_not_found(client, parameters):
    """The service answers 404 and names the entry, even if the entry is named as a base."""
    response = client.get(PATHWAYS, params=parameters)
    assert response.status_code == 404
    assert response.json()["type"] == "urn:firmware-pathways:problem:unknown-entry"
    assert response.json()["entry"] in ("000099", "000070")


def test_an_entry_is_unknown_before_its_first_list(client, ask):
    """Not yet listed at `at` is an answer; not known at `known_at` is 404."""
    parameters = {"from": "6", "to": "61"}
    assert client.get(PATHWAYS, params=parameters | {"known_at": "2026-06-01T08:59:59Z"}).status_code == 404
    assert ask(PATHWAYS, from_="6", to="61", at="2026-03-01T23:59:59Z")["reasons"][0]["code"] == "not-yet-listed"
    assert ask(PATHWAYS, from_="6", to="61", at="2026-03-02")["outcome"] == "route"


def targets(steps):
    """The targets of steps, in order."""
    return [step["target"] for step in steps]


def test_alternatives_are_further_routes_in_order_of_preference(ask):
    """Each alternative differs from the pathway and the others, is no shorter than the one before, and has full
    steps."""
    answer = ask(PATHWAYS, from_="6", to="58", alternatives=10)
    routes = [targets(answer["steps"]), *map(targets, answer["alternatives"])]
    assert len(routes) > 1
    assert len({tuple(route) for route in routes}) == len(routes)
    assert [len(route) for route in routes] == sorted(len(route) for route in routes)
    assert all(route[-1] == "000058" and len(set(route)) == len(route) for route in routes)
    assert {frozenset(step) for route in answer["alternatives"] for step in route} == {frozenset(answer["steps"][0])}


def test_more_states_whether_further_alternatives_exist(ask):
    """Fewer alternatives are the first of more; without `alternatives` the answer has none."""
    ten = ask(PATHWAYS, from_="6", to="58", alternatives=10)
    assert (len(ten["alternatives"]), ten["more"]) == (10, True)
    complete = ask(PATHWAYS, from_="1", to="10", alternatives=10)
    assert (complete["more"], len(complete["alternatives"]) < 10) == (False, True)
    single = ask(PATHWAYS, from_="6", to="58", alternatives=1)
    assert (single["alternatives"], single["more"]) == (ten["alternatives"][:1], True)
    assert single["receipt"]["question"]["alternatives"] == 1
    none = ask(PATHWAYS, from_="6", to="58")
    assert (none["alternatives"], none["more"], none["steps"]) == ([], False, single["steps"])


@pytest.mark.parametrize("alternatives", ["11", "-1", "x", ""])
def test_more_than_ten_alternatives_are_refused(client, alternatives):
    """The problem names the parameter `alternatives`."""
    response = client.get(PATHWAYS, params={"from": "6", "to": "58", "alternatives": alternatives})
    assert response.status_code == 422
    assert response.json()["errors"][0]["where"] == "alternatives"
