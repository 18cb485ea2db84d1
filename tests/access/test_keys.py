"""A key is recognised, and nothing else is: by its secret, while it is good, and seen to be revoked within seconds."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from service.errors import CredentialRefused
from service.repositories import access_keys as stored
from service.security import api_keys as making
from service.security.api_keys import KEY_CACHE_SECONDS, KeyAuthenticator, is_well_formed
from tests.conftest import Ticking

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


MADE = making.make_key("batch", "A Supplier", ["party"], [], NOON, NOON + timedelta(days=1))


class Few:
    """A graph of a few keys, which counts what it is asked; that engines keep keys is shown in tests/store."""

    def __init__(self, *keys):
        self.keys, self.asked = {key.prefix: key for key in keys}, 0

    def rows(self, query, prefix):
        assert query is stored.GET
        self.asked += 1
        return [self.keys[prefix]] if prefix in self.keys else []

    def change(self, prefix, **changed):
        """What another process writes."""
        self.keys[prefix] = self.keys[prefix].model_copy(update=changed)


class Scene:
    """Keys over a graph, with clocks that the test moves."""

    def __init__(self):
        self.graph, self.made = Few(MADE.key), MADE
        self.clock, self.seconds = Ticking(NOON), 1_000.0
        self.keys = KeyAuthenticator(self.graph, self.clock, lambda: self.seconds)

    def wait(self, seconds):
        """Lets time pass by both clocks."""
        self.seconds += seconds
        self.clock.forward(seconds=seconds)


@pytest.fixture
def scene():
    """A key that is good for a day."""
    return Scene()


def test_a_key_is_recognised(scene):
    """As what it was made."""
    caller = scene.keys.authenticate(scene.made.text)
    assert (caller.name, caller.organisation, caller.roles) == (scene.made.key.prefix, "A Supplier", {"party"})
    assert caller.signed_in


def near_misses(text):
    """Texts that are nearly a key."""
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


@pytest.mark.parametrize("miss", near_misses("pathways_abcdefgh_" + "x" * 43))
def test_nothing_else_is_recognised(scene, miss):
    """Neither before nor after the key itself was; the reason is not told."""
    text = near_misses(scene.made.text)[miss]
    for _ in range(2):
        assert scene.keys.cached_caller(text) is None
        with pytest.raises(CredentialRefused, match=r"^What was shown is not accepted\.$"):
            scene.keys.authenticate(text)
        scene.keys.authenticate(scene.made.text)
    assert is_well_formed(text) is (miss in ("the first changed", "the prefix changed"))


def test_what_proves_a_key_is_no_key(scene):
    """Whoever reads the graph cannot sign in with what is there."""
    key = scene.made.key
    for text in (key.hash, f"pathways_{key.prefix}_{key.hash}", f"pathways_{key.prefix}_{key.hash[-43:]}"):
        with pytest.raises(CredentialRefused):
            scene.keys.authenticate(text)


def test_what_was_seen_a_moment_ago_is_not_asked_again(scene):
    """Neither the graph nor the proof, for as long as is said."""
    assert scene.keys.cached_caller(scene.made.text) is None
    scene.keys.authenticate(scene.made.text)
    asked = scene.graph.asked
    scene.wait(KEY_CACHE_SECONDS - 0.1)
    assert scene.keys.cached_caller(scene.made.text).name == scene.made.key.prefix
    assert scene.graph.asked == asked
    scene.wait(0.1)
    assert scene.keys.cached_caller(scene.made.text) is None


def test_a_secret_is_proven_once(scene, monkeypatch):
    """Later the graph alone is asked: 50 ms in every few seconds would be felt."""
    scene.keys.authenticate(scene.made.text)
    monkeypatch.setattr(making, "_verified", lambda proof, secret: pytest.fail("proven again"))
    for _ in range(3):
        scene.wait(KEY_CACHE_SECONDS)
        assert scene.keys.authenticate(scene.made.text).organisation == "A Supplier"


def test_a_revocation_is_seen_within_seconds(scene):
    """At most as many as are said; what was proven counts for nothing then."""
    scene.keys.authenticate(scene.made.text)
    scene.graph.change(scene.made.key.prefix, revoked=scene.clock())
    scene.wait(KEY_CACHE_SECONDS)
    assert scene.keys.cached_caller(scene.made.text) is None
    with pytest.raises(CredentialRefused):
        scene.keys.authenticate(scene.made.text)


def test_a_key_ends_at_its_instant_even_where_it_is_remembered(scene):
    """Its end is known: nobody need look."""
    scene.wait(86_400 - 1)
    scene.keys.authenticate(scene.made.text)
    scene.wait(0.5)
    assert scene.keys.cached_caller(scene.made.text)
    scene.wait(0.5)
    assert scene.keys.cached_caller(scene.made.text) is None
    with pytest.raises(CredentialRefused):
        scene.keys.authenticate(scene.made.text)


def test_a_secret_that_is_proven_anew_counts_anew(scene):
    """What proves a key was changed under its prefix: what was remembered is not taken for it."""
    scene.keys.authenticate(scene.made.text)
    other = making.make_key("x", "Y", ["ssc"], [], NOON, NOON + timedelta(days=1))
    scene.graph.change(scene.made.key.prefix, hash=other.key.hash)
    scene.wait(KEY_CACHE_SECONDS)
    with pytest.raises(CredentialRefused):
        scene.keys.authenticate(scene.made.text)


def test_an_unknown_prefix_takes_the_same_work(scene, monkeypatch):
    """A proof is tried for it too, and fails: time does not tell which prefixes there are."""
    tried = []
    verified = making._verified
    monkeypatch.setattr(making, "_verified", lambda *given: tried.append(given) or verified(*given))
    for text in (f"pathways_nobody00_{'x' * 43}", f"pathways_{scene.made.key.prefix}_{'x' * 43}"):
        with pytest.raises(CredentialRefused):
            scene.keys.authenticate(text)
    assert [proof[:10] for proof, _ in tried] == ["$argon2id$"] * 2


def test_few_proofs_are_tried_at_once(scene, monkeypatch):
    """Each takes 64 MB: a crowd of wrong keys must wait, and not take the machine."""
    now, most, ready = [], [], threading.Barrier(8)

    def slow(proof, secret):
        now.append(1)
        most.append(len(now))
        threading.Event().wait(0.02)
        now.pop()
        return False

    def show(number):
        ready.wait()
        with pytest.raises(CredentialRefused):
            scene.keys.authenticate(f"pathways_nobody0{number}_{'x' * 43}")

    making._unmatchable_hash()
    monkeypatch.setattr(making, "_verified", slow)
    threads = [threading.Thread(target=show, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert max(most) <= 2


def test_no_secret_is_logged(scene):
    """The reason and the prefix are; that is what an operator needs."""
    with structlog.testing.capture_logs() as logged, pytest.raises(CredentialRefused):
        scene.keys.authenticate(f"pathways_{scene.made.key.prefix}_{'x' * 43}")
    assert logged == [
        {
            "event": "key refused",
            "log_level": "warning",
            "why": "unknown prefix or wrong secret",
            "prefix": scene.made.key.prefix,
        }
    ]


def test_keys_differ_and_are_as_long_as_they_should_be():
    """256 bits of secret; a prefix that one can read out."""
    some = [making.make_key("x", "y", ["party"], [], NOON, NOON + timedelta(days=1)) for _ in range(3)]
    assert len({made.text for made in some}) == len({made.key.hash for made in some}) == 3
    assert all(is_well_formed(made.text) and made.text not in repr(made.key) for made in some)
