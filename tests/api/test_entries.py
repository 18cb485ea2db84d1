"""`GET /v1/entries/{number}`: one entry at both clocks."""

import csv

import pytest

from tests.conftest import EXAMPLES

ENTRIES = "/v1/entries"
with (EXAMPLES / "central-products-list-v1.002.csv").open(encoding="utf-8", newline="") as LIST:
    HASHES = {row["Entry.number"]: row["Manufacturer_Image.hash"] for row in csv.DictReader(LIST)}


def numbers(answer):
    """The entry numbers of a page."""
    return [item["number"] for item in answer["items"]]


def test_an_entry_has_every_attribute(ask):
    """The answer has all twenty list attributes, the band, twins and the declaration."""
    answer = ask(f"{ENTRIES}/34")
    assert answer["declaration"].pop("amendment")
    assert answer.pop("declaration_tag")
    assert {key: value for key, value in answer.items() if key != "notice"} == {
        "number": "000034",
        "status": "Current",
        "device_type": "Single Element Electricity Metering Equipment",
        "manufacturer": "FE01",
        "manufacturer_name": None,
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
    """A PPMID has no CPA or DLMS certificate and, in the examples, no image; no field is an empty string."""
    answer = ask(f"{ENTRIES}/7")
    assert set(answer["cpa"].values()) == set(answer["dlms"].values()) == set(answer["image"].values()) == {None}
    assert answer["band"] is None
    assert '""' not in str(answer).replace("'", '"')


@pytest.mark.parametrize(
    ("number", "kind", "date"),
    [("000001", "expiry", "2031-08-31"), ("000003", "review", "2044-02-29"), ("000011", "expiry", "2031-10-31")],
)
def test_a_certificate_has_an_iso_date_and_a_kind(ask, number, kind, date):
    """`[E]` means expiry, `[R]` means review; a date stored as text on the list is parsed as well."""
    assert (ask(f"{ENTRIES}/{number}")["cpa"]["kind"], ask(f"{ENTRIES}/{number}")["cpa"]["date"]) == (kind, date)


@pytest.mark.parametrize(
    ("number", "band"),
    [("000016", "Dual Band"), ("000030", "Single Band (2.4 GHz)"), ("000001", None), ("000021", None)],
)
def test_the_band_is_parsed_from_the_descriptor(ask, number, band):
    """`ZigBee-only update` names no band."""
    assert ask(f"{ENTRIES}/{number}")["band"] == band


def test_twins_name_each_other(ask):
    """Twins are entries with the same image and device model; the same image on another device model makes no twin."""
    assert ask(f"{ENTRIES}/17")["twins"] == ["000028"]
    assert ask(f"{ENTRIES}/28")["twins"] == ["000017"]
    assert ask(f"{ENTRIES}/44")["twins"] == ["000062"]
    assert ask(f"{ENTRIES}/44", at="2026-02-01")["twins"] == []
    assert ask(f"{ENTRIES}/10")["twins"] == []


@pytest.mark.parametrize(
    ("number", "expected"),
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
def test_a_declaration_is_shown_as_declared(ask, number, expected):
    """The three kinds are distinct; held and pending bases appear beside the bases."""
    answer = ask(f"{ENTRIES}/{number}")["declaration"]
    assert answer["amendment"]
    assert answer["declared"] == "2026-06-01T10:00:00Z"
    assert {key: answer[key] for key in expected} == expected


def test_a_declaration_not_supplied_is_marked(ask):
    """The declaration has no bases, amendment or date, so that `not-supplied` differs from a declared `none`."""
    nothing = {"bases": [], "held": [], "pending": [], "effective_from": None, "declared": None, "amendment": None}
    assert ask(f"{ENTRIES}/26")["declaration"] == {"kind": "not-supplied"} | nothing


def test_a_declaration_is_shown_while_in_force(ask):
    """000064 is declared from 2026-04-01, and is `not-supplied` before."""
    assert ask(f"{ENTRIES}/64")["declaration"]["effective_from"] == "2026-04-01T00:00:00Z"
    assert ask(f"{ENTRIES}/64", at="2026-03-31T23:59:59Z")["declaration"]["kind"] == "not-supplied"


def test_one_entry_is_the_same_alone_and_in_a_search(ask):
    """The entry in a page equals the single entry."""
    single, listed = ask(f"{ENTRIES}/46"), ask(ENTRIES, number="46")["items"][0]
    assert listed.pop("matched") == []
    assert {key: single[key] for key in listed} == listed


def test_an_entry_listed_later_states_its_first_date(ask):
    """An entry that is known but not yet listed at `at` has the instant of its first listing."""
    answer = ask(f"{ENTRIES}/62", at="2026-02-01")
    assert (answer["number"], answer["status"]) == ("000062", "not-yet-listed")
    assert answer["first_listed"] == "2026-03-02T00:00:00Z"
    assert answer["list_version"] == "1.001"
    assert "firmware_version" not in answer
    assert ask(f"{ENTRIES}/62", at=answer["first_listed"])["status"] == "Current"
    assert "000062" not in numbers(ask(ENTRIES, at="2026-02-01"))


def test_a_status_is_that_of_the_list_in_force(ask):
    """The second list removed 000025."""
    assert ask(f"{ENTRIES}/25")["status"] == "Removed"
    assert ask(f"{ENTRIES}/25", at="2026-03-01T23:59:59Z")["status"] == "Current"
    assert numbers(ask(ENTRIES, status="Removed", at="2026-02-01")) == ["000004", "000029"]
