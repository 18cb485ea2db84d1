"""Fetches the versions of the Central Products List that the service has loaded."""

from datetime import datetime

from service.domain.clock import iso
from service.domain.listings import ListVersion
from service.domain.names import list_version_order
from service.errors import ListNotFound
from service.graph.protocol import QueryRunner
from service.graph.query import Query

KNOWN = Query("list/known", ListVersion)


def known_list_versions(graph: QueryRunner, known_at: datetime) -> list[ListVersion]:
    """Fetches the list versions that the service had loaded by an instant, in the order of their version numbers."""
    return graph.rows(KNOWN, known_at=known_at)


def get_list_version(graph: QueryRunner, number: str, known_at: datetime) -> ListVersion:
    """Fetches the list version with the number given, as recorded by an instant. Raises ListNotFound."""
    order = list_version_order(number)
    for version in known_list_versions(graph, known_at):
        if version.order == order:
            return version
    raise ListNotFound(f"No list version {number} had been loaded by {iso(known_at)}.")
