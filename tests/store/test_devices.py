"""Devices on both engines: whatever is fetched by is narrower than the list, and the answer the same."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.application.pathways.device_resolution import resolve_device
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.devices import Device
from service.domain.listings import ListVersion
from service.errors import EntryNotFound
from service.repositories.devices import candidate_entries
from service.rules.answers.device_match import DEVICE_ATTRIBUTES
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved, written
from tests.unit import device_answers
from tests.worlds import DATES, NOW, declaration, revision, situations, six, world

TURNS = share(33, least=3)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
NOT_COMPARED = {"pathway": {"updated"}}
BY = [
    ("image_hash",),
    ("firmware_version",),
    ("device_model",),
    ("manufacturer", "device_model", "firmware_version"),
    ("device_model", "image_hash"),
    ("firmware_version", "gbcs_version", "device_type"),
]


def device(row, names):
    """What an inventory would say of an entry, by these names of attributes."""
    return {name: value for name in names if (value := row.value(name))}


@reaching("a device asked for")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn=st.lists(situations(most=6), min_size=4, max_size=4), through_removed=st.booleans(), nth=st.integers(0, 99)
)
def test_random_worlds_are_resolved_alike(afresh, drawn, through_removed, nth):
    """Worlds that share versions and images and nothing else: by the engine what the rules say of all entries."""
    graph = afresh()
    worlds = [moved(found, place) for place, (found, _) in enumerate(drawn)]
    written(graph, worlds)
    every = world(*(fact for w in worlds for fact in (*w.revisions, *w.declarations, *w.acceptances)))
    every.beliefs.update({entry: was for w in worlds for entry, was in w.beliefs.items()})
    at = drawn[0][1]
    rows = device_answers.candidates(every, at)
    for place, names in enumerate(BY if rows else []):
        row, target = rows[(nth + place) % len(rows)], rows[(nth * 7 + place) % len(rows)].number
        said = device(row, names)
        if not said.keys() & {"device_model", "firmware_version", "image_hash"}:
            continue
        asked = Device({name: frozenset({value}) for name, value in said.items()})
        for to in (None, target):
            answer = resolve_device(GraphCache(graph, lambda: NOW), AsOf(at, NOW, LIST), asked, to, through_removed)
            expected = device_answers.resolve(every, said, to, at, through_removed)
            assert row.number in {n for match in answer.matches for n in (match.number, *match.twins)}
            assert without_warnings(answer) == without_warnings(expected)
            reached("a device asked for")


def without_warnings(answer):
    """Warnings look at what was believed before, which the moved worlds do not write; all the rest is compared."""
    said = answer.model_dump(mode="json", exclude=NOT_COMPARED | {"known_at": True})
    for match in said["matches"]:
        del match["warnings"]
    for step in (said["pathway"] or {}).get("steps", []):
        del step["warnings"]
    if said["pathway"]:
        del said["pathway"]["known_at"]
    return said


@pytest.fixture
def written_graph(graph):
    """Three firmwares over time: one corrected, one listed later, one removed; and a namesake of another maker."""
    later = DATES[2]
    written(graph, [world(
        revision(1, fw="00041001", until=later), revision(1, fw="00040A01", since=later),
        revision(2, since=later), revision(3, status="Removed"), revision(4, "C", fw=3),
        declaration(2, 1), declaration(1), declaration(3), declaration(4),
    )])  # fmt: skip
    return graph


def ask(graph, at=NOW, to=None, **said):
    """The answer for a device at a time."""
    given = {name: frozenset({value}) for name, value in said.items()}
    assert given.keys() <= set(DEVICE_ATTRIBUTES)
    return resolve_device(GraphCache(graph, lambda: NOW), AsOf(at, NOW, LIST), Device(given), to, False)


def test_the_list_in_force_is_asked(written_graph):
    """Half-open: until the correction the one version, from then on the other; not yet listed is no match."""
    before, model = DATES[2] - timedelta(microseconds=1), {"manufacturer": "FE01", "device_model": "00010101"}
    assert [m.number for m in ask(written_graph, before, firmware_version="00041001").matches] == ["000001"]
    assert ask(written_graph, DATES[2], firmware_version="00041001").outcome == "unknown-device"
    assert [m.number for m in ask(written_graph, DATES[2], firmware_version="00040A01").matches] == ["000001"]
    answer = ask(written_graph, DATES[2], firmware_version="00041001", **model)
    assert (answer.outcome, [entry.number for entry in answer.possible]) == ("unknown-firmware", ["000001"])
    assert [entry.number for entry in answer.known] == ["000001", "000002", "000003"]
    answer = ask(written_graph, before, firmware_version=f"{2:0>8}", **model)
    assert (answer.outcome, [entry.number for entry in answer.known]) == ("unknown-firmware", ["000001", "000003"])


def test_a_device_model_may_have_several_makers(written_graph):
    """Eight digits are no key: without the manufacturer both fit, and the manufacturer is asked for."""
    model = {"device_model": "00010101", "firmware_version": f"{3:0>8}"}
    found = candidate_entries(written_graph, AsOf(NOW, NOW, LIST), Device({"device_model": frozenset({"00010101"})}))
    assert {row.manufacturer for row in found} == {"FE01", "FE02"}
    answer = ask(written_graph, **model)
    assert [(m.number, m.status) for m in answer.matches] == [("000003", "Removed"), ("000004", "Current")]
    assert [m.number for m in ask(written_graph, manufacturer="FE02", **model).matches] == ["000004"]
    assert ask(written_graph, manufacturer="FE03", **model).outcome == "unknown-device"


def test_a_removed_entry_is_found(written_graph):
    """By its image alone; it is what the meter runs."""
    answer = ask(written_graph, image_hash=f"{3:0>64}")
    assert ([m.number for m in answer.matches], answer.outcome, answer.heads) == (["000003"], "none", [])


def test_the_target_must_be_known(written_graph):
    """Whether or not anything fits, and as much as in any other question; one not yet listed is an answer."""
    for said in ({"image_hash": f"{1:0>64}"}, {"image_hash": "F" * 64}):
        with pytest.raises(EntryNotFound, match="000099"):
            ask(written_graph, to="000099", **said)
    answer = ask(written_graph, DATES[1], to=six(2), image_hash=f"{1:0>64}")
    assert (answer.outcome, answer.pathway.reasons[0].code) == ("none", "not-yet-listed")
    assert ask(written_graph, to=six(2), image_hash=f"{1:0>64}").outcome == "route"
