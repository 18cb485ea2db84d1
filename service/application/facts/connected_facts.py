"""Fetches the facts of all device models connected to given entries, model by model or with bulk queries."""

from collections.abc import Iterable
from datetime import datetime

from service.application.facts import per_model_fetch
from service.domain.facts import Acceptance
from service.graph.protocol import Runner
from service.repositories.facts import (
    acceptances_from,
    acceptances_of,
    declarations_of,
    ever_same_image,
    ever_same_model,
    revisions_of,
)
from service.rules.facts.derive_edges import Facts


def facts_around(graph: Runner, known_at: datetime, targets: Iterable[str], named: Iterable[str]) -> Facts:
    """Fetches the facts that determine the upgrade steps into the targets given. `named`: bases that edits are about to
    declare.

    A change of a target can affect every entry that was ever its twin (entry of the same firmware). The steps into such
    an entry depend on its own former twins, perhaps on another device model; on the bases that all of these declare;
    and on the bases' twins.
    """
    related = ever_same_model(graph, ever_same_model(graph, targets))
    declarations = declarations_of(graph, related, known_at)
    bases = {base for declaration in declarations for base in declaration.bases}
    entries = related | ever_same_model(graph, bases | set(named))
    return Facts.of(revisions_of(graph, entries, known_at), declarations, acceptances_of(graph, related, known_at))


def facts_near(graph: Runner, known_at: datetime, edited: Iterable[str], named: Iterable[str]) -> Facts:
    """Fetches the facts by which edits are checked and the affected answers computed.

    These are the facts of all device models of the entries in `edited` and in `named` (the bases that edits are about
    to declare), and of all device models connected to them by an acceptance or by an entry of two models.
    """
    entries = {*edited, *named}
    return per_model_fetch.facts_near(graph, known_at, entries) or _bulk_facts_near(graph, known_at, entries)


def _bulk_facts_near(graph: Runner, known_at: datetime, entries: Iterable[str]) -> Facts:
    """Fetches the facts of `facts_near` with a number of queries that is independent of the number of device models."""
    known, fresh = set[str](), ever_same_model(graph, entries)
    acceptances: dict[str, Acceptance] = {}
    while fresh:
        known |= fresh
        for fetch in (acceptances_of, acceptances_from):
            acceptances.update((acceptance.id, acceptance) for acceptance in fetch(graph, fresh, known_at))
        ends = {end for row in acceptances.values() for end in (row.base, row.target)}
        # An entry that changed its device model connects the models that it was ever of.
        fresh = ever_same_model(graph, fresh | ends) - known
    declarations = declarations_of(graph, known, known_at)
    bases = {base for declaration in declarations for base in declaration.bases} - known
    revisions = revisions_of(graph, known | ever_same_model(graph, bases), known_at)
    return Facts.of(revisions, declarations, acceptances.values())


def sibling_facts(graph: Runner, known_at: datetime, entries: Iterable[str], besides: Iterable[str]) -> Facts:
    """Fetches the facts, without acceptances, of all device models on which an image of the entries given was ever
    carried.

    `besides`: entries whose facts the caller has already. The declared bases and their possible twins (entries of the
    same firmware) are included.
    """
    wanted, known = set(entries), set(besides)
    by_model = per_model_fetch.sibling_facts(graph, known_at, wanted, known)
    return by_model or _bulk_sibling_facts(graph, known_at, wanted, known)


def _bulk_sibling_facts(graph: Runner, known_at: datetime, entries: set[str], besides: set[str]) -> Facts:
    related = ever_same_model(graph, ever_same_image(graph, entries) - besides)
    declarations = declarations_of(graph, related, known_at)
    bases = {base for declaration in declarations for base in declaration.bases} - related
    return Facts.of(revisions_of(graph, related | ever_same_model(graph, bases), known_at), declarations, ())
