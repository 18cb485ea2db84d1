"""Names of manufacturers in the notes of a list."""

import pytest

from service.rules.facts.names_in_notes import names_in_notes

CODES = {"000001": "FE01", "000002": "FE01", "000003": "FE01", "000004": "FE02"}


def named(*notes):
    """The name of FE01 by notes on its entries, the last repeated: what most of them say counts."""
    return names_in_notes([(f"{number:06}", note) for number, note in enumerate(notes, 1)], CODES).get("FE01")


@pytest.mark.parametrize(
    ("note", "name"),
    [
        ("Northwind Metering ES-10A Electricity Meter (updated firmware)", "Northwind Metering"),
        ("Northwind + Gale G470 672 Gas Meter", "Northwind + Gale"),
        ("Northwind Communications Hub", "Northwind"),
        ("Northwind - Single Element", "Northwind"),
        ("Northwind Ltd (updated firmware)", "Northwind Ltd"),
        ("SMETS1 Northwind", None),
        ("01:02:03:04", None),
    ],
)
def test_a_name_ends_where_the_product_begins(note, name):
    """At a word of a device type, at a digit or at a dash; a note that begins with the product has no name."""
    assert named(note) == name


def test_a_name_is_what_more_than_half_of_the_notes_begin_with():
    """Half is not enough, neither for the name nor for a further word of it."""
    assert named("Northwind Ltd ESME", "Northwind Ltd GSME", "Northwind PPMID") == "Northwind Ltd"
    assert named("Northwind Ltd ESME", "Northwind Metering GSME") == "Northwind"
    assert named("Northwind ESME", "Zephyr ESME") is None
    assert named("Northwind ESME", "Zephyr ESME", "Northwind GSME") == "Northwind"
    assert named("Northwind ESME", "Zephyr Ltd", "Zephyr Ltd") == "Zephyr Ltd"


def test_several_codes_may_have_one_name_and_others_none():
    """A note on an entry that the list does not have names nobody."""
    notes = [("000001", "Northwind ESME"), ("000004", "Northwind GSME"), ("000009", "Zephyr PPMID")]
    assert names_in_notes(notes, CODES) == {"FE01": "Northwind", "FE02": "Northwind"}
    assert names_in_notes(notes, {}) == names_in_notes([], CODES) == {}
