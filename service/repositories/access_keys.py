"""The access keys of callers. They belong to no compartment: writing one raises no revision."""

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
    """The key with this prefix in whatever state, or None."""
    keys = graph.rows(GET, prefix=prefix)
    return keys[0] if keys else None


def list_keys(graph: Runner) -> list[AccessKey]:
    """Every key, expired and revoked ones too, in the order of creation."""
    return graph.rows(LIST)


def add_key(graph: Graph, key: ProvenKey) -> None:
    """Stores a new key."""
    graph.write(lambda transaction: transaction.rows(ADD, **dict(key)))


def revoke_key(graph: Graph, prefix: str, when: datetime) -> AccessKey:
    """Revokes a key from an instant on, and returns the key as stored.

    A second revocation may bring the instant forward; a later instant changes nothing. Raises KeyNotFound.
    """

    def work(transaction: Runner) -> ProvenKey:
        _get_key(transaction, prefix)
        transaction.rows(REVOKE, prefix=prefix, revoked=when)
        return _get_key(transaction, prefix)

    return graph.write(work)


def replace_key(graph: Graph, prefix: str, key: ProvenKey, when: datetime) -> AccessKey:
    """Stores a new key and revokes another from `when` on, in one transaction.

    Returns the other key. Raises KeyNotFound.
    """

    def work(transaction: Runner) -> ProvenKey:
        _get_key(transaction, prefix)
        transaction.rows(ADD, **dict(key))
        transaction.rows(REVOKE, prefix=prefix, revoked=when)
        return _get_key(transaction, prefix)

    return graph.write(work)


def _get_key(transaction: Runner, prefix: str) -> ProvenKey:
    key = find_key(transaction, prefix)
    if not key:
        raise KeyNotFound(f"There is no key {prefix[:20]}.")
    return key
