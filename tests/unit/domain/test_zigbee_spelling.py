"""One spelling for vendors, parts and versions; and what may be the same is never taken for different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.zigbee_spelling import NORMALISERS, normalise_part, normalise_vendor, normalise_version, similarity

TEXT = st.text(st.sampled_from("aAbB 019.-_vV,é"), max_size=12)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Larkspur Radio", "LARKSPUR RADIO"),
        ("  larkspur\tRADIO  ", "LARKSPUR RADIO"),
        ("Larkspur Radio, Inc.", "LARKSPUR RADIO"),
        ("Larkspur-Radio Co. Ltd", "LARKSPUR RADIO"),
        ("Ｌarkspur Radio GmbH", "LARKSPUR RADIO"),
        ("Limited", "LIMITED"),
    ],
)
def test_a_vendor_has_one_spelling(given, expected):
    """Case, spaces, stops and the legal form are not the name."""
    assert normalise_vendor(given) == expected


@pytest.mark.parametrize(("given", "expected"), [("LR-2400", "LR2400"), ("lr 2400", "LR2400"), ("OS7/b", "OS7B")])
def test_a_part_has_one_spelling(given, expected):
    """Letters and digits alone."""
    assert normalise_part(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("6.10.3", "6.10.3"),
        ("v6.10.3", "6.10.3"),
        ("Version 6.10.3", "6.10.3"),
        ("rel. 6_10_3", "6.10.3"),
        ("6.10.3 GA", "6.10.3.GA"),
        ("6.07", "6.07"),
        ("Vega", "VEGA"),
    ],
)
def test_a_version_has_one_spelling(given, expected):
    """Without a `v` before it; noughts stay, since nobody knows whether 6.07 is 6.7."""
    assert normalise_version(given) == expected


@pytest.mark.parametrize("attribute", NORMALISERS)
@pytest.mark.parametrize(
    "given", ["", " ", "-", "n/a", "N.A.", "unknown", "TBC", "not known", "None", "any", "?", "A?"]
)
def test_what_tells_nothing_is_no_value(attribute, given):
    """Stored as a name it would differ from all others, and its entries would be counted as safe."""
    with pytest.raises(ValueError, match=r"left blank|one value"):
        NORMALISERS[attribute](given)


@pytest.mark.parametrize("attribute", NORMALISERS)
@pytest.mark.parametrize("given", ["A; B", "A|B", "A or B", "A\nB"])
def test_several_values_are_not_one(attribute, given):
    """Which of them it is would be a guess."""
    with pytest.raises(ValueError, match="one value is expected"):
        NORMALISERS[attribute](given)


@pytest.mark.parametrize("attribute", ["chipset_part", "stack_version"])
def test_a_list_of_parts_or_versions_is_not_one(attribute):
    """A comma stands in the name of a firm, and between two of these."""
    with pytest.raises(ValueError, match="one value is expected"):
        NORMALISERS[attribute]("6.1, 6.2")
    assert normalise_vendor("Larkspur, Inc.") == "LARKSPUR"


@pytest.mark.parametrize("attribute", NORMALISERS)
@given(TEXT)
def test_spelling_it_again_changes_nothing(attribute, given):
    """So that what was stored is found again by whoever types it as it is shown."""
    try:
        found = NORMALISERS[attribute](given)
    except ValueError:
        return
    assert found
    assert NORMALISERS[attribute](found) == found


@pytest.mark.parametrize("attribute", NORMALISERS)
@given(TEXT, TEXT)
def test_likeness_has_no_direction(attribute, one, other):
    """Whoever is asked and whoever asks; only equal spellings are the same."""
    try:
        one, other = NORMALISERS[attribute](one), NORMALISERS[attribute](other)
    except ValueError:
        return
    assert similarity(attribute, one, other) == similarity(attribute, other, one)
    assert (similarity(attribute, one, other) == "same") == (one == other)


ALIKE = [
    ("stack_vendor", "Larkspur", "Larkspur Radio"),
    ("stack_vendor", "Larkspur Labs", "Larkspur Laboratories"),
    ("stack_vendor", "LRC", "Larkspur Radio Components"),
    ("stack_vendor", "Larksur Radio", "Larkspur Radio"),
    ("stack_vendor", "Ospreyy", "Osprey"),
    ("chipset_vendor", "Osprey Semi", "Osprey Semiconductor"),
    ("chipset_part", "LR2400", "LR2400P433"),
    ("stack_version", "6.10", "6.10.3"),
    ("stack_version", "6.10.3", "6.10.3.0"),
    ("stack_version", "6.07", "6.7"),
    ("stack_version", "6.1", "6.10"),
    ("stack_version", "6.10.3", "6.10.3 GA"),
    ("stack_version", "LRZ 6.10.3", "6.10.3"),
    ("stack_version", "6.10.3", "6A30"),
    ("stack_version", "6103", "6.10.3"),
]
OTHER = [
    ("stack_vendor", "Larkspur Radio", "Osprey Semiconductor"),
    ("stack_vendor", "Northwind", "Norrland"),
    ("chipset_part", "LR2400", "LR2410"),
    ("stack_version", "6.10.3", "6.10.4"),
    ("stack_version", "6.10.3", "7.1"),
    ("stack_version", "VEGA", "ALTAIR"),
    ("stack_version", "5.8.2", "5.8.0"),
]


@pytest.mark.parametrize(("attribute", "one", "other"), ALIKE)
def test_what_may_be_the_same_is_not_taken_for_different(attribute, one, other):
    """A name cut short, a slip of the pen, a version told less closely, what a spreadsheet makes of 6.10."""
    assert similarity(attribute, NORMALISERS[attribute](one), NORMALISERS[attribute](other)) == "alike"


@pytest.mark.parametrize(("attribute", "one", "other"), OTHER)
def test_what_cannot_be_the_same_differs(attribute, one, other):
    """Else nothing would ever be known to be clear."""
    assert similarity(attribute, NORMALISERS[attribute](one), NORMALISERS[attribute](other)) == "other"
