"""The cache of a provider's keys: fetched once, refreshed after a change, kept for a limited time."""

import threading
import time

import pytest

from service.errors import IdentityProviderUnavailable
from service.security import jwks as jwks_module
from service.security.jwks import CACHE_SECONDS, MAX_CACHE_SECONDS, MAX_JWKS_BYTES, RETRY_SECONDS, JwksCache
from tests.access.provider import EC, RSA, SET, jwks, respond_with, serving


class Clock:
    """A monotonic clock in seconds, moved by the test."""

    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    """A clock that the test moves."""
    return Clock()


def test_keys_are_fetched_once(clock):
    """Until their age limit; `cached_key` never fetches."""
    with serving(respond_with(SET)) as (url, paths):
        keys = JwksCache(url, clock)
        assert keys.cached_key("rsa") is None
        assert keys.key("rsa").key_id == "rsa"
        clock.now += CACHE_SECONDS - 1
        assert keys.cached_key("rsa").key_id == keys.key("ec").key_type.lower().replace("ec", "rsa")
        assert paths == ["/keys?v=1"]
        clock.now += 1
        assert keys.cached_key("rsa") is None
        assert keys.key("rsa")
        assert len(paths) == 2


def test_a_key_rotation_is_noticed(clock):
    """The first token with the new key causes a fetch; the former key is valid until then, at most `CACHE_SECONDS`."""
    published = [jwks(old=RSA)]
    with serving(lambda handler: respond_with(published[0])(handler)) as (url, _):
        keys = JwksCache(url, clock)
        assert keys.key("old")
        published[0] = jwks(new=EC)
        clock.now += RETRY_SECONDS
        assert keys.key("new")
        assert keys.key("old") is None


def test_unknown_keys_cause_few_fetches(clock):
    """However many tokens name unknown keys."""
    with serving(respond_with(SET)) as (url, paths):
        keys = JwksCache(url, clock)
        for number in range(50):
            assert keys.key(f"unknown-{number}") is None
        assert len(paths) == 1
        clock.now += RETRY_SECONDS
        assert [keys.key(f"unknown-{number}") for number in range(50)] == [None] * 50
        assert len(paths) == 2


def test_concurrent_requests_share_one_fetch(clock):
    """A second request waits for the fetch of the first."""
    gate = threading.Event()

    def slow(handler):
        gate.wait(5)
        respond_with(SET)(handler)

    with serving(slow) as (url, paths):
        keys, results = JwksCache(url, clock), []
        threads = [threading.Thread(target=lambda: results.append(keys.key("rsa"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
        assert len(results) == 8
        assert all(results)
        assert len(paths) == 1


def hang(handler):
    """A handler that sends nothing for a second."""
    time.sleep(1)


def drip(handler):
    """A handler that sends a byte every 50 ms."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b" ")
        time.sleep(0.05)


BAD = {
    "hangs": hang,
    "drips": drip,
    "fails": respond_with(b"", 500),
    "redirects": respond_with(b"", 302, Location="http://127.0.0.1:1/keys"),
    "is too big": respond_with(b'{"keys": []}' + b" " * MAX_JWKS_BYTES),
    "is deep": respond_with(b"[" * 100_000),
    "is no JSON": respond_with(b"<html>"),
    "says less than it promised": lambda handler: (
        handler.send_response(200),
        handler.send_header("Content-Length", "9999"),
        handler.end_headers(),
        handler.wfile.write(SET),
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_misbehaving_provider_is_unavailable(bad, clock):
    """IdentityProviderUnavailable (503) within the time limit, without a second attempt, and without use of its
    content."""
    with serving(BAD[bad]) as (url, paths):
        keys = JwksCache(url, clock, timeout=0.3)
        began = time.monotonic()
        for _ in range(3):
            with pytest.raises(IdentityProviderUnavailable):
                keys.key("rsa")
        assert time.monotonic() - began < 2
        assert len(paths) == 1


def test_keys_stay_valid_while_the_provider_is_unavailable(clock):
    """Cached keys are valid until `MAX_CACHE_SECONDS`; then the cache tries again after `RETRY_SECONDS`."""
    published = [respond_with(SET)]
    with serving(lambda handler: published[0](handler)) as (url, _):
        keys = JwksCache(url, clock)
        assert keys.key("rsa")
        published[0] = respond_with(b"", 503)
        clock.now += MAX_CACHE_SECONDS - 1
        assert keys.key("rsa")
        assert keys.cached_key("rsa") is None
        clock.now += RETRY_SECONDS
        with pytest.raises(IdentityProviderUnavailable):
            keys.key("rsa")
        published[0] = respond_with(SET)
        clock.now += RETRY_SECONDS
        assert keys.key("rsa")


def test_a_late_response_is_discarded(clock):
    """A later fetch has already replaced the keys."""
    gates, bodies = [threading.Event(), threading.Event()], [jwks(old=RSA), jwks(new=EC)]

    def answer(handler):
        number = len(paths) - 1
        gates[number].wait(5)
        respond_with(bodies[number])(handler)

    with serving(answer) as (url, paths):
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


def test_a_closed_port_is_unavailable(clock):
    """A refused connection counts as an unavailable provider."""
    with pytest.raises(IdentityProviderUnavailable):
        JwksCache("http://127.0.0.1:9/keys", clock, timeout=0.3).key("rsa")


def test_the_limits_equal_the_documentation():
    """docs/security.md states these values."""
    assert (
        jwks_module.CACHE_SECONDS,
        jwks_module.MAX_CACHE_SECONDS,
        jwks_module.RETRY_SECONDS,
        jwks_module.TIMEOUT_SECONDS,
    ) == (
        600,
        3600,
        10,
        5,
    )
