"""Restricted ZigBee data: a manufacturer's answers do not depend on the statements of others."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.application.files import load_stack_version_order, load_zigbee
from service.application.pathways.graph_cache import GraphCache
from service.application.zigbee.stack_exposure import ZigbeeContext, find_exposure, list_zigbee_entries
from service.application.zigbee.statements import record_statement
from service.domain.amendments import AmendmentRecord
from service.domain.limits import DEFAULT_LIMITS
from service.domain.zigbee_facts import ZigbeeCaller
from service.errors import Forbidden, PathwaysError
from service.repositories import compartments
from service.schemas.requests.zigbee import ExposureQuestion, ZigbeeEntriesQuestion, ZigbeeStatementRequest
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK, Ticking
from tests.loaders.files import entry
from tests.loaders.zigbee_files import SSC, ZigbeeDesk
from tests.properties import share

TURNS = share(25, least=2)
OTHER = {"manufacturer": "FE02", "model": "0009"}
LISTED = [entry(1), entry(2), entry(3), entry(4, **OTHER), entry(5, **OTHER)]
BASES = [("1", "N/A"), ("2", "1"), ("3", "2;4"), ("5", "4")]
MAKER = ZigbeeCaller(who="bob", role="manufacturer", organisation="Own", manufacturers=frozenset({"FE01"}))
RIVAL = ZigbeeCaller(who="eve", role="manufacturer", organisation="Other", manufacturers=frozenset({"FE02"}))
# 1 and 1.0 may be equal unless a version order separates them; a manufacturer does not see who gave the order.
STATEMENT = st.tuples(
    *map(st.sampled_from, (["", "Acme", "Zenith"], ["", "A1"], ["", "Acme", "Acme"], ["", "1", "1.0"]))
)
ACTION = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(["1", "2", "3", "4"]), STATEMENT),
    st.tuples(st.just("entries"), st.sampled_from(["", "exposed", "clear", "unknown"])),
    st.tuples(st.just("exposure"), st.sampled_from(["", "1", "1.0"])),
)
OTHER_ACTIONS = st.lists(
    st.tuples(st.sampled_from(["4", "5"]), STATEMENT) | st.permutations(["1", "1.0", "3"]), max_size=3
)


@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTION, min_size=4, max_size=8), st.lists(OTHER_ACTIONS, min_size=8, max_size=8))
def test_the_answers_of_a_manufacturer_do_not_depend_on_statements_of_others(afresh, tmp_path_factory, turns, others):
    """Items, counts, groups, reasons, instants and refusals are equal with and without the activity of others."""
    folder = tmp_path_factory.mktemp("world")
    assert answers_of(afresh, folder, turns, [[] for _ in others]) == answers_of(afresh, folder, turns, others)


def answers_of(afresh, folder, turns, others):
    """Every answer that the manufacturer gets, turn by turn."""
    graph, clock = afresh(), Ticking(EXAMPLE_CLOCK.now)
    zigbee_desk = ZigbeeDesk(graph, clock, folder)
    zigbee_desk.issue("1.001", "2025-01-10", LISTED)
    zigbee_desk.bases(*BASES)
    memory, answers = GraphCache(graph, clock), []

    def desk(reader):
        return ZigbeeContext(graph, clock, memory.as_of, Settings(), DEFAULT_LIMITS, reader)

    with pytest.MonkeyPatch.context() as patch:
        number = numbered()
        patch.setattr(load_zigbee, "to_amendment_record", number)
        patch.setattr(load_stack_version_order, "to_amendment_record", number)
        patch.setattr(compartments, "CLOCK_TOLERANCE", timedelta(days=1))  # others act at noon again
        for nth, turn in enumerate(turns):
            for event in others[nth]:
                clock.now = EXAMPLE_CLOCK.now.replace(day=2 + nth)
                act_as_other(zigbee_desk, desk, event)
            clock.now = EXAMPLE_CLOCK.now.replace(day=2 + nth, hour=23)
            answers.append(answer(desk(MAKER), turn))
        assert zigbee_desk.faults() == []
    return answers


def numbered():
    """Amendment ids numbered per author, because random ids would differ between the two runs."""
    counts: Counter[str] = Counter()

    def amendment(options, reason, source):
        counts[options.made_by] += 1
        return AmendmentRecord(f"{options.made_by}{counts[options.made_by]}", options.made_by, reason, "", source)

    return amendment


def act_as_other(zigbee_desk, desk, event):
    """The activity of others: a statement on their own entries, or a version order and an exposure query by the SSC."""
    if len(event) == 2:
        record_statement(desk(RIVAL), f"{event[0]:0>6}", statement(event[1]))
    else:
        zigbee_desk.ordered(*(("Acme", version, place) for place, version in enumerate(event)))
        find_exposure(desk(SSC), ExposureQuestion(stack_vendor="Acme"))


def statement(values) -> ZigbeeStatementRequest:
    """A statement on an entry."""
    vendor, part, stack, version = values
    return ZigbeeStatementRequest.model_validate(
        {
            "chipset": {"vendor": vendor, "part": part},
            "stack": {"vendor": stack, "version": version},
            "reason": "told",
        }
    )


def answer(desk, turn):
    """The answer as JSON, or the text of the refusal."""
    what, *given = turn
    try:
        if what == "say":
            return record_statement(desk, f"{given[0]:0>6}", statement(given[1])).model_dump_json()
        if what == "exposure":
            return find_exposure(desk, ExposureQuestion(stack_vendor="Acme", stack_version=given[0])).model_dump_json()
        sought = {"stack_vendor": "Acme"} if given[0] in ("exposed", "clear") else {}
        return list_zigbee_entries(desk, ZigbeeEntriesQuestion(**sought, state=given[0])).model_dump_json()
    except PathwaysError as refused:
        assert isinstance(refused, Forbidden)
        return f"{refused!r}"
