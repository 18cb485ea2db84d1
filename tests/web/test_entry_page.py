"""The page with one entry: its attributes, declaration, targets and origins."""

import pytest

from service.web import query_string


def test_an_entry_is_shown_with_its_attributes(page):
    """The page shows the list attributes; a blank on the list is called blank."""
    facts = page("?from=46").one(id="entry").facts()
    expected = {
        "Status": "Current",
        "Device type": "Single Element Electricity Metering Equipment",
        "Manufacturer": "FE01",
        "Device model (hardware)": "10010200",
        "Firmware version": "0B050000",
        "GBCS version": "GBCS Version 3.2",
        "CPA certificate": "[E] FICTION-1001-C, Security Characteristics version 1.3, expiry 2031-10-31",
        "Image hash": "0A98D8F68440930D42C86253CC932E07B71F1F93629640E06AF4AF3800E3C371",
        "Image descriptor": "blank on the list",
        "Twins": "none",
        "List in force": "1.002, issued 02/03/2026",
    }
    assert expected.items() <= facts.items()


def test_a_held_base_awaits_acceptance(page):
    """The page names the held base, the reason, and the entry with the same image on the right hardware."""
    entry = page("?to=46").one(id="entry")
    held = entry.one(id="held")
    assert held.one("dt").text == "Awaiting acceptance"
    assert held.one("dd").text.startswith("000010 is of another device model (hardware) and gives no step")
    assert [link.text for link in held.all("a")] == ["000010", "000038"]
    assert "held" not in entry.text


def test_a_pending_base_is_shown_without_a_link(page):
    """A base that is on no list yet has no page to link to."""
    entry = page("?from=60").one(id="entry")
    assert entry.one(id="pending").one("dd").text == "000070"
    assert entry.one(id="pending").all("a") == []


@pytest.mark.parametrize(
    ("number", "kind", "text"),
    [
        ("000001", "none", "no previous version (N/A)"),
        ("000038", "bases", "bases: 000019, 000027"),
        (
            "000050",
            "not-supplied",
            "not supplied: nobody has declared the bases of this entry, so this is neither a yes nor a no",
        ),
    ],
)
def test_the_three_kinds_of_declaration(client, page, number, kind, text):
    """`none`, `bases` and `not-supplied` have different texts; `not-supplied` is not shown as `none`."""
    declared = client.get(f"/v1/entries/{number}").json()["declaration"]
    shown = page(f"?from={number}").one(id="declaration")
    assert (shown["data-kind"], shown.facts()["Declared"]) == (kind, text)
    assert declared["kind"] == kind
    assert all(base in text for base in declared["bases"])


def test_twins_are_links(page):
    """Each twin links to its own entry."""
    twins = page("?from=17").one(id="twins")
    assert [(link.text, link["href"]) for link in twins.all("a")] == [("000028", "?from=000028")]


def reachable(entry, direction):
    return [(number, int(steps)) for number, steps, _ in entry.one(id=direction).one("table").rows()]


@pytest.mark.parametrize("direction", ["targets", "origins"])
def test_targets_and_origins_are_listed(client, page, direction):
    """The lists equal those of the interface for either choice, with the number of steps; each row links to the
    pathway."""
    items = client.get(f"/v1/entries/000038/{direction}").json()["items"]
    expected = [(item["entry"], item["steps"]) for item in items]
    assert expected
    for chosen in ("from", "to"):
        entry = page(f"?{chosen}=38").one(id="entry")
        assert reachable(entry, direction) == expected
        links = [row.all("a")[1]["href"] for row in entry.one(id=direction).one("tbody").all("tr")]
        pairs = [(number, "000038") if direction == "origins" else ("000038", number) for number, _ in expected]
        assert links == [
            f"?from={first}&to={last}" if chosen == "from" else f"?to={last}&from={first}" for first, last in pairs
        ]


def test_through_removed_applies_to_targets(client, page):
    """The checkbox applies to the lists of an entry as to a pathway."""
    items = client.get("/v1/entries/000015/targets?through_removed=true").json()["items"]
    expected = [(item["entry"], item["steps"]) for item in items]
    assert reachable(page("?from=15&through_removed=true"), "targets") == expected
    assert page("?from=15").one(id="targets").all("table") == []


@pytest.mark.parametrize(("direction", "number"), [("targets", "000001"), ("origins", "000034")])
def test_long_lists_are_paged(client, page, monkeypatch, direction, number):
    """The pages together equal the complete list, each entry once; later pages link back to the first."""
    items = client.get(f"/v1/entries/{number}/{direction}").json()["items"]
    monkeypatch.setattr(query_string, "PAGE_SIZE", 2)
    address, numbers = f"?from={number}&q=gas", []
    for _ in items:
        section = page(address).one(id=direction)
        numbers += [row[0] for row in section.one("table").rows()]
        further = section.all("a", rel="next")
        if not further:
            break
        address = further[0]["href"]
        assert address.startswith(f"?from={number}&q=gas&{direction}=")
        assert address.endswith(f"#{direction}")
    assert numbers == [item["entry"] for item in items]
    assert len(numbers) > 2
    assert section.one("p", klass="paging").one("a")["href"] == f"?from={number}&q=gas#{direction}"


def test_an_entry_without_targets_has_a_sentence(page):
    """An empty list is shown as a sentence."""
    assert "No entry, by the declarations so far." in page("?from=34").one(id="targets").text


def test_an_entry_not_yet_listed_has_its_first_date(page):
    """The page has no targets and origins for such an entry."""
    entry = page("?from=64&at=2026-02-01").one(id="entry")
    assert "It is first listed at 02/03/2026 00:00:00 UTC." in entry.text
    assert entry.all("table") == []


def test_links_keep_the_instant(page):
    """A link from an answer at an instant leads to a page at the same instant."""
    link = page("?from=46&at=2026-05-01&through_removed=true").one(id="held").all("a")[0]
    assert link["href"] == "?at=2026-05-01&through_removed=true&from=000010"
