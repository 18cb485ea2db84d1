"""Authentication by API key: only the exact secret, only while valid, and revocations take effect within seconds."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from service.errors import CredentialRefused
from service.repositories import access_keys as stored
from service.security import api_keys
from service.security.api_keys import KEY_CACHE_SECONDS, KeyAuthenticator, is_well_formed
from tests.conftest import Ticking

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


MADE = api_keys.make_key("batch", "A Supplier", ["party"], [], NOON, NOON + timedelta(days=1))


class KeyGraph:
    """A graph of a few keys that counts its queries; tests/store covers real engines."""

    def __init__(self, *keys):
        self.keys, self.queries = {key.prefix: key for key in keys}, 0

    def rows(self, query, prefix):
        assert query is stored.GET
        self.queries += 1
        return [self.keys[prefix]] if prefix in self.keys else []

    def change(self, prefix, **changed):
        """Changes a key, as another process would."""
        self.keys[prefix] = self.keys[prefix].model_copy(update=changed)


class KeySetup:
    """An authenticator over a graph with one key, with clocks that the test moves."""

    def __init__(self):
        self.graph, self.made = KeyGraph(MADE.key), MADE
        self.clock, self.seconds = Ticking(NOON), 1_000.0
        self.keys = KeyAuthenticator(self.graph, self.clock, lambda: self.seconds)

    def wait(self, seconds):
        """Moves both clocks."""
        self.seconds += seconds
        self.clock.forward(seconds=seconds)


@pytest.fixture
def setup():
    """A key that is valid for a day."""
    return KeySetup()


def test_a_key_is_recognised(setup):
    """The caller has the attributes of the key."""
    caller = setup.keys.authenticate(setup.made.text)
    assert (caller.name, caller.organisation, caller.roles) == (setup.made.key.prefix, "A Supplier", {"party"})
    assert caller.signed_in


def near_misses(text):
    """Texts that differ slightly from a key, by description."""
    _, prefix, secret = text.split("_", 2)
    other = "A" if secret[0] != "A" else "B"
    return {
        "a digit more": text + "0",
        "a digit less": text[:-1],
        "the first changed": f"pathways_{prefix}_{other}{secret[1:]}",
        "the prefix changed": f"pathways_{prefix[:-1]}{'x' if prefix[-1] != 'x' else 'y'}_{secret}",
        "upper case": f"pathways_{prefix.upper()}_{secret}",
        "no secret": f"pathways_{prefix}_",
        "the prefix alone": prefix,
        "the secret alone": secret,
        "a line end": text + "\n",
        "a null": text[:20] + "\x00" + text[21:],
        "a quote": f"pathways_a' OR 1_{secret}",
        "Cypher": "pathways_'}) DETACH DELETE n //_" + secret,
        "long": "pathways_" + "a" * 100_000,
        "nothing": "",
        "what proves it": "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$c29tZWhhc2g",
    }


ONE_MESSAGE = r"^The API key or token was rejected: it is malformed, unknown, expired or revoked\.$"


@pytest.mark.parametrize("miss", near_misses("pathways_abcdefgh_" + "x" * 43))
def test_similar_texts_are_refused(setup, miss):
    """Before and after an authentication with the key; the message gives no reason."""
    text = near_misses(setup.made.text)[miss]
    for _ in range(2):
        assert setup.keys.cached_caller(text) is None
        with pytest.raises(CredentialRefused, match=ONE_MESSAGE):
            setup.keys.authenticate(text)
        setup.keys.authenticate(setup.made.text)
    assert is_well_formed(text) is (miss in ("the first changed", "the prefix changed"))


def test_the_stored_hash_is_not_a_key(setup):
    """A reader of the graph cannot sign in with the stored hash."""
    key = setup.made.key
    for text in (key.hash, f"pathways_{key.prefix}_{key.hash}", f"pathways_{key.prefix}_{key.hash[-43:]}"):
        with pytest.raises(CredentialRefused):
            setup.keys.authenticate(text)


def test_a_recent_authentication_is_cached(setup):
    """Neither the graph nor the hash is checked again within `KEY_CACHE_SECONDS`."""
    assert setup.keys.cached_caller(setup.made.text) is None
    setup.keys.authenticate(setup.made.text)
    queries = setup.graph.queries
    setup.wait(KEY_CACHE_SECONDS - 0.1)
    assert setup.keys.cached_caller(setup.made.text).name == setup.made.key.prefix
    assert setup.graph.queries == queries
    setup.wait(0.1)
    assert setup.keys.cached_caller(setup.made.text) is None


def test_a_secret_is_hashed_once(setup, monkeypatch):
    """Later authentications only query the graph: 50 ms of hashing every few seconds would be noticeable."""
    setup.keys.authenticate(setup.made.text)
    monkeypatch.setattr(api_keys, "_matches", lambda proof, secret: pytest.fail("proven again"))
    for _ in range(3):
        setup.wait(KEY_CACHE_SECONDS)
        assert setup.keys.authenticate(setup.made.text).organisation == "A Supplier"


def test_a_revocation_takes_effect_within_seconds(setup):
    """After `KEY_CACHE_SECONDS` the earlier authentication no longer counts."""
    setup.keys.authenticate(setup.made.text)
    setup.graph.change(setup.made.key.prefix, revoked=setup.clock())
    setup.wait(KEY_CACHE_SECONDS)
    assert setup.keys.cached_caller(setup.made.text) is None
    with pytest.raises(CredentialRefused):
        setup.keys.authenticate(setup.made.text)


def test_a_cached_key_expires_at_its_instant(setup):
    """The cache holds the expiry, so no query is needed."""
    setup.wait(86_400 - 1)
    setup.keys.authenticate(setup.made.text)
    setup.wait(0.5)
    assert setup.keys.cached_caller(setup.made.text)
    setup.wait(0.5)
    assert setup.keys.cached_caller(setup.made.text) is None
    with pytest.raises(CredentialRefused):
        setup.keys.authenticate(setup.made.text)


def test_a_changed_hash_invalidates_the_cached_proof(setup):
    """The cached proof applies only to the hash that was checked."""
    setup.keys.authenticate(setup.made.text)
    other = api_keys.make_key("x", "Y", ["ssc"], [], NOON, NOON + timedelta(days=1))
    setup.graph.change(setup.made.key.prefix, hash=other.key.hash)
    setup.wait(KEY_CACHE_SECONDS)
    with pytest.raises(CredentialRefused):
        setup.keys.authenticate(setup.made.text)


def test_an_unknown_prefix_takes_the_same_time(setup, monkeypatch):
    """The service checks a dummy hash, so that the response time does not reveal existing prefixes."""
    calls = []
    verified = api_keys._matches
    monkeypatch.setattr(api_keys, "_matches", lambda *args: calls.append(args) or verified(*args))
    for text in (f"pathways_nobody00_{'x' * 43}", f"pathways_{setup.made.key.prefix}_{'x' * 43}"):
        with pytest.raises(CredentialRefused):
            setup.keys.authenticate(text)
    assert [proof[:10] for proof, _ in calls] == ["$argon2id$"] * 2


def test_concurrent_hashing_is_limited(setup, monkeypatch):
    """Each check takes 19 MB; many wrong keys must wait, so that the machine does not run out of memory."""
    running, observed, ready = [], [], threading.Barrier(8)

    def slow(proof, secret):
        running.append(1)
        observed.append(len(running))
        threading.Event().wait(0.02)
        running.pop()
        return False

    def authenticate(number):
        ready.wait()
        with pytest.raises(CredentialRefused):
            setup.keys.authenticate(f"pathways_nobody0{number}_{'x' * 43}")

    api_keys._unmatchable_hash()
    monkeypatch.setattr(api_keys, "_matches", slow)
    threads = [threading.Thread(target=authenticate, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(observed) == 8
    assert max(observed) <= 2


def test_no_secret_is_logged(setup):
    """The operator gets the reason and the prefix."""
    with structlog.testing.capture_logs() as logged, pytest.raises(CredentialRefused):
        setup.keys.authenticate(f"pathways_{setup.made.key.prefix}_{'x' * 43}")
    assert logged == [
        {
            "event": "key refused",
            "log_level": "warning",
            "why": "unknown prefix or wrong secret",
            "prefix": setup.made.key.prefix,
        }
    ]


def test_keys_are_unique_and_well_formed():
    """256 bits of secret, and a prefix that can be read aloud."""
    new_keys = [api_keys.make_key("x", "y", ["party"], [], NOON, NOON + timedelta(days=1)) for _ in range(3)]
    assert len({made.text for made in new_keys}) == len({made.key.hash for made in new_keys}) == 3
    assert all(is_well_formed(made.text) and made.text not in repr(made.key) for made in new_keys)
