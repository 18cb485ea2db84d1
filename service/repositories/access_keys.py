"""Stores the API keys of callers. A change of keys is not a change of the data, so that no cache is dropped."""

from datetime import datetime

from service.domain.access_keys import AccessKey, HashedAccessKey
from service.errors import KeyNotFound
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query

ADD = Query("key/add", NoRow)
GET = Query("key/get", HashedAccessKey)
LIST = Query("key/list", AccessKey)
REVOKE = Query("key/revoke", NoRow)


def find_key(graph: QueryRunner, prefix: str) -> HashedAccessKey | None:
    """Fetches the API key with the prefix given, even if it is revoked or expired. Returns None if there is none."""
    keys = graph.rows(GET, prefix=prefix)
    return keys[0] if keys else None


def list_keys(graph: QueryRunner) -> list[AccessKey]:
    """Fetches every API key, including expired and revoked ones, in the order of creation."""
    return graph.rows(LIST)


def add_key(graph: Graph, key: HashedAccessKey) -> None:
    """Stores a new API key of a caller, with the hash of its secret."""
    graph.write(lambda transaction: transaction.rows(ADD, **dict(key)))


def revoke_key(graph: Graph, prefix: str, when: datetime, successor: HashedAccessKey | None = None) -> AccessKey:
    """Revokes an API key from an instant on, stores the key that replaces it (if given), and returns the revoked key.

    A second revocation may bring the instant forward; a later instant changes nothing. Raises KeyNotFound.
    """

    def work(transaction: QueryRunner) -> HashedAccessKey:
        get_key(transaction, prefix)
        if successor:
            transaction.rows(ADD, **dict(successor))
        transaction.rows(REVOKE, prefix=prefix, revoked=when)
        return get_key(transaction, prefix)

    return graph.write(work)


def get_key(transaction: QueryRunner, prefix: str) -> HashedAccessKey:
    """Returns the API key with the prefix given, even if it is revoked or expired. Raises KeyNotFound."""
    key = find_key(transaction, prefix)
    if not key:
        raise KeyNotFound(f"There is no key {prefix[:20]}.")
    return key
