"""Exposure against the oracle on random worlds, and by hand where a case should be seen."""

from hypothesis import event, example, given
from hypothesis import strategies as st

from service.domain.zigbee_statements import ZigbeeCriteria
from service.rules.pathfinding.network import Network
from service.rules.zigbee.match import ZigbeeMatcher
from service.rules.zigbee.stack_exposure import ExposureSearch, coverage, exposed_groups, exposed_items
from tests.reached import reached, reaching
from tests.unit.exposures import HAS, NOT, seen_of
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
    seen = ExposureSearch(Network(near(known, at)), said, ZigbeeMatcher(ZigbeeCriteria(**sought), {}), avoid, devices)
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
