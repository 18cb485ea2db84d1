"""The Firmware Information Repository, fetched whole."""

from collections.abc import Collection

from service.domain.as_of import AsOf
from service.graph.protocol import Runner
from service.repositories import facts
from service.repositories.entries import HELD
from service.rules.facts.fir import covered_entries, fir_rows
from service.schemas.responses.fir import FirRow


def fetch_fir_rows(graph: Runner, moment: AsOf, types: Collection[str]) -> list[FirRow]:
    """A row for each entry of these device types (lower case) in force as of both clocks."""
    believed = facts.all_facts(graph, moment.known_at)
    entries = [row.entry for row in covered_entries(believed, types, moment.at)]
    held = graph.rows(HELD, entries=entries, at=moment.at, known_at=moment.known_at) if entries else []
    return fir_rows(believed, ((row.base, row.target) for row in held), types, moment.at)
