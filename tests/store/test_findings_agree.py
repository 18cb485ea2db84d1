"""Findings of random worlds: the engines' rows and the facts give the same findings."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.domain.as_of import AsOf
from service.domain.listings import ListVersion
from service.rules.findings import all_findings
from service.settings import Settings
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved, written
from tests.unit.findings_inputs import GAS, seen
from tests.whole_findings import compute_findings
from tests.worlds import DATES, NOW, World, situations

TURNS = share(25, least=3)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
OBLIGED = Settings(obliged_types="Gas Smart Meter", many_routes=1)


def comparable(drawn_world):
    """The findings without recorded instants, which differ between a written world and its facts."""
    return [(f.code, f.entries, f.evidence, f.device_models, f.manufacturers, f.text) for f in drawn_world]


@reaching("findings")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(situations(most=7), min_size=3, max_size=3))
def test_each_engine_gives_the_findings_of_the_pure_rules(afresh, drawn):
    """Both engines give the findings of the pure rules on the same facts, at each world's instant."""
    graph = afresh()
    worlds = [moved(drawn_world, nth) for nth, (drawn_world, _) in enumerate(drawn)]
    written(graph, worlds)
    together = World(*([row for w in worlds for row in getattr(w, kind)] for kind in KINDS))
    for at in sorted({at for _, at in drawn if at >= DATES[0]}):
        findings = compute_findings(graph, AsOf(at, NOW, LIST), OBLIGED)
        reached("findings", len(findings))
        assert comparable(findings) == comparable(all_findings(seen(together, at, obliged_device_types=GAS)))


KINDS = ("revisions", "declarations", "acceptances")
