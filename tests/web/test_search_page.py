"""The search page: find an entry, and choose two."""

import pytest

from tests.web.reading import read

CHOICE = {"from", "to", "at", "known_at", "through_removed"}
FILTERS = {"q", "status", "manufacturer", "device_model", "firmware_version", "image_hash"}
HASH = "0A98D8F68440930D42C86253CC932E07B71F1F93629640E06AF4AF3800E3C371"


def numbers(shown):
    return [row["data-number"] for row in shown.one("table", id="found").one("tbody").all("tr")]


def links(shown, number):
    """The links in an entry's row, by their text."""
    row = shown.one("tr", data_number=number)
    return {link.text: link["href"] for link in row.all("a")}


@pytest.mark.parametrize(
    "question",
    [
        "q=gas",
        "q=fe01+000046",
        "status=Removed",
        "manufacturer=fe:03",
        "device_model=10010200",
        "device_model=FE01-10010200",
        "firmware_version=0b:05:00:00",
        f"image_hash={HASH.lower()}",
        "q=gas&at=2026-02-01",
        "status=Removed&at=2026-02-01",
    ],
)
def test_a_search_finds_the_entries_of_the_interface(client, page, question):
    """Every filter, in several spellings, and at the typed instant."""
    expected = [item["number"] for item in client.get(f"/v1/entries?{question}&limit=25").json()["items"]]
    assert numbers(page(f"?{question}")) == expected
    assert 0 < len(expected) <= 25


def test_a_row_has_the_distinguishing_attributes(page):
    """The hash is abbreviated, with the complete hash as title; held bases are mentioned."""
    shown = page(f"?image_hash={HASH}&device_model=10010200").one("table", id="found")
    first, *_ = shown.rows()
    heads = [head.text for head in shown.one("thead").all("th")]
    assert heads == [
        "Entry",
        "Choose",
        "Status",
        "Device type",
        "Manufacturer",
        "Device model (hardware)",
        "Firmware version",
        "Firmware Upgrade Path",
        "GBCS version",
        "Image hash",
    ]
    assert dict(zip(heads, first, strict=True)) == {
        "Entry": "000046",
        "Choose": "from here to here",
        "Status": "Current",
        "Device type": "Single Element Electricity Metering Equipment",
        "Manufacturer": "FE01",
        "Device model (hardware)": "10010200",
        "Firmware version": "0B050000",
        "GBCS version": "GBCS Version 3.2",
        "Image hash": f"{HASH[:8]}…",
        "Firmware Upgrade Path": "bases, some awaiting acceptance",
    }
    assert shown.all("code", title=HASH)


@pytest.mark.parametrize("address", ["", "?q=", "?q=++&status="])
def test_a_blank_search_lists_all_entries(client, page, address):
    """In pages, each entry once, in the order of numbers."""
    expected = [item["number"] for item in client.get("/v1/entries?limit=1000").json()["items"]]
    listed = []
    for _ in range(9):
        shown = page(address)
        listed += numbers(shown)
        further = shown.all("a", rel="next")
        if not further:
            break
        address = further[0]["href"]
    assert listed == expected
    assert len(listed) > 50
    (back,) = [link for link in shown.all("a") if link.text == "First page"]
    assert numbers(page(back["href"])) == expected[:25]


def test_a_search_without_results_has_a_sentence(page):
    """The field keeps the query."""
    shown = page("?q=nothing-has-this")
    assert shown.one(id="nothing").text == "No entry matches."
    assert shown.one("input", id="q")["value"] == "nothing-has-this"
    assert shown.all("table") == []


def test_a_choice_keeps_the_search_the_page_and_the_other_choice(page):
    """Two clicks lead from the second page of a search to the pathway."""
    second = page("?q=metering&at=2026-05-01").one("a", rel="next")["href"]
    shown = page(second)
    first, last = numbers(shown)[:2]
    chosen = page(links(shown, first)["from here"])
    assert numbers(chosen) == numbers(shown)
    assert chosen.one("tr", data_number=first).one("span", klass="chosen").text == "from this"
    both = page(links(chosen, last)["to here"])
    assert both.one("form", id="choice").one("input", id="from")["value"] == first
    assert both.one("form", id="choice").one("input", id="to")["value"] == last
    assert both.one("input", id="at")["value"] == "2026-05-01"
    assert both.one("input", id="q")["value"] == "metering"
    assert both.one(id="pathway").one("thead").text.startswith(f"EntryFrom {first}")
    assert numbers(both) == numbers(shown)


def test_a_choice_from_the_start_page_keeps_the_list(page):
    """Without a query the list stays, for the choice of the second entry."""
    first = page(links(page(), "000003")["from here"])
    assert page(links(first, "000014")["to here"]).one(id="pathway")["data-outcome"] == "route"


def test_an_answer_without_a_search_has_no_list(page):
    """A linked answer is not followed by unrelated entries."""
    assert page("?from=3&to=14").all("table", id="found") == []


def form_values(form):
    """The values that a browser sends for a form."""
    values = {field["name"]: field.attributes.get("value", "") for field in form.all("input") if _is_sent(field)}
    for select in form.all("select"):
        (chosen,) = [o for o in select.all("option") if "selected" in o.attributes] or select.all("option")[:1]
        values[select["name"]] = chosen.attributes.get("value", chosen.text)
    return values


def _is_sent(field):
    return field.attributes.get("type") != "checkbox" or "checked" in field.attributes


def test_each_form_sends_the_values_of_the_other(page):
    """Either form sends all typed values, but no cursor."""
    values = {
        "from": "3",
        "to": "14",
        "at": "2026-05-01",
        "known_at": "2026-06-01T11:00",
        "through_removed": "true",
        "q": "meter",
        "status": "Current",
        "manufacturer": "FE02",
    }
    shown = page("?" + "&".join(f"{name}={value}" for name, value in values.items()))
    forms = shown.one("main").all("form")
    for form in forms:
        sent = form_values(form)
        assert {name: value for name, value in sent.items() if value} == values
        assert form["method"] == "get"
        assert form["action"].split("#")[0] == "./"
        assert len(form.all("button")) == 1
    assert [form_values(form).keys() >= names for form, names in zip(forms, (CHOICE, FILTERS), strict=True)] == [
        True
    ] * 2


@pytest.mark.parametrize("address", ["", "?from=46&q=", "?from=abc&at=never&status=new&q=" + "x" * 201])
def test_fields_have_labels_and_references_resolve(client, address):
    """For screen readers: labels, descriptions, one main heading and a language."""
    shown = read(client.get(f"/{address}"))
    ids = [element["id"] for element in shown.every if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in shown.all("label")}
    fields = [f for f in (*shown.all("input"), *shown.all("select")) if f.attributes.get("type") != "hidden"]
    assert labelled == {field["id"] for field in fields}
    references = [
        e[name].split() for e in shown.every for name in ("aria-describedby", "aria-labelledby") if name in e.attributes
    ]
    internal_links = [link["href"][1:] for link in shown.all("a") if link["href"].startswith("#")]
    assert {reference for group in references for reference in group} | set(internal_links) <= set(ids)
    assert len(shown.all("h1")) == 1
    assert shown.one("html")["lang"] == "en"


def test_unknown_parameters_are_ignored(page):
    """Links often gain tracking parameters; the page does not repeat them."""
    shown = page("?from=3&utm_source=mail")
    assert shown.one(id="entry")["data-number"] == "000003"
    assert not [link for link in shown.all("a") if "utm" in link["href"]]
