"""The Firmware Information Repository, fetched whole."""

from collections.abc import Collection

from service.domain.as_of import AsOf
from service.graph.protocol import Runner
from service.repositories import facts
from service.rules.facts.fir import fir_rows
from service.schemas.responses.fir import FirRow


def fetch_fir_rows(graph: Runner, moment: AsOf, types: Collection[str]) -> list[FirRow]:
    """A row for each entry of these device types (lower case) in force as of both clocks."""
    return fir_rows(facts.all_facts(graph, moment.known_at), types, moment.at)
