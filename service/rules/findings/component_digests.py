"""Digests of the components of the facts in force, by which findings of components without changes are found again.

A component has all entries of one device model, and of the device models that declared bases or images join to it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from service.rules.findings.facts_in_force import Columns, FactsInForce

_DIGEST_BYTES = 16


def component_digests(facts: FactsInForce) -> dict[int, bytes]:
    """Returns a digest of all facts of each component, by the number of the component in `facts.component_of`.

    The digests of two components are equal if and only if they have the same facts, in whatever order the engine
    returned these, and whatever facts other components have. Lists and thresholds belong to no component.
    """
    component_of = facts.component_of
    rows: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for kind, (subjects, columns) in enumerate(_kinds(facts)):
        for number, row in zip(subjects, zip(*map(_to_texts, columns), strict=True), strict=True):
            if number in component_of:
                rows[component_of[number]].append((kind, *row))
    return {component: _digest(own) for component, own in rows.items()}


def _kinds(facts: FactsInForce) -> Iterator[tuple[Sequence[str], Columns]]:
    """Yields the facts of each kind: the numbers of the entries that they are about, and the columns."""
    yield facts.entries[0], facts.entries
    yield facts.declarations[0], facts.declarations
    yield facts.steps[1], facts.steps
    yield facts.held[1], facts.held
    yield facts.beliefs[0], facts.beliefs
    yield facts.first_listed[0], facts.first_listed
    yield [target for (_, target), _ in facts.confirmed], [facts.confirmed]


def _to_texts(column: Sequence[Any]) -> Sequence[Any]:
    """Returns a column with instants as text, which takes a fraction of the time where most of them are equal."""
    if not column or not isinstance(column[0], datetime):
        return column
    texts = {instant: instant.isoformat() for instant in set(column)}
    return [texts[instant] for instant in column]


def _digest(rows: list[tuple[Any, ...]]) -> bytes:
    return hashlib.blake2b(repr(sorted(rows)).encode(), digest_size=_DIGEST_BYTES).digest()
