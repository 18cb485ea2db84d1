"""The words of DUIS and those of the list: each is mapped, or refused with its reason."""

import pytest

from service.domain import duis

LISTED = {
    "Communications Hub",
    "Gas Smart Meter",
    "HAN Connected Auxiliary Load Control Switch",
    "Polyphase Electricity Metering Equipment",
    "Pre-Payment Interface Device",
    "Single Element Electricity Metering Equipment",
    "Twin Element Electricity Metering Equipment",
}


def test_the_words_of_duis_are_the_seven_types_of_the_list():
    """Every type of the list has its word, and no word means anything else."""
    assert {name for names in duis.DUIS_DEVICE_TYPES.values() for name in names} == LISTED
    assert set(duis.DUIS_DEVICE_TYPES) == {"ESME", "GSME", "GPF", "CHF", "HCALCS", "PPMID"}


@pytest.mark.parametrize(
    ("said", "count"), [("ESME", 3), (" esme ", 3), ("GSME", 1), ("chf", 1), ("GPF", 1), ("HCALCS", 1), ("PPMID", 1)]
)
def test_a_word_of_duis_is_every_type_it_may_be(said, count):
    """One Communications Hub is CHF and GPF; one word stands for three kinds of electricity meter."""
    assert len(duis.listed_device_types(duis.parse_device_type(said))) == count


def test_a_hub_is_two_devices_in_duis():
    """Both words mean the one entry on the list."""
    assert duis.listed_device_types("CHF") == duis.listed_device_types("GPF") == ("Communications Hub",)


@pytest.mark.parametrize("name", sorted(LISTED))
def test_a_type_of_the_list_is_itself(name):
    """In any case, with blanks around it."""
    assert duis.listed_device_types(duis.parse_device_type(f" {name.upper()} ")) == (name,)


@pytest.mark.parametrize("said", ["IHD", "cad"])
def test_a_type_2_device_is_refused_for_what_it_is(said):
    """It is on no list, which is not the same as unknown."""
    with pytest.raises(ValueError, match=f"{said.upper()} is a Type 2 device"):
        duis.parse_device_type(said)


@pytest.mark.parametrize("said", ["", "meter", "Gas", "ESME\u0000", "x" * 500])
def test_a_type_that_nobody_uses_is_refused(said):
    """With the types there are, and not the whole of what was sent."""
    with pytest.raises(ValueError, match="is not a device type: ESME") as wrong:
        duis.parse_device_type(said)
    assert len(str(wrong.value)) < 600


def test_a_status_of_duis_is_one_of_the_list():
    """Only an active entry is on the list; three words are said of one that is not."""
    mapped = {word: duis.DUIS_STATUSES[duis.parse_status(word.upper())] for word in duis.DUIS_STATUSES}
    assert {word for word, status in mapped.items() if status == "Current"} == {"Current", "Active"}
    assert {word for word, status in mapped.items() if status == "Removed"} == {
        "Removed",
        "Cancelled",
        "Expired",
        "Withdrawn",
    }


@pytest.mark.parametrize("said", ["", "Commissioned", "Suspended", "Not active"])
def test_the_state_of_a_device_is_no_status_of_an_entry(said):
    """DUIS has a second vocabulary for devices; it is refused, not guessed at."""
    with pytest.raises(ValueError, match="is not a status: Current"):
        duis.parse_status(said)


@pytest.mark.parametrize("said", ["2.0", "GBCS Version 2.0 ", "gbcs v2.0", "GBCS 2.0", "v02.0", "Version 2.0"])
def test_a_gbcs_version_in_any_spelling_is_its_number(said):
    """The list says `GBCS Version 2.0`, an inventory `2.0`."""
    assert duis.parse_gbcs_version(said) == duis.listed_gbcs_version(said) == "2.0"


@pytest.mark.parametrize("said", ["", "2", "2.", "two", "2.0.1", "٢.٠", "SMETS V2.0", "2.0 or 2.1"])
def test_what_is_no_gbcs_version_is_refused_of_a_device_and_nothing_of_the_list(said):
    """A device that is asked for so is malformed; a list that says so says nothing."""
    with pytest.raises(ValueError, match="is not a GBCS version"):
        duis.parse_gbcs_version(said)
    assert duis.listed_gbcs_version(said) == ""


def test_versions_are_told_apart():
    """2.0 is not 2.1, and 4.1 not 4.10."""
    assert len({duis.listed_gbcs_version(said) for said in ("2.0", "2.1", "4.1", "4.10", "3.2")}) == 5
