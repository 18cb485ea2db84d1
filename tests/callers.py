"""Callers of every kind, each with a key in a graph, for tests that sign in."""

from datetime import timedelta

from service.repositories import access_keys as stored
from service.security import api_keys as making

KINDS = {
    "public": ((), ()),
    "party": (("party",), ()),
    "own": (("manufacturer",), ("FE01",)),
    "other": (("manufacturer",), ("FE02",)),
    "ssc": (("ssc",), ()),
    "secas": (("secas",), ()),
}
"""Roles and manufacturer codes. The entries that tests ask about are of FE01."""


def key_of(kind, clock, **changed):
    """A key that is good from an hour before on, for a year."""
    roles, codes = KINDS[kind]
    begun = clock() - timedelta(hours=1)
    made = making.make_key(kind, f"Organisation {kind}", roles, codes, begun, begun + timedelta(days=365))
    return making.NewKey(made.key.model_copy(update=changed), made.text)


def headers_of(graph, clock):
    """What each kind of caller sends: nothing, or its key."""
    sent = {"public": {}}
    for kind in KINDS:
        if kind != "public":
            made = key_of(kind, clock)
            stored.add_key(graph, made.key)
            sent[kind] = {"Authorization": f"Bearer {made.text}"}
    return sent
