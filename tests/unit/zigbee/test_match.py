"""Entries matched against criteria: exposed, clear or unknown, by single values and by a range of versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.clock import END
from service.domain.zigbee_facts import StackVersionOrder, ZigbeeFact
from service.domain.zigbee_statements import ZigbeeCriteria
from service.rules.zigbee.match import StackOrderMissing, ZigbeeMatcher, attributes_by_entry, version_positions
from tests.unit.exposures import HAS, NOT
from tests.worlds import NOW, clocks


def test_a_twin_that_may_have_it_outweighs_one_that_differs():
    """Told differently of two numbers of one firmware: what may be so is possible, and the entry is not safe."""
    judge = ZigbeeMatcher(ZigbeeCriteria(**HAS), {})
    other, alike = NOT, {"stack_vendor": "ACME", "stack_version": "1.0"}
    assert judge.state([other]) == "clear"
    assert judge.state([other, alike]) == judge.state([alike, other]) == "unknown"


def test_an_order_separates_only_the_versions_that_it_lists():
    """Another spelling that it does not list may be the same version."""
    judge = ZigbeeMatcher(ZigbeeCriteria(**HAS), {"ACME": {"1.0.0": 0, "1.0.1": 1}})
    unlisted, listed = ({"stack_vendor": "ACME", "stack_version": version} for version in ("1.0", "1.0.1"))
    assert (judge.state([unlisted]), judge.state([listed])) == ("unknown", "clear")


ORDER = {"ACME": {"1.0.0": 0, "1.0": 1, "1.0.1": 2, "2.0.0": 3}}


@pytest.mark.parametrize(
    ("values", "state"),
    [
        (("ACME", "1.0.0"), "clear"),
        (("ACME", "1.0"), "exposed"),
        (("ACME", "1.0.1"), "exposed"),
        (("ACME", "2.0.0"), "clear"),
        (("ACME", "1.5"), "unknown"),
        (("ACME", ""), "unknown"),
        (("", "1.0.1"), "unknown"),
        (("ZENITH", "1.0.1"), "clear"),
        (("ZENITH", ""), "clear"),
    ],
)
def test_a_range_is_by_the_declared_order_alone(values, state):
    """A version without a place in it is neither within nor without; another vendor's has none of it."""
    told_of = {name: value for name, value in zip(("stack_vendor", "stack_version"), values, strict=True) if value}
    judge = ZigbeeMatcher(ZigbeeCriteria(stack_vendor="ACME", version_from="1.0", version_to="1.0.1"), ORDER)
    assert judge.state([told_of]) == state


@pytest.mark.parametrize(
    ("sought", "orders"),
    [
        (ZigbeeCriteria(stack_vendor="ACME", version_to="1.0.0"), {}),
        (ZigbeeCriteria(stack_vendor="ACME", version_from="1.0.0"), {"ZENITH": {"1.0.0": 0}}),
        (ZigbeeCriteria(stack_vendor="ACME", version_to="9"), ORDER),
        (ZigbeeCriteria(stack_vendor="ACME", version_from="9"), ORDER),
    ],
)
def test_a_range_without_an_order_is_refused(sought, orders):
    """Nothing is guessed from the numbers."""
    with pytest.raises(StackOrderMissing, match="order"):
        ZigbeeMatcher(sought, orders)


def test_an_order_tells_apart_what_is_spelt_alike():
    """1.0 might be 1.0.0, unless somebody has put both in one order."""
    sought = ZigbeeCriteria(stack_vendor="ACME", stack_version="1.0.0")
    values = [{"stack_vendor": "ACME", "stack_version": "1.0"}]
    assert ZigbeeMatcher(sought, {}).state(values) == "unknown"
    assert ZigbeeMatcher(sought, ORDER).state(values) == "clear"


def test_spellings_that_may_be_the_one_sought_are_told():
    """With how many entries wait for it to be settled."""
    judge = ZigbeeMatcher(ZigbeeCriteria(stack_vendor="ACME", stack_version="1.0"), {})
    values = {"000001": HAS, "000002": HAS, "000003": NOT, "000004": {"stack_vendor": "ACME RADIO"}}
    found = [(one.attribute, one.value, one.entries) for one in judge.spellings(values)]
    assert found == [("stack_vendor", "ACME RADIO", 1), ("stack_version", "1.0.0", 2)]


def fact(entry, kind, vendor, detail):
    """A fact about the chipset or the stack of an entry."""
    spelt = {"vendor": vendor, "detail": detail, "given_vendor": vendor, "given_detail": detail}
    return ZigbeeFact(id=f"{entry}{kind}", entry=entry, kind=kind, amendment="a1", **spelt, **clocks(NOW, END, NOW))


def test_the_attributes_of_an_entry_come_from_its_chipset_and_its_stack():
    """Blank values are left out: they are not known, and must not match anything."""
    rows = [
        fact("000001", "chipset", "ACME", "P1"),
        fact("000001", "stack", "ZENITH", ""),
        fact("000002", "stack", "", "1.0.0"),
        fact("000003", "chipset", "", ""),
    ]
    assert attributes_by_entry(rows) == {
        "000001": {"chipset_vendor": "ACME", "chipset_part": "P1", "stack_vendor": "ZENITH"},
        "000002": {"stack_version": "1.0.0"},
        "000003": {},
    }


def test_the_position_of_a_version_is_its_line_in_the_order_of_its_vendor():
    """The orders of two vendors are independent of each other."""

    def order(vendor, *versions):
        text = "\n".join(versions)
        spelt = {"vendor": vendor, "given_vendor": vendor, "versions": text, "given_versions": text}
        return StackVersionOrder(id=vendor, amendment="a1", **spelt, **clocks(NOW, END, NOW))

    orders = [order("ACME", "2.0", "1.0", "10.0"), order("ZENITH", "1.0")]
    assert version_positions(orders) == {"ACME": {"2.0": 0, "1.0": 1, "10.0": 2}, "ZENITH": {"1.0": 0}}


NAMED = {"chipset_vendor": "ACME", "chipset_part": "P1"}


@pytest.mark.parametrize(
    ("members", "state"),
    [
        ([], "unknown"),
        ([{}], "unknown"),
        ([{"chipset_vendor": "ACME"}], "unknown"),
        ([NAMED], "exposed"),
        ([{"chipset_vendor": "ACME"}, {"chipset_part": "P1"}], "exposed"),
        ([{"chipset_vendor": "ZENITH"}], "clear"),
        ([{"chipset_vendor": "ACME", "chipset_part": "Q2"}], "clear"),
        ([NAMED, {"chipset_vendor": "ZENITH", "chipset_part": "Q2"}], "exposed"),
        ([{"chipset_vendor": "ACME RADIO", "chipset_part": "P1"}], "unknown"),
        ([{"stack_vendor": "ZENITH"}], "unknown"),
    ],
)
def test_the_state_of_a_vertex_by_the_attributes_of_its_twins(members, state):
    """Exposed if all criteria match, clear if all known values of one criterion differ, else unknown."""
    assert ZigbeeMatcher(ZigbeeCriteria(**NAMED), {}).state(members) == state


def test_nothing_is_exposed_to_criteria_without_a_value():
    """Blank criteria say nothing about any entry."""
    assert ZigbeeMatcher(ZigbeeCriteria(), {}).state([NAMED]) == "unknown"


VERSIONS = ["1.0", "1.1", "2.0", "10.0"]


@given(st.permutations(VERSIONS), st.sampled_from(["", *VERSIONS]), st.sampled_from(["", *VERSIONS]))
def test_a_range_has_the_versions_between_its_ends_in_the_declared_order(order, first, last):
    """Both ends are included, and a blank end is open; the numbers of the versions do not matter."""
    criteria = ZigbeeCriteria(stack_vendor="ACME", version_from=first, version_to=last)
    matcher = ZigbeeMatcher(criteria, {"ACME": {version: place for place, version in enumerate(order)}})
    inside = order[order.index(first) if first else 0 : order.index(last) + 1 if last else None]
    if not criteria.has_range:
        inside = order  # then the vendor is the only criterion
    for version in VERSIONS:
        state = matcher.state([{"stack_vendor": "ACME", "stack_version": version}])
        assert state == ("exposed" if version in inside else "clear")
