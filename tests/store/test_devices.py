"""Device resolution on both engines: the fetch reads fewer entries than the list has, and the answer is the same."""

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
from service.repositories.entries import candidate_entries
from service.rules.answers.device_match import DEVICE_ATTRIBUTES
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved, written
from tests.unit import device_answers
from tests.unit.oracles.holds_until import later_instants
from tests.worlds import DATES, NOW, declaration, revision, situations, six, world

TURNS = share(33, least=3)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
NOT_COMPARED = {"pathway": {"updated", "holds_until"}}
ATTRIBUTE_SETS = [
    ("image_hash",),
    ("firmware_version",),
    ("device_model",),
    ("manufacturer", "device_model", "firmware_version"),
    ("device_model", "image_hash"),
    ("firmware_version", "gbcs_version", "device_type"),
]


def device(row, names):
    """A device with these attributes of an entry."""
    return {name: value for name in names if (value := row.value(name))}


@reaching("a device asked for")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn=st.lists(situations(most=6), min_size=4, max_size=4), through_removed=st.booleans(), nth=st.integers(0, 99)
)
def test_the_engine_and_the_rules_resolve_random_worlds_alike(afresh, drawn, through_removed, nth):
    """Worlds share only versions and images; the engine's answer equals that of the rules over all entries."""
    graph = afresh()
    worlds = [moved(found, place) for place, (found, _) in enumerate(drawn)]
    written(graph, worlds)
    every = world(*(fact for w in worlds for fact in (*w.revisions, *w.declarations, *w.acceptances)))
    every.beliefs.update({entry: was for w in worlds for entry, was in w.beliefs.items()})
    at = drawn[0][1]
    rows = device_answers.candidates(every, at)
    for place, names in enumerate(ATTRIBUTE_SETS if rows else []):
        row, target = rows[(nth + place) % len(rows)], rows[(nth * 7 + place) % len(rows)].number
        attributes = device(row, names)
        if not attributes.keys() & {"device_model", "firmware_version", "image_hash"}:
            continue
        device_ = Device({name: frozenset({value}) for name, value in attributes.items()})
        for to in (None, target):
            answer = resolve_device(GraphCache(graph, lambda: NOW), AsOf(at, NOW, LIST), device_, to, through_removed)
            expected = device_answers.resolve(every, attributes, to, at, through_removed)
            assert row.number in {n for match in answer.matches for n in (match.number, *match.twins)}
            assert without_warnings(answer) == without_warnings(expected)
            if place == nth % len(ATTRIBUTE_SETS):
                assert_end(answer, every, attributes, through_removed)
            reached("a device asked for")


def assert_end(answer, every, attributes, through_removed):
    """The answer holds until the first later instant at which the rules over all entries give another one."""
    later = (
        device_answers.resolve(every, attributes, answer.to, at, through_removed)
        for at in later_instants(every, answer.at)
    )
    changed = next((each for each in later if content(each) != content(answer)), None)
    end = answer.holds_until
    assert (end and (end.at, end.outcome)) == (changed and (changed.at, changed.outcome))


def content(answer):
    """The outcome, the matches and what they reach."""
    matches = [(match.number, match.twins, match.outcome, match.standing) for match in answer.matches]
    route = [step.target for step in answer.pathway.steps] if answer.pathway else []
    return answer.outcome, matches, route, [(item.entry, item.steps) for item in answer.targets or []]


def without_warnings(answer):
    """The answer without warnings: they depend on earlier beliefs, which the written worlds do not contain."""
    body = answer.model_dump(mode="json", exclude=NOT_COMPARED | {"known_at": True, "holds_until": True})
    for match in body["matches"]:
        del match["warnings"]
    for step in (body["pathway"] or {}).get("steps", []):
        del step["warnings"]
    if body["pathway"]:
        del body["pathway"]["known_at"]
    return body


@pytest.fixture
def written_graph(graph):
    """Three entries over time (one corrected, one listed later, one removed), and a namesake of another maker."""
    later = DATES[2]
    written(graph, [world(
        revision(1, fw="00041001", until=later), revision(1, fw="00040A01", since=later),
        revision(2, since=later), revision(3, status="Removed"), revision(4, "C", fw=3),
        declaration(2, 1), declaration(1), declaration(3), declaration(4),
    )])  # fmt: skip
    return graph


def ask(graph, at=NOW, to=None, **attributes):
    """The answer for a device at an instant."""
    values = {name: frozenset({value}) for name, value in attributes.items()}
    assert values.keys() <= set(DEVICE_ATTRIBUTES)
    return resolve_device(GraphCache(graph, lambda: NOW), AsOf(at, NOW, LIST), Device(values), to, False)


def test_a_device_is_resolved_against_the_list_in_force(written_graph):
    """Half-open: the old version until the correction, the new one from it on; an unlisted entry does not match."""
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
    """The eight digits are not unique: without the manufacturer both entries match, and the answer lists both."""
    model = {"device_model": "00010101", "firmware_version": f"{3:0>8}"}
    rows = candidate_entries(written_graph, AsOf(NOW, NOW, LIST), Device({"device_model": frozenset({"00010101"})}))
    assert {row.manufacturer for row in rows} == {"FE01", "FE02"}
    answer = ask(written_graph, **model)
    assert [(m.number, m.status) for m in answer.matches] == [("000003", "Removed"), ("000004", "Current")]
    assert [m.number for m in ask(written_graph, manufacturer="FE02", **model).matches] == ["000004"]
    assert ask(written_graph, manufacturer="FE03", **model).outcome == "unknown-device"


def test_a_removed_entry_matches_a_device(written_graph):
    """A removed entry matches by its image alone, because devices still run removed firmware."""
    answer = ask(written_graph, image_hash=f"{3:0>64}")
    assert ([m.number for m in answer.matches], answer.outcome, answer.heads) == (["000003"], "none", [])


def test_the_target_must_be_known(written_graph):
    """An unknown target is an error whether or not any entry matches; a target not yet listed gets an answer."""
    for attributes in ({"image_hash": f"{1:0>64}"}, {"image_hash": "F" * 64}):
        with pytest.raises(EntryNotFound, match="000099"):
            ask(written_graph, to="000099", **attributes)
    answer = ask(written_graph, DATES[1], to=six(2), image_hash=f"{1:0>64}")
    assert (answer.outcome, answer.pathway.reasons[0].code) == ("none", "not-yet-listed")
    assert ask(written_graph, to=six(2), image_hash=f"{1:0>64}").outcome == "route"
