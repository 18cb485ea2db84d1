"""`/targets` and `/origins`: exactly the pairs whose pathway is a route, with as many steps."""

import pytest

# A lattice, removed entries in between, twins, a cycle: the device models where a search can go wrong.
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
    """(from, to) → steps, for every pair of a family whose pathway is a route."""
    known = {}

    def of(family, through_removed):
        key = (family, through_removed)
        if key not in known:
            numbers = [number.zfill(6) for number in FAMILIES[family].split()]
            pairs = [(base, target) for base in numbers for target in numbers]
            asked = {"through_removed": through_removed}
            answers = {(a, b): ask("/v1/pathways", from_=a, to=b, **asked) for a, b in pairs}
            known[key] = numbers, {p: len(a["steps"]) for p, a in answers.items() if a["outcome"] == "route"}
        return known[key]

    return of


ASKED = [*((family, "false") for family in FAMILIES), ("removed", "true"), ("fragments", "true")]


@pytest.mark.parametrize(("family", "through_removed"), ASKED)
def test_reach_is_what_pathways_are_routes(ask, routes, family, through_removed):
    """In both directions, over every pair of a device model, with and without removed entries."""
    numbers, known = routes(family, through_removed)
    assert known
    for number in numbers:
        asked = {"through_removed": through_removed}
        targets = steps_to(ask(f"/v1/entries/{number}/targets", **asked))
        origins = steps_to(ask(f"/v1/entries/{number}/origins", **asked))
        assert targets == {b: steps for (a, b), steps in known.items() if a == number}
        assert origins == {a: steps for (a, b), steps in known.items() if b == number}


def test_removed_entries_make_a_difference(routes):
    """The families above are worth asking: removed entries open ways, and cut them."""
    assert len(routes("removed", "false")[1]) < len(routes("removed", "true")[1])


def test_an_entry_without_ways_reaches_nothing(ask):
    """An empty page, with its moment and the notice."""
    page = ask("/v1/entries/34/targets")
    assert (page["items"], page["next"], page["entry"], page["list_version"]) == ([], None, "000034", "1.002")
    assert "Release Notes" in page["notice"]


def test_reach_is_asked_as_of_both_clocks(ask):
    """At another time, and as known at another."""
    assert "000055" in steps_to(ask("/v1/entries/15/targets", at="2026-02-01"))
    assert "000055" not in steps_to(ask("/v1/entries/15/targets"))
    assert steps_to(ask("/v1/entries/1/targets", known_at="2026-06-01T09:00:00Z")) == {}
    assert steps_to(ask("/v1/entries/61/origins", at="2026-02-01")) == {}


@pytest.mark.parametrize("way", ["targets", "origins"])
def test_reach_comes_in_pages(ask, way):
    """The pages together are the whole."""
    number = {"targets": "6", "origins": "58"}[way]
    whole = ask(f"/v1/entries/{number}/{way}")["items"]
    pages = [ask(f"/v1/entries/{number}/{way}", limit=3)]
    while pages[-1]["next"]:
        pages.append(ask(f"/v1/entries/{number}/{way}", limit=3, cursor=pages[-1]["next"]))
    assert [item for page in pages for item in page["items"]] == whole
    assert len(pages) == 4


def test_lists_are_told_with_what_holds_from_when(ask):
    """Both list versions in list order, and which instant answered."""
    page = ask("/v1/lists")
    said = [(item["number"], item["issued"], item["effective_from"], item["entries"]) for item in page["items"]]
    assert said == [
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
def test_lists_are_those_known_then(ask, known_at, numbers):
    """Before the first record there is none, which is an answer to this question."""
    page = ask("/v1/lists", known_at=known_at)
    assert [item["number"] for item in page["items"]] == numbers
    assert page["known_at"] == known_at


def test_lists_known_tomorrow_are_refused(client):
    """Nobody knows that yet."""
    response = client.get("/v1/lists", params={"known_at": "2026-06-02"})
    assert (response.status_code, response.json()["type"].rpartition(":")[2]) == (422, "known-at-in-future")
