"""The entries that fit a device, their groups of twins, and versions spelled in BCD or hexadecimal."""

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from service.domain.devices import Device
from service.rules.answers.device_match import (
    best_separation,
    device_remarks,
    fitting_candidates,
    group_twins,
    is_bcd_respelling,
    respelled_candidates,
)
from tests.unit.device_answers import candidates
from tests.worlds import revision, world

KNOWN = [revision(1, fw="00041001"), revision(2, fw="00040A01", gbcs_version="GBCS Version 2.0"), revision(3, fw="10")]
TWINS = [revision(1, status="Removed"), revision(2, fw=1, image=1), revision(3)]


def device(statuses=(), **values):
    """A device with these attributes."""
    return Device({name: frozenset([value]) for name, value in values.items()}, statuses)


def numbers_of(rows):
    """The entry numbers without zeros."""
    return [int(row.number) for row in rows]


def test_an_entry_fits_if_every_given_attribute_agrees():
    """A blank GBCS version fits every GBCS version; an ignored attribute does not count."""
    rows = candidates(world(*KNOWN))
    assert numbers_of(fitting_candidates(rows, device(gbcs_version="2.0"))) == [1, 2, 3]
    assert numbers_of(fitting_candidates(rows, device(gbcs_version="4.1"))) == [1, 3]
    assert numbers_of(fitting_candidates(rows, device(firmware_version="00041001"))) == [1]
    both = device(firmware_version="00041001", manufacturer="FE01")
    assert numbers_of(fitting_candidates(rows, both, "firmware_version")) == [1, 2, 3]


def test_the_lowest_listed_number_represents_its_twins():
    """The removed entry 1 comes after its listed twin."""
    assert [numbers_of(group) for group in group_twins(candidates(world(*TWINS)))] == [[2, 1], [3]]


def test_equal_groups_are_separated_by_no_attribute():
    """Otherwise the first attribute that leaves the fewest different answers wins."""
    groups = group_twins(candidates(world(*TWINS)))
    assert best_separation(groups[:1], ["a"]) is None
    best = best_separation(groups, ["a", "b"])
    assert best.attribute == "firmware_version"
    assert [(value.value, value.matches) for value in best.values] == [
        ("00000001", ["000002"]),
        ("00000003", ["000003"]),
    ]


def test_a_status_that_differs_from_every_twin_gives_a_remark():
    """A group with one removed twin agrees with a removed status."""
    groups = group_twins(candidates(world(*TWINS)))
    assert [remark.text for remark in device_remarks(groups, device(statuses=("Expired",)))] == [
        "The inventory says Expired; the list in force has 000003 as Current."
    ]
    assert device_remarks(groups, device()) == []


def numbers(version):
    """The four octets of a version, each as the numbers it may spell: as hex, and as BCD where it can be."""
    octets = [version[n : n + 2] for n in (0, 2, 4, 6)]
    return [int(octet, 16) for octet in octets], [int(o) if not set(o) - set("0123456789") else None for o in octets]


@given(st.lists(st.tuples(*[st.sampled_from(["00", "04", "09", "0A", "10", "12", "0C", "16", "FF", "99", "63"])] * 2),
                min_size=4, max_size=4))  # fmt: skip
def test_respellings_are_found_octet_by_octet(octets):
    """In every octet, both are the same, or the BCD spelling has the value of the hexadecimal one."""
    one, other = ("".join(pair[n] for pair in octets) for n in (0, 1))

    def spells(bcd, hexed):
        (plain, decimal), (value, _) = numbers(bcd), numbers(hexed)
        return all(value[n] in (plain[n], decimal[n]) for n in range(4))

    expected = one != other and (spells(one, other) or spells(other, one))
    event(str(expected))
    assert is_bcd_respelling(one, other) == is_bcd_respelling(other, one) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("00041001", "00040A01", True),
        ("00040A01", "00041001", True),
        ("10121001", "0A0C0A01", True),
        ("00041001", "00041001", False),
        ("100A0000", "0A100000", False),
        ("00041001", "00041002", False),
        ("00000010", "00000100", False),
    ],
)
def test_spellings_by_example(one, other, expected):
    """One version uses one spelling throughout."""
    assert is_bcd_respelling(one, other) is expected


def test_without_a_version_there_is_no_respelling():
    """There is nothing to compare."""
    device = Device({"device_model": frozenset({"00010101"}), "image_hash": frozenset({"F" * 64})})
    assert respelled_candidates(candidates(world(*KNOWN)), device) == []
