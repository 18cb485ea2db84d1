"""Fetches the names of the companies behind manufacturer codes. Names and their amendments are public."""

from datetime import datetime

from service.domain.as_of import AsOf
from service.domain.facts import ManufacturerName
from service.graph.protocol import QueryRunner
from service.graph.query import Query

BELIEVED = Query("manufacturer/believed", ManufacturerName)


def believed_names(graph: QueryRunner, known_at: datetime) -> list[ManufacturerName]:
    """Fetches the names of all manufacturers over all effective time, as recorded by an instant, sorted by code."""
    return graph.rows(BELIEVED, known_at=known_at)


def name_rows_in_force(graph: QueryRunner, moment: AsOf) -> list[ManufacturerName]:
    """Fetches the names of manufacturers in force at an instant, sorted by code: at most one for each code, and none
    for a code of which SECAS recorded that it has no name.
    """
    return [row for row in believed_names(graph, moment.known_at) if row.name and row.span.contains(moment.at)]


def names_in_force(graph: QueryRunner, moment: AsOf) -> dict[str, str]:
    """Fetches the names of manufacturers in force at an instant, by code."""
    return {row.code: row.name for row in name_rows_in_force(graph, moment)}
