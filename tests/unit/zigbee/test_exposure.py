"""Exposure against the oracle on random worlds, and by hand where a case should be seen."""

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from service.domain.zigbee_statements import ZigbeeCriteria
from service.rules.pathfinding.network import Network
from service.rules.zigbee.exposure import ExposureView, coverage, exposed_groups, exposed_items
from service.rules.zigbee.match import StackOrderMissing, ZigbeeMatcher
from tests.reached import reached, reaching
from tests.unit.oracles.exposure import Exposures
from tests.worlds import NOW, declaration, near, revision, situations, six, world

VALUES = {
    "chipset_vendor": ["", "ACME", "ZENITH", "ACME RADIO"],
    "chipset_part": ["", "P1", "Q2"],
    "stack_vendor": ["", "ACME", "ZENITH"],
    "stack_version": ["", "1.0.0", "1.0.1", "2.0.0", "1.0"],
}


HABITS = ("nothing", "has", "has", "differs", "differs", "anything")


@st.composite
def seekings(draw, most=9):
    """A world, an instant, what is told of its entries, and what is sought: half of them have it or are clear."""
    known, at = draw(situations(most=most))
    names = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=2, unique=True))
    sought = {name: VALUES[name][1] for name in names}
    told = {number: draw(_told(sought)) for number in known.numbers}
    return known, at, {number: said for number, said in told.items() if said}, sought, draw(st.booleans())


@st.composite
def _told(draw, sought):
    habit = draw(st.sampled_from(HABITS))
    if habit == "nothing":
        return {}
    said = {name: draw(st.sampled_from(values)) for name, values in VALUES.items()}
    said |= sought if habit in ("has", "differs") else {}
    if habit == "differs":
        name = draw(st.sampled_from(list(sought)))
        said[name] = VALUES[name][2]
    return {name: value for name, value in said.items() if value}


ACME = {"stack_vendor": "ACME"}
WAY_OFF = world(revision(1), revision(2), revision(3, "B"), declaration(1), declaration(2, 1))
TOLD = {six(1): ACME, six(2): {"stack_vendor": "ZENITH"}, six(3): ACME}


@reaching("a way", "blocked")
@given(seekings(), st.lists(st.integers(0, 9), min_size=9, max_size=9))
@example((WAY_OFF, NOW, TOLD, ACME, False), [1] * 9)
def test_exposure_is_what_the_oracle_says(seeking, counted):
    """States, coverage, groups, and for every entry that has it the preferred way, what is as near, and what blocks."""
    known, at, said, sought, avoid = seeking
    due = Exposures(known, at, said, sought, avoid=avoid)
    devices = dict(zip(known.numbers, counted, strict=False)) if avoid else None
    seen = ExposureView(Network(near(known, at)), said, ZigbeeMatcher(ZigbeeCriteria(**sought), {}), avoid, devices)
    assert [entry.number for entry in seen.exposed] == due.entries("exposed")
    found = {item.entry: item for item in exposed_items(seen, seen.exposed)}
    for entry, item in found.items():
        best = due.best(entry)
        event("a way" if best else "blocked")
        reached("a way" if best else "blocked")
        if best is None:
            codes = [why.code for why in item.blocked_by]
            event(",".join(codes))
            assert (item.steps, item.nearest, item.way, codes) == (None, [], [], due.blocked(entry))
            continue
        (flawed, stops, steps), nearest, way = best
        assert (item.cannot_be_sent, item.steps, item.nearest, item.way) == (flawed, steps, nearest, way)
        assert item.blocked_by == []
        assert not avoid or item.exposed_stops == stops
    check_counts(seen, due, found, devices)


def check_counts(seen, due, found, devices):
    """Coverage and groups are counts of what was found, entries and devices alike."""

    def meters(entries):
        return sum(devices[entry] for entry in entries) if devices else None

    whole = coverage(seen)
    for state in ("exposed", "clear", "unknown"):
        entries = due.entries(state)
        assert getattr(whole, state) == len(entries) == sum(getattr(one, state) for one in whole.by_manufacturer)
        assert getattr(whole, f"meters_{state}") == meters(entries)
    for group in exposed_groups(seen):
        own = [
            i for i in found.values() if (i.manufacturer, i.device_model) == (group.manufacturer, group.device_model)
        ]
        stuck = [item.entry for item in own if item.steps is None]
        assert (group.exposed, group.blocked, group.with_a_way) == (len(own), len(stuck), len(own) - len(stuck))
        assert (group.meters, group.meters_blocked) == (meters(i.entry for i in own), meters(stuck))
        assert group.most_steps == max((i.steps for i in own if i.steps), default=None)
    assert sum(group.exposed for group in exposed_groups(seen)) == len(found)
    assert [(group.manufacturer, group.device_model) for group in exposed_groups(seen)] == sorted(
        {(item.manufacturer, item.device_model) for item in found.values()}
    )
    makers = [maker.manufacturer for maker in whole.by_manufacturer]
    assert makers == sorted({row.manufacturer for row in due.oracle.entries.values()})


HAS, NOT = {"stack_vendor": "ACME", "stack_version": "1.0.0"}, {"stack_vendor": "ACME", "stack_version": "2.0.0"}


def seen_of(facts, said, avoid=False, own=None):
    """A world seen for ACME 1.0.0."""
    told_of = {six(number): values for number, values in said.items()}
    return ExposureView(
        Network(near(world(*facts), NOW)), told_of, ZigbeeMatcher(ZigbeeCriteria(**HAS), {}), avoid, own=own
    )


def only(seen, number):
    """What is told of one entry."""
    (found,) = [item for item in exposed_items(seen, seen.exposed) if item.entry == six(number)]
    return found


def test_what_is_not_known_is_never_taken_for_safe():
    """An entry of which nothing, too little, or something that may be the same is told is no way out."""
    facts = [revision(n) for n in (1, 2, 3, 4)] + [declaration(n, 1) for n in (2, 3, 4)] + [declaration(1)]
    alike = {"stack_vendor": "ACME", "stack_version": "1.0"}
    found = only(seen_of(facts, {1: HAS, 2: {}, 3: {"stack_vendor": "ACME"}, 4: alike}), 1)
    assert found.steps is None
    assert [(why.code, why.entries) for why in found.blocked_by] == [
        ("none-known-clear", []),
        ("not-told", ["000002", "000003", "000004"]),
    ]


def test_avoiding_exposed_stops_leaves_at_once():
    """Two steps over an entry that has it too, or three over others: asked to avoid, the longer way is preferred."""
    facts = [revision(n) for n in range(1, 6)]
    facts += [declaration(1), declaration(2, 1), declaration(3, 1), declaration(4, 3), declaration(5, 2, 4)]
    said = {1: HAS, 2: HAS, 5: NOT}
    plain, avoiding = only(seen_of(facts, said), 1), only(seen_of(facts, said, avoid=True), 1)
    assert (plain.way, plain.exposed_stops) == (["000001", "000002", "000005"], 1)
    assert (avoiding.way, avoiding.exposed_stops) == (["000001", "000003", "000004", "000005"], 0)


def test_a_step_that_cannot_be_sent_is_the_last_resort():
    """Without an image hash nothing gets a meter there, however near it is."""
    facts = [revision(1), revision(2, image=""), revision(3), revision(4), declaration(1), declaration(2, 1)]
    facts += [declaration(3, 1), declaration(4, 3)]
    found = only(seen_of(facts, {1: HAS, 2: NOT, 4: NOT}), 1)
    assert (found.nearest, found.steps, found.cannot_be_sent) == (["000004"], 2, 0)


def test_twins_share_what_is_told():
    """One firmware under two numbers: what is told of either holds for both, and the worse of two that differ."""
    twins = [revision(1, fw=7, image=7), revision(2, fw=7, image=7), declaration(1), revision(3), declaration(3, 1)]
    found = {
        item.entry: item for item in (lambda s: list(exposed_items(s, s.exposed)))(seen_of(twins, {1: HAS, 3: NOT}))
    }
    assert {entry: (item.by_twin, item.way) for entry, item in found.items()} == {
        "000001": (False, ["000001", "000003"]),
        "000002": (True, ["000002", "000003"]),
    }
    assert [entry.number for entry in seen_of(twins, {1: HAS, 2: NOT, 3: NOT}).exposed] == ["000001", "000002"]


def test_a_twin_that_may_have_it_outweighs_one_that_differs():
    """Told differently of two numbers of one firmware: what may be so is possible, and the entry is not safe."""
    judge = ZigbeeMatcher(ZigbeeCriteria(**HAS), {})
    other, alike = NOT, {"stack_vendor": "ACME", "stack_version": "1.0"}
    assert judge.state([other]) == "clear"
    assert judge.state([other, alike]) == judge.state([alike, other]) == "unknown"


def test_what_no_way_could_join_blocks_nothing():
    """An entry of other hardware that is known not to have it is no help, and is not named as one."""
    facts = [revision(1), declaration(1), revision(2, model="C"), declaration(2)]
    found = only(seen_of(facts, {1: HAS, 2: NOT}), 1)
    assert [(why.code, why.entries) for why in found.blocked_by] == [("none-known-clear", [])]


def test_groups_come_by_manufacturer_and_device_model_whatever_the_numbers_of_their_entries():
    """The entry with the lowest number is of the last manufacturer; makers are told in the same order."""
    models = {1: "D", 2: "C", 3: "E", 4: "B", 5: "A", 6: "B"}
    seen = seen_of([revision(number, model) for number, model in models.items()], dict.fromkeys(models, HAS))
    assert [(one.manufacturer, one.device_model, one.exposed) for one in exposed_groups(seen)] == [
        ("FE01", "00010101", 1),
        ("FE01", "00020101", 2),
        ("FE01", "00030101", 1),
        ("FE02", "00010101", 1),
        ("FE03", "00090101", 1),
    ]
    assert [maker.manufacturer for maker in coverage(seen).by_manufacturer] == ["FE01", "FE02", "FE03"]


def test_only_own_entries_are_counted_and_told():
    """Whoever may see some entries alone is told of no others, in no count."""
    facts = [revision(1), revision(2), declaration(1), declaration(2, 1)]
    seen = seen_of(facts, {1: HAS}, own=frozenset({"000001"}))
    assert (coverage(seen).exposed, coverage(seen).clear, coverage(seen).unknown) == (1, 0, 0)
    assert [entry.number for entry, _ in seen.entries] == ["000001"]


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
