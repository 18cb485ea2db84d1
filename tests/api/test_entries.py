"""`GET /v1/entries/{number}`: one entry as both clocks have it."""

import csv

import pytest

from tests.conftest import EXAMPLES

ENTRIES = "/v1/entries"
with (EXAMPLES / "central-products-list-v1.002.csv").open(encoding="utf-8", newline="") as LIST:
    HASHES = {row["Entry.number"]: row["Manufacturer_Image.hash"] for row in csv.DictReader(LIST)}


def numbers(answer):
    """The entry numbers of a page."""
    return [item["number"] for item in answer["items"]]


def test_one_entry_is_told_in_full(ask):
    """All twenty attributes under the contract's names, the band, twins and the declaration."""
    answer = ask(f"{ENTRIES}/34")
    assert answer["declaration"].pop("amendment")
    assert answer.pop("declaration_tag")
    assert {key: value for key, value in answer.items() if key != "notice"} == {
        "number": "000034",
        "status": "Current",
        "device_type": "Single Element Electricity Metering Equipment",
        "manufacturer": "FE01",
        "model": "1001",
        "hardware_version": "01",
        "hardware_revision": "00",
        "device_model": "10010100",
        "firmware_version": "0B060000",
        "smets_chts_version": "SMETS V5.0",
        "gbcs_version": "GBCS Version 4.0",
        "cpa": {
            "number": "[E] FICTION-1001-B",
            "kind": "expiry",
            "security_characteristics": "Security Characteristics version 1.3",
            "date": "2031-08-31",
        },
        "dlms": {"number": "90101", "version": "CTT 4.1"},
        "zse": {"number": "FICTION-ZSE-1001", "version": "ZigBee Smart Energy Standard 1.4"},
        "image": {
            "creator": "Northwind Metering (fictional)",
            "hash": HASHES["000034"],
            "descriptor": "Whole image; Dual Band",
        },
        "band": "Dual Band",
        "declared_band": None,
        "twins": [],
        "declaration": {
            "kind": "bases",
            "bases": ["000020"],
            "held": [],
            "pending": [],
            "effective_from": None,
            "declared": "2026-06-01T10:00:00Z",
        },
        "at": "2026-06-01T12:00:00Z",
        "known_at": "2026-06-01T10:00:00Z",
        "list_version": "1.002",
        "list_issued": "2026-03-02",
    }
    assert "Release Notes" in answer["notice"]


def test_a_blank_on_the_list_is_null(ask):
    """A PPMID has no CPA or DLMS certificate and, here, no image; none of it is an empty string."""
    answer = ask(f"{ENTRIES}/7")
    assert set(answer["cpa"].values()) == set(answer["dlms"].values()) == set(answer["image"].values()) == {None}
    assert answer["band"] is None
    assert '""' not in str(answer).replace("'", '"')


@pytest.mark.parametrize(
    ("number", "kind", "date"),
    [("000001", "expiry", "2031-08-31"), ("000003", "review", "2044-02-29"), ("000011", "expiry", "2031-10-31")],
)
def test_a_certificate_date_is_iso_and_its_kind_is_told(ask, number, kind, date):
    """`[E]` expires, `[R]` is reviewed; a date written as text on the list is read as one."""
    assert (ask(f"{ENTRIES}/{number}")["cpa"]["kind"], ask(f"{ENTRIES}/{number}")["cpa"]["date"]) == (kind, date)


@pytest.mark.parametrize(
    ("number", "band"),
    [("000016", "Dual Band"), ("000030", "Single Band (2.4 GHz)"), ("000001", None), ("000021", None)],
)
def test_the_band_is_read_where_the_descriptor_says_it(ask, number, band):
    """`ZigBee-only update` says nothing about a band."""
    assert ask(f"{ENTRIES}/{number}")["band"] == band


def test_twins_name_each_other(ask):
    """One image on one device model under two numbers; the same image on another board makes no twin."""
    assert ask(f"{ENTRIES}/17")["twins"] == ["000028"]
    assert ask(f"{ENTRIES}/28")["twins"] == ["000017"]
    assert ask(f"{ENTRIES}/44")["twins"] == ["000062"]
    assert ask(f"{ENTRIES}/44", at="2026-02-01")["twins"] == []
    assert ask(f"{ENTRIES}/10")["twins"] == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("000001", {"kind": "none", "bases": [], "held": [], "pending": []}),
        ("000032", {"kind": "bases", "bases": ["000021", "000061"], "held": [], "pending": []}),
        ("000060", {"kind": "bases", "bases": ["000048", "000070"], "held": [], "pending": ["000070"]}),
        ("000053", {"kind": "none", "bases": [], "held": [], "pending": []}),
        (
            "000046",
            {
                "kind": "bases",
                "bases": ["000010", "000038"],
                "held": [{"base": "000010", "code": "other-device-model", "counterpart": "000038"}],
                "pending": [],
            },
        ),
    ],
)
def test_a_declaration_is_shown_as_given(ask, number, said):
    """Three kinds, never blurred; what is held or pending is shown beside the bases, not left out."""
    answer = ask(f"{ENTRIES}/{number}")["declaration"]
    assert answer["amendment"]
    assert answer["declared"] == "2026-06-01T10:00:00Z"
    assert {key: answer[key] for key in said} == said


def test_what_was_not_supplied_says_so(ask):
    """Neither allowed nor forbidden: no bases, and no amendment or date that would say that somebody declared it."""
    nothing = {"bases": [], "held": [], "pending": [], "effective_from": None, "declared": None, "amendment": None}
    assert ask(f"{ENTRIES}/26")["declaration"] == {"kind": "not-supplied"} | nothing


def test_a_declaration_is_shown_while_it_holds(ask):
    """000064 is declared from 2026-04-01: before, it is not supplied."""
    assert ask(f"{ENTRIES}/64")["declaration"]["effective_from"] == "2026-04-01T00:00:00Z"
    assert ask(f"{ENTRIES}/64", at="2026-03-31T23:59:59Z")["declaration"]["kind"] == "not-supplied"


def test_one_entry_is_the_same_alone_and_in_a_search(ask):
    """The page and the single answer speak of one thing."""
    alone, found = ask(f"{ENTRIES}/46"), ask(ENTRIES, number="46")["items"][0]
    assert {key: alone[key] for key in found} == found


def test_an_entry_that_comes_later_says_from_when(ask):
    """Known, and not yet listed at `at`: an answer, with the instant from which it is."""
    answer = ask(f"{ENTRIES}/62", at="2026-02-01")
    assert (answer["number"], answer["status"]) == ("000062", "not-yet-listed")
    assert answer["first_listed"] == "2026-03-02T00:00:00Z"
    assert answer["list_version"] == "1.001"
    assert "firmware_version" not in answer
    assert ask(f"{ENTRIES}/62", at=answer["first_listed"])["status"] == "Current"
    assert "000062" not in numbers(ask(ENTRIES, at="2026-02-01"))


def test_a_status_is_that_of_the_list_in_force(ask):
    """000025 was removed by the second list."""
    assert ask(f"{ENTRIES}/25")["status"] == "Removed"
    assert ask(f"{ENTRIES}/25", at="2026-03-01T23:59:59Z")["status"] == "Current"
    assert numbers(ask(ENTRIES, status="Removed", at="2026-02-01")) == ["000004", "000029"]
