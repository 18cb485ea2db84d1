"""Names as the field writes them, brought to one spelling."""

import pytest

from service.domain.facts import EntryContent, split_bases
from service.domain.names import (
    device_model_id,
    list_version_order,
    normalise_hex,
    parse_entry_number,
    parse_hex,
    parse_list_heading,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", "000001"), ("000001", "000001"), (" 42 ", "000042"), ("999999", "999999")],
)
def test_an_entry_number_has_six_digits(text, expected):
    """One to six digits are taken, six are kept."""
    assert parse_entry_number(text) == expected


@pytest.mark.parametrize("text", ["", "0", "000000", "0000012", "1.0", "-1", "1a", "N/A", "１２", "1 2"])
def test_what_is_no_entry_number_is_refused(text):
    """Too many digits, zero, other characters and other scripts' digits are refused in a sentence."""
    with pytest.raises(ValueError, match="entry number"):
        parse_entry_number(text)


@pytest.mark.parametrize(
    ("text", "digits", "expected"),
    [
        ("0A:1B:2C:3D", 8, "0A1B2C3D"),
        ("0a1b2c3d", 8, "0A1B2C3D"),
        ("0a.1b.2c.3d ", 8, "0A1B2C3D"),
        ("FE:01", 4, "FE01"),
        (":".join(["ab"] * 32), 64, "AB" * 32),
    ],
)
def test_hex_digits_are_upper_case_without_colons(text, digits, expected):
    """Colons, dots, dashes and spaces fall away."""
    assert parse_hex(text, digits) == expected


@pytest.mark.parametrize("text", ["", "0A1B2C", "0A1B2C3D4E", "0A1B2C3G", "::::", "０A1B2C3D"])
def test_other_than_the_digits_asked_for_is_refused(text):
    """Too few, too many, and what is not hexadecimal."""
    with pytest.raises(ValueError, match="8 hex digits"):
        parse_hex(text, 8)


def test_list_versions_are_ordered_as_two_integers():
    """1.9 comes before 1.10, which comes before 2.000."""
    assert sorted(["2.000", "1.10", "1.9", "2.051"], key=list_version_order) == ["1.9", "1.10", "2.000", "2.051"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Version 3.051 Issued on 21-09-2031", ("3.051", "2031-09-21")),
        (" version 3.9  issued on 1/2/2031 ", ("3.9", "2031-02-01")),
        ("Version 3 Issued on 21-09-2031", None),
        ("Central Products List", None),
        ("", None),
    ],
)
def test_the_heading_of_a_list_gives_version_and_date(text, expected):
    """The day comes first; a text that says something else gives nothing."""
    assert parse_list_heading(text) == expected


def test_a_device_model_is_hardware_without_firmware():
    """Manufacturer, then model, hardware version and revision."""
    assert device_model_id("FE01", "0001", "02", "AC") == "FE01-000102AC"


def test_only_current_is_listed():
    """Any other status is not on the list with the SEC's meaning."""
    told = dict.fromkeys(["device_type", "manufacturer", "model", "hardware_version", "hardware_revision"], "x")
    listed = [EntryContent(status=status, firmware_version="1", **told).listed for status in ("Current", "Removed", "")]
    assert listed == [True, False, False]


def test_the_text_of_a_declaration_gives_its_bases():
    """In the order given; none where there is no text."""
    assert split_bases("000003;000001") == ("000003", "000001")
    assert split_bases("") == ()


@pytest.mark.parametrize(
    ("word", "normalised"),
    [
        ("12:40:74:da", "124074da"),
        ("12.40.74.da", "124074da"),
        ("124074da", "124074da"),
        ("fe01:1001:01:00", "fe01-10010100"),
        ("fe01-1001-01-00", "fe01-10010100"),
        ("fe01:10:01:01:00", "fe01-10010100"),
        ("fe:01:10:01:01:00", "fe01-10010100"),
        ("fe01-10010100", "fe01-10010100"),
        ("fe0110010100", "fe0110010100"),
        ("fe01-1001", "fe01-1001"),
        ("1.2", "1.2"),
        ("12.40", "1240"),
        ("gas:meter", "gas:meter"),
    ],
)
def test_a_search_word_is_spelled_as_on_the_list(word, normalised):
    """Digits without separators may be a part of a hash, and words that are no hex digits stay as they are."""
    assert normalise_hex(word) == normalised
