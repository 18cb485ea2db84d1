"""API keys for every kind of caller, stored in a graph, for tests that sign in."""

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
"""Roles and manufacturer codes by kind of caller. The entries under test belong to FE01."""


def key_of(kind, clock, **changed):
    """An API key of a kind of caller, valid for a year from one hour before now, with these fields changed."""
    roles, codes = KINDS[kind]
    begun = clock() - timedelta(hours=1)
    made = making.make_key(kind, f"Organisation {kind}", roles, codes, begun, begun + timedelta(days=365))
    return making.NewKey(made.key.model_copy(update=changed), made.text)


def headers_of(graph, clock):
    """Authorization headers by kind of caller; the public caller sends none."""
    sent = {"public": {}}
    for kind in KINDS:
        if kind != "public":
            made = key_of(kind, clock)
            stored.add_key(graph, made.key)
            sent[kind] = {"Authorization": f"Bearer {made.text}"}
    return sent
