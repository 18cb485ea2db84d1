"""Keys in the graph: kept by what proves them, revoked for good, replaced whole; no answer moves by them."""

from datetime import UTC, datetime, timedelta

import pytest

from service.domain.access_keys import NEVER
from service.errors import EngineError, KeyNotFound
from service.repositories import access_keys, compartments
from service.security import api_keys as making
from tests.store.crash_worker import raw

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def made(name="batch", *roles, codes=(), begun=NOON):
    """A key of the examples' supplier."""
    return making.make_key(name, "A Supplier", roles or ("party",), codes, begun, begun + YEAR)


def test_a_key_is_found_by_its_prefix(graph):
    """With all that was said of it; another prefix finds nothing."""
    own = made("meters", "party", "manufacturer", codes=("FE02", "FE01"))
    access_keys.add_key(graph, own.key)
    found = access_keys.find_key(graph, own.key.prefix)
    assert found == own.key
    assert (found.roles, found.manufacturers, found.revoked) == ("manufacturer;party", "FE01;FE02", NEVER)
    assert found.caller.roles == {"party", "manufacturer"}
    assert found.caller.manufacturers == {"FE01", "FE02"}
    assert found.caller.organisation == "A Supplier"
    assert access_keys.find_key(graph, "nobody00") is None


def test_every_key_is_listed_in_the_order_in_which_they_were_made(graph):
    """Those that are good no longer too, and without what proves them."""
    every = [made(str(hour), begun=NOON + timedelta(hours=hour)).key for hour in (2, 0, 1)]
    for key in every:
        access_keys.add_key(graph, key)
    access_keys.revoke_key(graph, every[1].prefix, NOON)
    listed = access_keys.list_keys(graph)
    assert [key.name for key in listed] == ["0", "1", "2"]
    assert not hasattr(listed[0], "hash")


def test_a_prefix_is_never_given_twice(graph):
    """The graph itself refuses it."""
    own = made()
    access_keys.add_key(graph, own.key)
    with pytest.raises(EngineError):
        access_keys.add_key(graph, made("other").key.model_copy(update={"prefix": own.key.prefix}))
    assert access_keys.find_key(graph, own.key.prefix) == own.key


def test_the_secret_is_nowhere_in_the_graph(graph):
    """Nor is any part of it long enough to be guessed from."""
    own = made()
    access_keys.add_key(graph, own.key)
    said = str(raw(graph, "MATCH (k:AccessKey) RETURN k.prefix AS p, k.hash AS h, k.name AS n, k.organisation AS o"))
    secret = own.text.split("_", 2)[2]
    assert own.key.prefix in said
    assert "$argon2id$" in said
    assert not any(secret[start : start + 8] in said for start in range(len(secret) - 8))


@pytest.mark.parametrize(
    ("after", "state"),
    [(-1, "not-yet"), (0, "good"), (3599, "good"), (3600, "revoked"), (YEAR.total_seconds(), "revoked")],
)
def test_a_revoked_key_is_good_until_then(graph, after, state):
    """Half-open: at the instant itself it is good no longer."""
    own = made()
    access_keys.add_key(graph, own.key)
    told = access_keys.revoke_key(graph, own.key.prefix, NOON + timedelta(hours=1))
    assert told == access_keys.find_key(graph, own.key.prefix)
    assert told.state(NOON + timedelta(seconds=after)) == state


def test_a_key_expires():
    """Unless it was revoked before."""
    key = made().key
    assert [key.state(NOON + YEAR - timedelta(microseconds=1)), key.state(NOON + YEAR)] == ["good", "expired"]


def test_a_revocation_is_brought_forward_and_never_put_off(graph):
    """Whoever took a key back took it back."""
    own = made()
    access_keys.add_key(graph, own.key)
    for hours, then in ((5, 5), (2, 2), (9, 2)):
        told = access_keys.revoke_key(graph, own.key.prefix, NOON + timedelta(hours=hours))
        assert told.revoked == NOON + timedelta(hours=then)


def test_a_key_is_replaced_whole(graph):
    """The new one is there and the former one ends, or nothing happened."""
    own, new = made(), made("new")
    access_keys.add_key(graph, own.key)
    told = access_keys.replace_key(graph, own.key.prefix, new.key, NOON + timedelta(hours=24))
    assert told.revoked == NOON + timedelta(hours=24)
    assert access_keys.find_key(graph, new.key.prefix) == new.key
    with pytest.raises(EngineError):
        access_keys.replace_key(graph, own.key.prefix, new.key, NOON)
    assert access_keys.find_key(graph, own.key.prefix).revoked == NOON + timedelta(hours=24)


@pytest.mark.parametrize("change", ["revoke", "replace"])
def test_a_key_that_there_is_not_is_said_to_be_none(graph, change):
    """And nothing is made in its place."""
    with pytest.raises(KeyNotFound, match="nobody00"):
        access_keys.revoke_key(graph, "nobody00", NOON) if change == "revoke" else access_keys.replace_key(
            graph, "nobody00", made().key, NOON
        )
    assert access_keys.list_keys(graph) == []


def test_keys_raise_no_revision(graph):
    """No answer moves by them: not its instant, and not the head of the chain."""
    before = compartments.read_state(graph)
    own = made()
    access_keys.add_key(graph, own.key)
    access_keys.replace_key(graph, own.key.prefix, made().key, NOON)
    access_keys.revoke_key(graph, own.key.prefix, NOON)
    assert compartments.read_state(graph) == before
