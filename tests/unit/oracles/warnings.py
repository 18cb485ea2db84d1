"""The warnings of section 4 said a second time, over the oracle."""

import re
from datetime import datetime

import networkx as nx

from service.domain.facts import Revision
from tests.unit.oracles.pathway import Oracle, Vertex

FRAGMENT = re.compile(r"Fragment (\d) of (\d)")


def codes(oracle: Oracle, base: str, target: str, at: datetime) -> list[str]:
    """The codes on one step between the entries shown."""
    here, there = oracle.vertex(base), oracle.vertex(target)
    row = oracle.entries[target]
    said = {
        "removed-base": not oracle.listed(here),
        "identity-change": oracle.like(here) != oracle.like(there),
        "no-image": oracle.imageless(there),
        "fragment": is_fragment(oracle, there),
        "certificate-date-passed": date_passed(row, at),
        "ambiguous-version": is_ambiguous(oracle, there),
        "by-twin": (base, target) not in oracle.open(),
        "cycle": nx.has_path(oracle.graph, there, here),
        "old-declaration": is_old(oracle, base, target),
    }
    return [code for code, holds in said.items() if holds]


def is_fragment(oracle: Oracle, vertex: Vertex) -> bool:
    """Whether a descriptor of the image says k of n, n > 1."""
    found = [FRAGMENT.search(oracle.entries[number].image_descriptor) for number in vertex]
    return any(match and int(match[2]) > 1 for match in found)


def date_passed(row: Revision, at: datetime) -> bool:
    """Whether the certificate's date, where it is one, is before that of the question."""
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", row.cpa_date)) and row.cpa_date < at.date().isoformat()


def is_ambiguous(oracle: Oracle, vertex: Vertex) -> bool:
    """Whether another image of this hardware goes by the same version."""
    version = oracle.entries[min(vertex)].firmware_version
    return any(oracle.entries[min(other)].firmware_version == version for other in oracle.others(vertex))


def is_old(oracle: Oracle, base: str, target: str) -> bool:
    """Whether an end of a declared pair was believed to be something else when the pair was declared."""
    if (base, target) not in oracle.open():
        return False
    declared = oracle.declared[target].declared
    return any(changed(oracle, number, declared) for number in (base, target))


def changed(oracle: Oracle, number: str, then: datetime) -> bool:
    """Whether an entry was believed to be something else."""
    row = oracle.entries[number]
    now = row.device_model, row.firmware_version, row.image_hash
    beliefs = oracle.beliefs.get(number, [])
    return any(was.recorded_from <= then < was.recorded_to and was.identity != now for was in beliefs)
