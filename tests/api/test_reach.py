"""`/targets` and `/origins`: exactly the pairs whose pathway is a route, with the number of steps."""

import pytest

# A lattice, removed entries, twins, a cycle and fragments: the device models on which a search can go wrong.
FAMILIES = {
    "lattice": "6 12 21 32 40 45 49 56 58 61 63",
    "removed": "4 15 25 41 55",
    "twins": "17 28 44 62 64",
    "cycle": "22 36 48 60",
    "fragments": "3 13 14 29 30 35",
}


def steps_to(page):
    """The entries of a page with their steps."""
    assert [item["entry"] for item in page["items"]] == sorted(item["entry"] for item in page["items"])
    return {item["entry"]: item["steps"] for item in page["items"]}


@pytest.fixture(scope="module")
def routes(ask):
    """A function that returns (from, to) → steps, for every pair of a family whose pathway is a route."""
    known = {}

    def of(family, through_removed):
        key = (family, through_removed)
        if key not in known:
            numbers = [number.zfill(6) for number in FAMILIES[family].split()]
            pairs = [(base, target) for base in numbers for target in numbers]
            parameters = {"through_removed": through_removed}
            answers = {(a, b): ask("/v1/pathways", from_=a, to=b, **parameters) for a, b in pairs}
            known[key] = numbers, {p: len(a["steps"]) for p, a in answers.items() if a["outcome"] == "route"}
        return known[key]

    return of


CASES = [*((family, "false") for family in FAMILIES), ("removed", "true"), ("fragments", "true")]


@pytest.mark.parametrize(("family", "through_removed"), CASES)
def test_reach_equals_the_pairs_with_a_route(ask, routes, family, through_removed):
    """In both directions, over every pair of a device model, with and without removed entries."""
    numbers, known = routes(family, through_removed)
    assert known
    for number in numbers:
        parameters = {"through_removed": through_removed}
        targets = steps_to(ask(f"/v1/entries/{number}/targets", **parameters))
        origins = steps_to(ask(f"/v1/entries/{number}/origins", **parameters))
        assert targets == {b: steps for (a, b), steps in known.items() if a == number}
        assert origins == {a: steps for (a, b), steps in known.items() if b == number}


def test_the_removed_family_has_more_routes_through_removed_entries(routes):
    """Guards the test above: without this difference the family would not test `through_removed`."""
    assert len(routes("removed", "false")[1]) < len(routes("removed", "true")[1])


def test_an_entry_without_routes_has_no_targets(ask):
    """The page is empty, and has its instants and the notice."""
    page = ask("/v1/entries/34/targets")
    assert (page["items"], page["next"], page["entry"], page["list_version"]) == ([], None, "000034", "1.002")
    assert "Release Notes" in page["notice"]


def test_reach_honours_both_clocks(ask):
    """At another `at`, and at another `known_at`."""
    assert "000055" in steps_to(ask("/v1/entries/15/targets", at="2026-02-01"))
    assert "000055" not in steps_to(ask("/v1/entries/15/targets"))
    assert steps_to(ask("/v1/entries/1/targets", known_at="2026-06-01T09:00:00Z")) == {}
    assert steps_to(ask("/v1/entries/61/origins", at="2026-02-01")) == {}


@pytest.mark.parametrize("direction", ["targets", "origins"])
def test_reach_comes_in_pages(ask, direction):
    """The pages together equal the complete answer."""
    number = {"targets": "6", "origins": "58"}[direction]
    complete = ask(f"/v1/entries/{number}/{direction}")["items"]
    pages = [ask(f"/v1/entries/{number}/{direction}", limit=3)]
    while pages[-1]["next"]:
        pages.append(ask(f"/v1/entries/{number}/{direction}", limit=3, cursor=pages[-1]["next"]))
    assert [item for page in pages for item in page["items"]] == complete
    assert len(pages) == 4


def test_lists_have_their_effective_dates(ask):
    """Both list versions in order, and the instant of the answer."""
    page = ask("/v1/lists")
    versions = [(item["number"], item["issued"], item["effective_from"], item["entries"]) for item in page["items"]]
    assert versions == [
        ("1.001", "2026-01-05", "2026-01-05T00:00:00Z", 59),
        ("1.002", "2026-03-02", "2026-03-02T00:00:00Z", 63),
    ]
    assert [item["recorded"] for item in page["items"]] == ["2026-06-01T08:00:00Z", "2026-06-01T09:00:00Z"]
    assert {len(item["sha256"]) for item in page["items"]} == {64}
    assert (page["next"], page["known_at"]) == (None, "2026-06-01T10:00:00Z")


@pytest.mark.parametrize(
    ("known_at", "numbers"),
    [
        ("2026-06-01T07:59:59Z", []),
        ("2026-06-01T08:00:00Z", ["1.001"]),
        ("2026-06-01T09:00:00Z", ["1.001", "1.002"]),
    ],
)
def test_lists_honour_known_at(ask, known_at, numbers):
    """Before the first record the answer is an empty page."""
    page = ask("/v1/lists", known_at=known_at)
    assert [item["number"] for item in page["items"]] == numbers
    assert page["known_at"] == known_at


def test_lists_with_a_future_known_at_are_refused(client):
    """Future records are unknown."""
    response = client.get("/v1/lists", params={"known_at": "2026-06-02"})
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, "known-at-in-future")
