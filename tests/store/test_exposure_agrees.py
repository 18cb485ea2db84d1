"""Exposure on both engines against a brute-force oracle: random worlds with random ZigBee statements."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.application.verify import verify
from service.application.zigbee.stack_exposure import ZigbeeContext, find_exposure
from service.domain.amendments import AmendmentRecord
from service.domain.as_of import AsOf
from service.domain.clock import BEGINNING, END
from service.domain.limits import Limits
from service.domain.listings import ListVersion
from service.domain.zigbee_facts import StackVersionOrder, ZigbeeFact
from service.domain.zigbee_statements import KIND_ATTRIBUTES
from service.graph.protocol import Graph
from service.repositories import zigbee
from service.rules.facts.changeset import RowChanges
from service.schemas.requests.zigbee import ExposureQuestion
from service.settings import Settings
from tests.loaders.zigbee_files import SSC
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved, number, written
from tests.unit.oracles.exposure import Exposures
from tests.unit.zigbee.test_stack_exposure import ACME, TOLD, WAY_OFF, seekings
from tests.worlds import DATES, NOW

TOGETHER = 6
TURNS = share(30, least=2)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)


@reaching("a way", "blocked")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(seekings(most=7), min_size=TOGETHER, max_size=TOGETHER))
@example([(WAY_OFF, NOW, TOLD, ACME, avoid) for avoid in (False, True)])
def test_exposure_from_the_graph_equals_the_oracle(afresh, drawn) -> None:
    """Every exposed entry with its preferred pathway, nearest targets and blocking reasons, page by page."""
    graph = afresh()
    worlds = []
    for nth, (known, at, drawn_statements, sought, avoid) in enumerate(drawn):
        statements = {number(entry, nth): values for entry, values in drawn_statements.items()}
        worlds.append((moved(known, nth), at, statements, sought, avoid))
    written(graph, [world for world, *_ in worlds])
    write_statements(
        graph, {entry: values for _, _, statements, _, _ in worlds for entry, values in statements.items()}
    )
    for world, at, statements, sought, avoid in worlds:
        oracle = Exposures(world, at, statements, sought, avoid=avoid)
        items_ = exposure_items(graph, at, sought, avoid)
        own = {entry: items_[entry] for entry in items_.keys() & oracle.oracle.entries.keys()}
        assert sorted(own) == oracle.entries("exposed")
        for entry, item in own.items():
            best = oracle.best(entry)
            reached("a way" if best else "blocked")
            if best is None:
                assert (item.steps, [why.code for why in item.blocked_by]) == (None, oracle.blocked(entry))
            else:
                (flawed, _, steps), nearest, way = best
                assert (item.cannot_be_sent, item.steps, item.nearest, item.way) == (flawed, steps, nearest, way)
    assert verify(graph, lambda: NOW, 0).faults == []


def write_statements(graph: Graph, statements: dict[str, dict[str, str]]) -> None:
    """Writes all ZigBee statements in one transaction."""

    def work(transaction) -> None:
        writing = zigbee.ZigbeeWriteTransaction(transaction, lambda: NOW)
        rows = [
            row(entry, kind, values, writing.recorded)
            for entry, values in statements.items()
            for kind in KIND_ATTRIBUTES
        ]
        filled = [fact for fact in rows if fact.vendor or fact.detail]
        writing.apply(
            RowChanges((), filled), RowChanges[StackVersionOrder](), AmendmentRecord("z1", "test", "worlds", "", "test")
        )

    graph.write(work)


def row(entry, kind, values, recorded) -> ZigbeeFact:
    """The fact of an entry's chipset or stack."""
    vendor, detail = (values.get(name, "") for name in KIND_ATTRIBUTES[kind])
    return ZigbeeFact(
        id=f"{entry}-{kind}",
        entry=entry,
        kind=kind,
        vendor=vendor,
        detail=detail,
        given_vendor=vendor,
        given_detail=detail,
        amendment="z1",
        recorded_from=recorded,
        valid_from=BEGINNING,
        valid_to=END,
    )


def exposure_items(graph: Graph, at, sought, avoid):
    """All pages of an exposure, by entry."""
    desk = ZigbeeContext(graph, lambda: NOW, lambda *_: AsOf(at, NOW, LIST), Settings(), Limits(), SSC)
    question = ExposureQuestion(**sought, avoid="exposed" if avoid else "", limit=3)
    page = find_exposure(desk, question)
    items_ = list(page.items)
    while page.next:
        page = find_exposure(desk, question.model_copy(update={"cursor": page.next}))
        items_ += page.items
    assert [item.entry for item in items_] == sorted({item.entry for item in items_})
    assert len(items_) == page.coverage.exposed
    return {item.entry: item for item in items_}
