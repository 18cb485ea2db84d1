"""Findings of random worlds as the engines' rows give them, and as the facts do."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.as_of import AsOf
from service.domain.listings import ListVersion
from service.repositories.overview import compute_findings
from service.rules.findings import all_findings
from service.settings import Settings
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved, written
from tests.unit.overviews import GAS, seen
from tests.worlds import DATES, NOW, World, situations

TURNS = share(25, least=3)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
OBLIGED = Settings(obliged_types="Gas Smart Meter", many_routes=1)


def told(found_):
    """Findings without what a written world has of its own: its recorded instants."""
    return [(f.code, f.entries, f.evidence, f.device_models, f.manufacturers, f.text) for f in found_]


@reaching("findings")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(situations(most=7), min_size=3, max_size=3))
def test_an_engine_gives_the_findings_of_the_facts(afresh, drawn):
    """Both engines, the same as the pure rules on the same facts, at each world's instant."""
    graph = afresh()
    worlds = [moved(found_, nth) for nth, (found_, _) in enumerate(drawn)]
    written(graph, worlds)
    together = World(*([row for w in worlds for row in getattr(w, kind)] for kind in KINDS))
    for at in sorted({at for _, at in drawn if at >= DATES[0]}):
        got = compute_findings(graph, AsOf(at, NOW, LIST), OBLIGED)
        reached("findings", len(got))
        assert told(got) == told(all_findings(seen(together, at, obliged_device_types=GAS)))


KINDS = ("revisions", "declarations", "acceptances")
