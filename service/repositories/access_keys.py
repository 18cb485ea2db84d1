"""The keys of callers, kept in the graph. They belong to no compartment: a key raises no revision."""

from datetime import datetime

from service.domain.access_keys import AccessKey, ProvenKey
from service.errors import KeyNotFound
from service.graph.protocol import Graph, Runner
from service.graph.query import NoRow, Query

ADD = Query("key/add", NoRow)
GET = Query("key/get", ProvenKey)
LIST = Query("key/list", AccessKey)
REVOKE = Query("key/revoke", NoRow)


def find_key(graph: Runner, prefix: str) -> ProvenKey | None:
    """The key of a prefix, good or not."""
    found = graph.rows(GET, prefix=prefix)
    return found[0] if found else None


def list_keys(graph: Runner) -> list[AccessKey]:
    """Every key there ever was, in the order in which they were made."""
    return graph.rows(LIST)


def add_key(graph: Graph, key: ProvenKey) -> None:
    """Keeps a key that was made."""
    graph.write(lambda transaction: transaction.rows(ADD, **dict(key)))


def revoke_key(graph: Graph, prefix: str, when: datetime) -> AccessKey:
    """The key as it is from then on. A revocation may be brought forward, never put off. Raises KeyNotFound."""

    def work(transaction: Runner) -> ProvenKey:
        _known(transaction, prefix)
        transaction.rows(REVOKE, prefix=prefix, revoked=when)
        return _known(transaction, prefix)

    return graph.write(work)


def replace_key(graph: Graph, prefix: str, key: ProvenKey, when: datetime) -> AccessKey:
    """Keeps a key in the place of another, which is good until `when`: both or neither. Raises KeyNotFound."""

    def work(transaction: Runner) -> ProvenKey:
        _known(transaction, prefix)
        transaction.rows(ADD, **dict(key))
        transaction.rows(REVOKE, prefix=prefix, revoked=when)
        return _known(transaction, prefix)

    return graph.write(work)


def _known(transaction: Runner, prefix: str) -> ProvenKey:
    found = find_key(transaction, prefix)
    if not found:
        raise KeyNotFound(f"There is no key {prefix[:20]}.")
    return found
