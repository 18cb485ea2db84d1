"""The provider's keys: fetched once and kept, fetched anew when they changed, never for longer than is said."""

import threading
import time

import pytest

from service.errors import IdentityProviderUnavailable
from service.security import jwks as fetching
from service.security.jwks import CACHE_SECONDS, MAX_CACHE_SECONDS, MAX_JWKS_BYTES, RETRY_SECONDS, JwksCache
from tests.access.provider import EC, RSA, SET, jwks, saying, serving


class Clock:
    """Seconds that the test lets pass."""

    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    """A monotonic clock that stands still."""
    return Clock()


def test_keys_are_fetched_once(clock):
    """Until they are old; what is remembered fetches nothing."""
    with serving(saying(SET)) as (url, asked):
        keys = JwksCache(url, clock)
        assert keys.cached_key("rsa") is None
        assert keys.key("rsa").key_id == "rsa"
        clock.now += CACHE_SECONDS - 1
        assert keys.cached_key("rsa").key_id == keys.key("ec").key_type.lower().replace("ec", "rsa")
        assert asked == ["/keys?v=1"]
        clock.now += 1
        assert keys.cached_key("rsa") is None
        assert keys.key("rsa")
        assert len(asked) == 2


def test_a_new_key_is_found_and_a_former_one_is_forgotten(clock):
    """A rotation is seen at the first token of the new key; the former is good until then, at most `CACHE_SECONDS`."""
    published = [jwks(old=RSA)]
    with serving(lambda handler: saying(published[0])(handler)) as (url, _):
        keys = JwksCache(url, clock)
        assert keys.key("old")
        published[0] = jwks(new=EC)
        clock.now += RETRY_SECONDS
        assert keys.key("new")
        assert keys.key("old") is None


def test_unknown_keys_cause_few_fetches(clock):
    """However many tokens name them."""
    with serving(saying(SET)) as (url, asked):
        keys = JwksCache(url, clock)
        for number in range(50):
            assert keys.key(f"unknown-{number}") is None
        assert len(asked) == 1
        clock.now += RETRY_SECONDS
        assert [keys.key(f"unknown-{number}") for number in range(50)] == [None] * 50
        assert len(asked) == 2


def test_many_at_once_share_one_fetch(clock):
    """Nobody fetches while another does."""
    gate = threading.Event()

    def slow(handler):
        gate.wait(5)
        saying(SET)(handler)

    with serving(slow) as (url, asked):
        keys, found = JwksCache(url, clock), []
        threads = [threading.Thread(target=lambda: found.append(keys.key("rsa"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
        assert len(found) == 8
        assert all(found)
        assert len(asked) == 1


def hang(handler):
    """Says nothing for a while."""
    time.sleep(1)


def drip(handler):
    """Says a little, again and again."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        time.sleep(0.05)


BAD = {
    "hangs": hang,
    "drips": drip,
    "fails": saying(b"", 500),
    "redirects": saying(b"", 302, Location="http://127.0.0.1:1/keys"),
    "is too big": saying(b'{"keys": []}' + b" " * MAX_JWKS_BYTES),
    "is deep": saying(b"[" * 100_000),
    "is no JSON": saying(b"<html>"),
    "says less than it promised": lambda handler: (
        handler.send_response(200),
        handler.send_header("Content-Length", "9999"),
        handler.end_headers(),
        handler.wfile.write(SET),
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_provider_that_misbehaves_is_told_apart_from_a_bad_token(bad, clock):
    """503 within the time that is said; nobody waits for it twice; and nothing of it is taken."""
    with serving(BAD[bad]) as (url, asked):
        keys = JwksCache(url, clock, timeout=0.3)
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(IdentityProviderUnavailable):
                keys.key("rsa")
        assert time.monotonic() - began < 2
        assert len(asked) == 1


def test_a_provider_that_is_away_is_waited_for_a_while(clock):
    """The keys that were there serve on, for as long as is said and no longer; then it is tried again."""
    published = [saying(SET)]
    with serving(lambda handler: published[0](handler)) as (url, _):
        keys = JwksCache(url, clock)
        assert keys.key("rsa")
        published[0] = saying(b"", 503)
        clock.now += MAX_CACHE_SECONDS - 1
        assert keys.key("rsa")
        assert keys.cached_key("rsa") is None
        clock.now += RETRY_SECONDS
        with pytest.raises(IdentityProviderUnavailable):
            keys.key("rsa")
        published[0] = saying(SET)
        clock.now += RETRY_SECONDS
        assert keys.key("rsa")


def test_a_fetch_that_took_too_long_says_nothing_any_more(clock):
    """A later one has said what holds."""
    gates, bodies = [threading.Event(), threading.Event()], [jwks(old=RSA), jwks(new=EC)]

    def answer(handler):
        number = len(asked) - 1
        gates[number].wait(5)
        saying(bodies[number])(handler)

    with serving(answer) as (url, asked):
        keys = JwksCache(url, clock, timeout=1)
        with pytest.raises(IdentityProviderUnavailable):
            keys.key("old")
        clock.now += RETRY_SECONDS
        gates[1].set()
        assert keys.key("new")
        gates[0].set()
        time.sleep(0.2)  # for the late answer
        assert keys.key("new")
        assert keys.key("old") is None


def test_nothing_listens(clock):
    """A port that refuses is no different."""
    with pytest.raises(IdentityProviderUnavailable):
        JwksCache("http://127.0.0.1:9/keys", clock, timeout=0.3).key("rsa")


def test_the_bounds_are_those_that_the_documentation_states():
    """docs/security.md says them."""
    assert (fetching.CACHE_SECONDS, fetching.MAX_CACHE_SECONDS, fetching.RETRY_SECONDS, fetching.TIMEOUT_SECONDS) == (
        600,
        3600,
        10,
        5,
    )
