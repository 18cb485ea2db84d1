"""The warnings of design 4 a second time, over the oracle."""

import re
from datetime import datetime

import networkx as nx

from service.domain.facts import Revision
from tests.unit.oracles.pathway import Oracle, Vertex

FRAGMENT = re.compile(r"Fragment (\d) of (\d)")


def codes(oracle: Oracle, base: str, target: str, at: datetime) -> list[str]:
    """The codes on one step between the shown entries."""
    start, goal = oracle.vertex(base), oracle.vertex(target)
    row = oracle.entries[target]
    conditions = {
        "removed-base": not oracle.listed(start),
        "identity-change": oracle.like(start) != oracle.like(goal),
        "no-image": oracle.imageless(goal),
        "fragment": is_fragment(oracle, goal),
        "certificate-date-passed": date_passed(row, at),
        "ambiguous-version": is_ambiguous(oracle, goal),
        "by-twin": (base, target) not in oracle.open(),
        "cycle": nx.has_path(oracle.graph, goal, start),
        "old-declaration": is_old(oracle, base, target),
    }
    return [code for code, holds in conditions.items() if holds]


def is_fragment(oracle: Oracle, vertex: Vertex) -> bool:
    """Whether a descriptor of the image has k of n with n > 1."""
    found = [FRAGMENT.search(oracle.entries[number].image_descriptor) for number in vertex]
    return any(match and int(match[2]) > 1 for match in found)


def date_passed(row: Revision, at: datetime) -> bool:
    """Whether the certificate has a readable date that is before the day of the question."""
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", row.cpa_date)) and row.cpa_date < at.date().isoformat()


def is_ambiguous(oracle: Oracle, vertex: Vertex) -> bool:
    """Whether another image of this hardware has the same version."""
    version = oracle.entries[min(vertex)].firmware_version
    return any(oracle.entries[min(other)].firmware_version == version for other in oracle.others(vertex))


def is_old(oracle: Oracle, base: str, target: str) -> bool:
    """Whether the recorded identity of an end was different when the pair was declared."""
    if (base, target) not in oracle.open():
        return False
    declared = oracle.declared[target].declared
    return any(changed(oracle, number, declared) for number in (base, target))


def changed(oracle: Oracle, number: str, then: datetime) -> bool:
    """Whether the recorded identity of an entry was different."""
    row = oracle.entries[number]
    now = row.device_model, row.firmware_version, row.image_hash
    beliefs = oracle.beliefs.get(number, [])
    return any(was.recorded_from <= then < was.recorded_to and was.identity != now for was in beliefs)
