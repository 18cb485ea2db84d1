"""`GET /v1/entries`: what a search finds, measured by the tables that the examples are written from."""

import csv

import pytest

from tests.conftest import EXAMPLES

ENTRIES = "/v1/entries"


def table(name):
    """A CSV file of the examples."""
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SOURCE = {row["number"]: row for row in table("source/entries.csv")}
MODELS = {row["device_model"]: row for row in table("source/device-models.csv")}
HASHES = {row["Entry.number"]: row["Manufacturer_Image.hash"] for row in table("central-products-list-v1.002.csv")}


def numbers(answer):
    """The entry numbers of a page."""
    return [item["number"] for item in answer["items"]]


def where(test):
    """The entry numbers of the source whose row passes."""
    return [number for number, row in sorted(SOURCE.items()) if test(row)]


def test_all_entries_are_there_in_the_order_of_their_numbers(ask):
    """A search without a filter gives every entry, removed ones too, with the moment of the answer."""
    answer = ask(ENTRIES)
    assert numbers(answer) == sorted(SOURCE)
    assert (answer["next"], answer["list_version"], answer["known_at"]) == (None, "1.002", "2026-06-01T10:00:00Z")


def test_every_entry_is_as_the_list_says(ask):
    """Number, status, hardware, firmware, versions and hash of all 63."""
    for item in ask(ENTRIES)["items"]:
        row = SOURCE[item["number"]]
        assert item["status"] == row["status"]
        assert f"{item['manufacturer']}-{item['device_model']}" == row["device_model"]
        assert item["firmware_version"] == row["firmware"]
        assert item["smets_chts_version"] == row["smets_chts"].strip()
        assert item["gbcs_version"] == row["gbcs"].strip()
        assert item["image"]["hash"] == (HASHES[item["number"]] or None)


FILTERS = [
    ("number=34", lambda r: r["number"] == "000034"),
    ("status=Removed", lambda r: r["status"] == "Removed"),
    ("status=Current", lambda r: r["status"] == "Current"),
    ("device_type=gas%20smart%20METER", lambda r: MODELS[r["device_model"]]["device_type"] == "Gas Smart Meter"),
    ("manufacturer=FE03", lambda r: r["device_model"].startswith("FE03")),
    ("manufacturer=fe:03", lambda r: r["device_model"].startswith("FE03")),
    ("device_model=10010200", lambda r: r["device_model"] == "FE01-10010200"),
    ("device_model=FE01-10010200", lambda r: r["device_model"] == "FE01-10010200"),
    ("device_model=fe:01:10:01:02:00", lambda r: r["device_model"] == "FE01-10010200"),
    ("device_model=FE0210010200", lambda r: False),
    ("firmware_version=02010000", lambda r: r["firmware"] == "02010000"),
    ("firmware_version=0b.01.00.00", lambda r: r["firmware"] == "0B010000"),
    ("certificate=FICTION-1001-B", lambda r: r["cpa"] == "[E] FICTION-1001-B"),
    ("certificate=[E]%20FICTION-1001-B", lambda r: r["cpa"] == "[E] FICTION-1001-B"),
    ("certificate=[R]%20FICTION-1001-B", lambda r: False),
    ("certificate=FICTION-2003-A", lambda r: r["cpa"] == "[R] FICTION-2003-A"),
    ("certificate=90101", lambda r: MODELS[r["device_model"]]["dlms"] == "90101"),
    ("certificate=FICTION-ZSE-4003", lambda r: MODELS[r["device_model"]]["zse"] == "FICTION-ZSE-4003"),
    ("q=BRIDGE%20release", lambda r: r["descriptor"] == "Bridge release"),
    ("q=release%20%20bridge", lambda r: r["descriptor"] == "Bridge release"),
    ("q=0B:01:00:00", lambda r: r["firmware"] == "0B010000"),
    ("q=0b.01.00.00%20northwind", lambda r: r["firmware"] == "0B010000"),
    ("q=northwind%20twin", lambda r: r["device_model"] == "FE01-10020100"),
    ("q=000034", lambda r: r["number"] == "000034"),
    ("q=bridge%20northwind", lambda r: False),
    ("status=Removed&manufacturer=FE02&q=fragment", lambda r: r["number"] == "000029"),
    ("number=&status=&device_type=&manufacturer=&device_model=&firmware_version=&image_hash=", lambda r: True),
    ("certificate=%20&q=%20%20", lambda r: True),
]


@pytest.mark.parametrize(("query", "test"), FILTERS, ids=[query for query, _ in FILTERS])
def test_a_filter_lets_the_right_entries_pass(ask, query, test):
    """Each alone, in any spelling, and several at once; a blank one lets all pass."""
    assert numbers(ask(f"{ENTRIES}?{query}")) == where(test)


SPELLINGS = {
    "as the list has it": lambda h: ":".join(h[i : i + 2] for i in range(0, 64, 2)),
    "bare": lambda h: h,
    "lower case": str.lower,
    "with spaces": lambda h: f" {h[:32]} {h[32:].lower()} ",
    "with dots": lambda h: ".".join(h[i : i + 2] for i in range(0, 64, 2)),
    "with dashes": lambda h: f"{h[:32]}-{h[32:]}",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_image_is_found_by_its_hash_in_any_spelling(ask, spelling):
    """One image may be on several entries: all of them are found."""
    given = SPELLINGS[spelling](HASHES["000010"])
    assert numbers(ask(ENTRIES, image_hash=given)) == ["000010", "000038"]
    assert HASHES["000010"] == HASHES["000038"]


def test_a_hash_is_searched_as_of_both_clocks(ask):
    """The corrected hash of 000042 holds from the second list on; before, and in what was known before, the first."""
    first = ask(f"{ENTRIES}/42", at="2026-02-01")["image"]["hash"]
    assert first != HASHES["000042"]
    assert numbers(ask(ENTRIES, image_hash=first)) == []
    assert numbers(ask(ENTRIES, image_hash=first, at="2026-02-01")) == ["000042"]
    assert numbers(ask(ENTRIES, image_hash=first, known_at="2026-06-01T08:30:00Z")) == ["000042"]


@pytest.mark.parametrize("limit", [1, 7, 62, 63, 64])
def test_pages_give_all_entries_once(ask, limit):
    """Whatever the limit, the pages together are the whole, in order; the last one says that it is."""
    asked = {"limit": limit} | ({"manufacturer": "FE04"} if limit == 1 else {})
    pages = [ask(ENTRIES, **asked)]
    while pages[-1]["next"]:
        pages.append(ask(ENTRIES, cursor=pages[-1]["next"], **asked))
    found = [number for page in pages for number in numbers(page)]
    assert found == where(lambda r: limit > 1 or r["device_model"].startswith("FE04"))
    assert [len(page["items"]) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 1 <= len(pages[-1]["items"]) <= limit


def test_a_page_may_have_another_limit_than_the_one_before(ask):
    """The limit is no part of the question."""
    first = ask(ENTRIES, limit=5)
    assert numbers(ask(ENTRIES, limit=2, cursor=first["next"])) == sorted(SOURCE)[5:7]
