"""API keys in the graph: stored as hashes, revoked permanently, replaced atomically, without effect on answers."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.access_keys import NEVER
from service.errors import EngineError, KeyNotFound
from service.repositories import access_keys, compartments
from service.security import api_keys as making
from tests.store.crash_worker import raw

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def new_key(name="batch", *roles, codes=(), begun=NOON):
    """An API key of the examples' supplier."""
    return making.make_key(name, "A Supplier", roles or ("party",), codes, begun, begun + YEAR)


def test_a_key_is_found_by_its_prefix(graph):
    """The key has all its attributes; another prefix finds nothing."""
    own = new_key("meters", "party", "manufacturer", codes=("FE02", "FE01"))
    access_keys.add_key(graph, own.key)
    found = access_keys.find_key(graph, own.key.prefix)
    assert found == own.key
    assert (found.roles, found.manufacturers, found.revoked) == ("manufacturer;party", "FE01;FE02", NEVER)
    assert found.caller.roles == {"party", "manufacturer"}
    assert found.caller.manufacturers == {"FE01", "FE02"}
    assert found.caller.organisation == "A Supplier"
    assert access_keys.find_key(graph, "nobody00") is None


def test_keys_are_listed_in_order_of_creation(graph):
    """The list includes revoked keys and no hashes."""
    every = [new_key(str(hour), begun=NOON + timedelta(hours=hour)).key for hour in (2, 0, 1)]
    for key in every:
        access_keys.add_key(graph, key)
    access_keys.revoke_key(graph, every[1].prefix, NOON)
    listed = access_keys.list_keys(graph)
    assert [key.name for key in listed] == ["0", "1", "2"]
    assert not hasattr(listed[0], "hash")


def test_a_prefix_is_unique(graph):
    """The graph enforces unique prefixes."""
    own = new_key()
    access_keys.add_key(graph, own.key)
    with pytest.raises(EngineError):
        access_keys.add_key(graph, new_key("other").key.model_copy(update={"prefix": own.key.prefix}))
    assert access_keys.find_key(graph, own.key.prefix) == own.key


def test_the_secret_is_nowhere_in_the_graph(graph):
    """The graph contains no part of the secret that is eight characters or longer."""
    own = new_key()
    access_keys.add_key(graph, own.key)
    stored = str(raw(graph, "MATCH (k:AccessKey) RETURN k.prefix AS p, k.hash AS h, k.name AS n, k.organisation AS o"))
    secret = own.text.split("_", 2)[2]
    assert own.key.prefix in stored
    assert "$argon2id$" in stored
    assert not any(secret[start : start + 8] in stored for start in range(len(secret) - 8))


@pytest.mark.parametrize(
    ("after", "state"),
    [(-1, "not-yet"), (0, "good"), (3599, "good"), (3600, "revoked"), (YEAR.total_seconds(), "revoked")],
)
def test_a_revoked_key_is_good_until_its_revocation(graph, after, state):
    """Half-open interval: the key is revoked at the instant itself."""
    own = new_key()
    access_keys.add_key(graph, own.key)
    revoked_key = access_keys.revoke_key(graph, own.key.prefix, NOON + timedelta(hours=1))
    assert revoked_key == access_keys.find_key(graph, own.key.prefix)
    assert revoked_key.state(NOON + timedelta(seconds=after)) == state


def test_a_key_expires():
    """A key that was not revoked expires at the end of its validity."""
    key = new_key().key
    assert [key.state(NOON + YEAR - timedelta(microseconds=1)), key.state(NOON + YEAR)] == ["good", "expired"]


def test_a_revocation_can_be_brought_forward_but_not_postponed(graph):
    """A later revocation does not extend the life of a revoked key."""
    own = new_key()
    access_keys.add_key(graph, own.key)
    for hours, then in ((5, 5), (2, 2), (9, 2)):
        revoked_key = access_keys.revoke_key(graph, own.key.prefix, NOON + timedelta(hours=hours))
        assert revoked_key.revoked == NOON + timedelta(hours=then)


def test_a_key_is_replaced_atomically(graph):
    """Either the new key is there and the former one ends, or nothing changes."""
    own, new = new_key(), new_key("new")
    access_keys.add_key(graph, own.key)
    revoked_key = access_keys.revoke_key(graph, own.key.prefix, NOON + timedelta(hours=24), new.key)
    assert revoked_key.revoked == NOON + timedelta(hours=24)
    assert access_keys.find_key(graph, new.key.prefix) == new.key
    with pytest.raises(EngineError):
        access_keys.revoke_key(graph, own.key.prefix, NOON, new.key)
    assert access_keys.find_key(graph, own.key.prefix).revoked == NOON + timedelta(hours=24)


@pytest.mark.parametrize("change", ["revoke", "replace"])
def test_revoking_or_replacing_an_unknown_key_is_an_error(graph, change):
    """No key is created."""
    with pytest.raises(KeyNotFound, match="nobody00"):
        access_keys.revoke_key(graph, "nobody00", NOON, None if change == "revoke" else new_key().key)
    assert access_keys.list_keys(graph) == []


def test_changes_of_keys_do_not_raise_the_revision(graph):
    """Changes of keys change neither the recorded instant nor the head of the chain."""
    before = compartments.read_state(graph)
    own = new_key()
    access_keys.add_key(graph, own.key)
    access_keys.revoke_key(graph, own.key.prefix, NOON, new_key().key)
    access_keys.revoke_key(graph, own.key.prefix, NOON)
    assert compartments.read_state(graph) == before
