"""`GET /v1/entries`: search results, compared with the source tables of the examples."""

import csv

import pytest

from tests.conftest import EXAMPLES

ENTRIES = "/v1/entries"


def table(name):
    """The rows of a CSV file of the examples."""
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SOURCE = {row["number"]: row for row in table("source/entries.csv")}
MODELS = {row["device_model"]: row for row in table("source/device-models.csv")}
HASHES = {row["Entry.number"]: row["Manufacturer_Image.hash"] for row in table("central-products-list-v1.002.csv")}


def numbers(answer):
    """The entry numbers of a page."""
    return [item["number"] for item in answer["items"]]


def numbers_of_rows(matches):
    """The entry numbers of the source rows that match."""
    return [number for number, row in sorted(SOURCE.items()) if matches(row)]


def test_a_search_without_filters_lists_all_entries_in_order(ask):
    """Removed entries are included; the answer has its instants."""
    answer = ask(ENTRIES)
    assert numbers(answer) == sorted(SOURCE)
    assert (answer["next"], answer["list_version"], answer["known_at"]) == (None, "1.002", "2026-06-01T10:00:00Z")


def test_every_entry_equals_its_row_of_the_list(ask):
    """Number, status, hardware, firmware, versions and hash of all 63 entries."""
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
    ("device_type=esme", lambda r: "Electricity" in MODELS[r["device_model"]]["device_type"]),
    ("device_type=GSME", lambda r: MODELS[r["device_model"]]["device_type"] == "Gas Smart Meter"),
    ("device_type=CHF", lambda r: MODELS[r["device_model"]]["device_type"] == "Communications Hub"),
    ("device_type=meter", lambda r: False),
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
    (
        "q=release%20bridge%20ridge%20b%20br%20bri%20brid%20bridg%20re%20rel",
        lambda r: r["descriptor"] == "Bridge release",
    ),
    ("q=000012%20current%20smart%20gas%20meter%20release%20bridge%20zzz", lambda r: False),
    ("number=34&status=Removed", lambda r: r["number"] == "000034" and r["status"] == "Removed"),
    ("number=34&status=Current", lambda r: r["number"] == "000034" and r["status"] == "Current"),
    ("number=29&q=fragment", lambda r: r["number"] == "000029"),
    ("number=29&q=bridge", lambda r: False),
    ("status=Removed&manufacturer=FE02&q=fragment", lambda r: r["number"] == "000029"),
    ("number=&status=&device_type=&manufacturer=&device_model=&firmware_version=&image_hash=", lambda r: True),
    ("certificate=%20&q=%20%20", lambda r: True),
]


@pytest.mark.parametrize(("query", "matches"), FILTERS, ids=[query for query, _ in FILTERS])
def test_a_filter_selects_the_matching_entries(ask, query, matches):
    """Single filters in several spellings, and combinations; a blank filter is ignored."""
    found = numbers(ask(f"{ENTRIES}?{query}"))
    assert (sorted(found) if "q=" in query else found) == numbers_of_rows(matches)


def test_a_search_has_at_most_eight_words(client):
    """Each word costs a look into the text of every entry; a word within another word costs none."""
    response = client.get(f"{ENTRIES}?q=qa%20qb%20qc%20qd%20qe%20qf%20qg%20qh%20qi")
    assert response.status_code == 422
    assert response.json()["errors"] == [{"where": "q", "detail": "at most 8 different words are searched for at once"}]


@pytest.mark.parametrize("place", range(8))
def test_every_word_must_be_found(ask, place):
    """Wherever it stands among the eight."""
    words = ["gas", "smart", "meter", "current", "fe01", "smets2", "00", "1"]
    assert numbers(ask(f"{ENTRIES}?q={'%20'.join(words[:place])}%20zzz%20{'%20'.join(words[place + 1 :])}")) == []


def texts(item):
    """The attributes of an entry in a page, each by its name in JSON, in lower case as the list has them."""
    flat = {name: value for name, value in item.items() if isinstance(value, str)}
    for group in ("cpa", "dlms", "zse", "image"):
        flat |= {f"{group}.{name}": value or "" for name, value in item[group].items()}
    flat["device_model"] = f"{item['manufacturer']}-{item['device_model']}"
    del flat["cpa.kind"]
    flat.pop("band", None), flat.pop("declared_band", None)
    return {name: value.lower() for name, value in flat.items()}


def rank(item, words):
    """How good a match is: an identifier, whole words, or parts of words."""
    values = texts(item)
    model = values["device_model"]
    keys = {item["number"], values["firmware_version"], model, model[-8:], values["image.hash"]}
    if len(words) == 1 and (words[0] in keys or (words[0].isdigit() and words[0].zfill(6) == item["number"])):
        return 0
    return 1 if set(words) <= {word for value in values.values() for word in value.split()} else 2


@pytest.mark.parametrize(
    ("words", "ranks"),
    [
        ("000034", {0}), ("34", {0, 2}), ("02010000", {0}), ("1.1", {1, 2}), ("release", {1}), ("bridge rel", {2}),
        ("2.0", {1, 2}), ("10020100", {0}), ("fe01-10020100", {0}), ("01", {0, 1, 2}), ("fe0", {2}),
        ("02 fictional)", {2}), ("gas smart", {1}), ("1", {0, 1, 2}),
    ],
)  # fmt: skip
def test_the_best_matches_come_first(ask, words, ranks):
    """An identifier, then whole words, then parts of words, each by number; pages of two give the same."""
    items = ask(ENTRIES, q=words)["items"]
    split = words.lower().split()
    assert [item["number"] for item in items] == [
        item["number"] for item in sorted(items, key=lambda item: (rank(item, split), item["number"]))
    ]
    assert {rank(item, split) for item in items} == ranks
    for item in items:
        assert item["matched"] == [name for name, text in texts(item).items() if any(w in text for w in split)]
    paged, cursor = [], ""
    while cursor is not None:
        page = ask(ENTRIES, q=words, limit=2, **({"cursor": cursor} if cursor else {}))
        paged, cursor = paged + page["items"], page["next"]
    assert paged == items


def test_a_filter_keeps_the_order_of_the_best_matches(ask):
    """Words and filters together; without words nothing is matched."""
    plain = ask(ENTRIES, q="01")["items"]
    both = ask(ENTRIES, q="01", manufacturer="FE01")["items"]
    assert both == [item for item in plain if item["manufacturer"] == "FE01"]
    assert {tuple(item["matched"]) for item in ask(ENTRIES, manufacturer="FE01")["items"]} == {()}


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
    """All entries with the image are found."""
    spelled = SPELLINGS[spelling](HASHES["000010"])
    assert numbers(ask(ENTRIES, image_hash=spelled)) == ["000010", "000038"]
    assert HASHES["000010"] == HASHES["000038"]


def test_a_search_by_hash_honours_both_clocks(ask):
    """The corrected hash of 000042 is valid from the second list; before, at either clock, the first hash."""
    first = ask(f"{ENTRIES}/42", at="2026-02-01")["image"]["hash"]
    assert first != HASHES["000042"]
    assert numbers(ask(ENTRIES, image_hash=first)) == []
    assert numbers(ask(ENTRIES, image_hash=first, at="2026-02-01")) == ["000042"]
    assert numbers(ask(ENTRIES, image_hash=first, known_at="2026-06-01T08:30:00Z")) == ["000042"]


@pytest.mark.parametrize("limit", [1, 7, 62, 63, 64])
def test_pages_give_all_entries_once(ask, limit):
    """For any limit the pages together are complete and in order, and the last page has no cursor."""
    query = {"limit": limit} | ({"manufacturer": "FE04"} if limit == 1 else {})
    pages = [ask(ENTRIES, **query)]
    while pages[-1]["next"]:
        pages.append(ask(ENTRIES, cursor=pages[-1]["next"], **query))
    listed = [number for page in pages for number in numbers(page)]
    assert listed == numbers_of_rows(lambda r: limit > 1 or r["device_model"].startswith("FE04"))
    assert [len(page["items"]) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert 1 <= len(pages[-1]["items"]) <= limit


def test_the_limit_may_change_between_pages(ask):
    """The limit is not bound to the cursor."""
    first = ask(ENTRIES, limit=5)
    assert numbers(ask(ENTRIES, limit=2, cursor=first["next"])) == sorted(SOURCE)[5:7]
