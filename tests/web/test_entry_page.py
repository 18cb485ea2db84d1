"""One entry chosen: what is known of it, and where it leads."""

import pytest

from service.web import query_string


def test_an_entry_alone_is_shown_in_full(page):
    """What the list says of it; a blank on the list is called blank."""
    told = page("?from=46").one(id="entry").facts()
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
        "List in force": "1.002, issued 2026-03-02",
    }
    assert expected.items() <= told.items()


def test_a_held_base_awaits_acceptance(page):
    """It is named with what is the matter, and with the entry that carries its image on the right hardware."""
    entry = page("?to=46").one(id="entry")
    held = entry.one(id="held")
    assert held.one("dt").text == "Awaiting acceptance"
    assert held.one("dd").text.startswith("000010 is of another device model (hardware) and gives no step")
    assert [link.text for link in held.all("a")] == ["000010", "000038"]
    assert "held" not in entry.text


def test_a_pending_base_is_told(page):
    """A base that is on no list yet is kept, shown, and no link: there is nothing to show of it."""
    entry = page("?from=60").one(id="entry")
    assert entry.one(id="pending").one("dd").text == "000070"
    assert entry.one(id="pending").all("a") == []


@pytest.mark.parametrize(
    ("number", "kind", "said"),
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
def test_the_three_kinds_of_declaration(client, page, number, kind, said):
    """None, bases, and not supplied are three things; the last is never told as none."""
    declared = client.get(f"/v1/entries/{number}").json()["declaration"]
    shown = page(f"?from={number}").one(id="declaration")
    assert (shown["data-kind"], shown.facts()["Declared"]) == (kind, said)
    assert declared["kind"] == kind
    assert all(base in said for base in declared["bases"])


def test_twins_are_links(page):
    """An image listed again leads to its other entry."""
    twins = page("?from=17").one(id="twins")
    assert [(link.text, link["href"]) for link in twins.all("a")] == [("000028", "?from=000028")]


def reached(entry, way):
    return [(number, int(steps)) for number, steps, _ in entry.one(id=way).one("table").rows()]


@pytest.mark.parametrize("way", ["targets", "origins"])
def test_where_it_leads_and_who_leads_to_it(client, page, way):
    """As the interface tells, with the steps, whichever of the two it was chosen as; each links to the pathway."""
    items = client.get(f"/v1/entries/000038/{way}").json()["items"]
    expected = [(item["entry"], item["steps"]) for item in items]
    assert expected
    for chosen in ("from", "to"):
        entry = page(f"?{chosen}=38").one(id="entry")
        assert reached(entry, way) == expected
        links = [row.all("a")[1]["href"] for row in entry.one(id=way).one("tbody").all("tr")]
        pairs = [(number, "000038") if way == "origins" else ("000038", number) for number, _ in expected]
        assert links == [
            f"?from={first}&to={last}" if chosen == "from" else f"?to={last}&from={first}" for first, last in pairs
        ]


def test_what_is_reached_through_removed_entries_is_listed_where_asked(client, page):
    """The tick holds for an entry's lists as for a pathway."""
    items = client.get("/v1/entries/000015/targets?through_removed=true").json()["items"]
    expected = [(item["entry"], item["steps"]) for item in items]
    assert reached(page("?from=15&through_removed=true"), "targets") == expected
    assert page("?from=15").one(id="targets").all("table") == []


@pytest.mark.parametrize(("way", "number"), [("targets", "000001"), ("origins", "000034")])
def test_long_lists_are_paged(client, page, monkeypatch, way, number):
    """Page by page the whole list comes by, each entry once; another page of it leads back to the first."""
    items = client.get(f"/v1/entries/{number}/{way}").json()["items"]
    monkeypatch.setattr(query_string, "PAGE_SIZE", 2)
    address, seen = f"?from={number}&q=gas", []
    for _ in items:
        shown = page(address).one(id=way)
        seen += [row[0] for row in shown.one("table").rows()]
        further = shown.all("a", rel="next")
        if not further:
            break
        address = further[0]["href"]
        assert address.startswith(f"?from={number}&q=gas&{way}=")
        assert address.endswith(f"#{way}")
    assert seen == [item["entry"] for item in items]
    assert len(seen) > 2
    assert shown.one("p", klass="paging").one("a")["href"] == f"?from={number}&q=gas#{way}"


def test_nothing_declared_is_said(page):
    """An empty list is a sentence."""
    assert "No entry, by the declarations so far." in page("?from=34").one(id="targets").text


def test_not_yet_listed_is_told_with_its_day(page):
    """An entry that a later list brings is told of, and leads nowhere yet."""
    entry = page("?from=64&at=2026-02-01").one(id="entry")
    assert "It is first listed at 2026-03-02 00:00:00 UTC." in entry.text
    assert entry.all("table") == []


def test_links_keep_the_moment(page):
    """An entry looked up from an answer of a date is shown as of that date."""
    link = page("?from=46&at=2026-05-01&through_removed=true").one(id="held").all("a")[0]
    assert link["href"] == "?at=2026-05-01&through_removed=true&from=000010"
