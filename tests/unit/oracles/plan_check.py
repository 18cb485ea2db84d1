"""The codes of a plan check a second time, over the oracle: each by its own condition, not by a cascade."""

from itertools import pairwise

import networkx as nx

from tests.unit.oracles.pathway import Oracle
from tests.unit.oracles.warnings import FRAGMENT, codes

WRONG = {"not-a-base", "wrong-order", "held", "not-listed", "other-device-model", "no-way"}


class Conditions:
    """All conditions of one step of a plan."""

    def __init__(self, oracle: Oracle, base: str, target: str) -> None:
        self.there = {base, target} <= oracle.entries.keys()
        self.outcome = oracle.outcome(base, target)
        self.back = oracle.outcome(target, base) == "route"
        start, goal = (oracle.vertex(number) if number in oracle.entries else None for number in (base, target))
        self.step = self.there and oracle.graph.has_edge(start, goal)
        self.held = self.there and any((a, b) in oracle.held() for a in start for b in goal)
        self.listed = self.there and oracle.may_enter(goal)
        self.same = self.there and oracle.like(start) == oracle.like(goal)
        self.longer = self.there and start != goal and self.detour(oracle, start, goal)

    def detour(self, oracle, start, goal) -> bool:
        """Whether a path of two steps or more leads to the goal; the oracle enumerates the paths."""
        return any(len(way) > 2 for way in nx.all_simple_paths(oracle.graph, start, goal))

    @property
    def code(self) -> str:
        """The one code whose own condition holds."""
        route, same = self.outcome == "route", self.outcome == "already-there"
        free = not (route or same or self.back)
        conditions = {
            "already-there": same,
            "ok": self.step,
            "not-a-base": self.longer and not self.step,
            "wrong-order": self.back and not (route or same),
            "held": free and self.held,
            "not-listed": free and not self.held and not self.listed,
            "other-device-model": free and not self.held and self.listed and not self.same,
            "not-declared": free and not self.held and self.listed and self.same and self.outcome == "unknown",
            "no-way": free and not self.held and self.listed and self.same and self.outcome == "none",
        }
        (code,) = [code for code, holds in conditions.items() if holds]
        return code


def verdict(oracle: Oracle, plan: list[str], at) -> str:
    """Stop for any fault; else ask for any missing declaration; else go."""
    pairs = list(pairwise(plan))
    found = [Conditions(oracle, base, target).code for base, target in pairs]
    steps = [pair for pair, code in zip(pairs, found, strict=True) if code == "ok"]
    if WRONG & set(found) or unfinished(oracle, plan[-1]) or any("no-image" in codes(oracle, *s, at) for s in steps):
        return "stop"
    return "ask" if "not-declared" in found else "go"


def unfinished(oracle: Oracle, entry: str) -> bool:
    """Whether the image is a fragment other than the last."""
    members = sorted(oracle.vertex(entry)) if entry in oracle.entries else []
    found = [FRAGMENT.search(oracle.entries[number].image_descriptor) for number in members]
    said = [match for match in found if match and int(match[2]) > 1]
    return bool(said) and said[0][1] < said[0][2]
