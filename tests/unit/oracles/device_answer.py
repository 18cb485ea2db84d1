"""The rule for a device of design 4 a second time: slow, by a question for every value."""

from dataclasses import dataclass, replace
from functools import cached_property

import networkx as nx

from tests.unit.oracles.pathway import Oracle, Vertex

ORDER = ("device_type", "manufacturer", "device_model", "firmware_version", "gbcs_version", "image_hash")
"""As the JSON of an entry has them."""


@dataclass(frozen=True)
class Wanted:
    """A device: for each given attribute, the values that fit; with the target and the world."""

    oracle: Oracle
    said: dict[str, set[str]]
    to: str | None

    def value(self, number: str, name: str) -> str:
        """The value of an attribute of an entry."""
        row = self.oracle.entries[number]
        if name == "device_model":
            return row.model + row.hardware_version + row.hardware_revision
        return row.gbcs_version.removeprefix("GBCS Version ") if name == "gbcs_version" else getattr(row, name)

    def differing(self, number: str) -> set[str]:
        """The given attributes that do not agree with an entry; a blank GBCS version always agrees."""
        values = {name: self.value(number, name) for name in self.said}
        return {
            name for name, value in values.items()
            if value not in self.said[name] and not (name == "gbcs_version" and value == "")
        }  # fmt: skip

    @cached_property
    def allowed(self) -> set[str]:
        """The attributes that may differ: type and GBCS version, where no entry fits and one firmware is meant."""
        numbers = self.oracle.entries
        if any(not self.differing(number) for number in numbers):
            return set()
        if "image_hash" not in self.said and not ("device_model" in self.said and "firmware_version" in self.said):
            return set()
        minor = {"gbcs_version", "device_type"}
        meant = {self.oracle.vertex(number) for number in numbers if self.differing(number) <= minor}
        return minor if len(meant) == 1 else set()

    def fits(self, number: str) -> bool:
        """Whether all given attributes agree with an entry, except those that may differ."""
        return self.differing(number) <= self.allowed

    @property
    def entries(self) -> list[str]:
        """The entries that fit."""
        return sorted(number for number in self.oracle.entries if self.fits(number))

    @property
    def matches(self) -> dict[str, Vertex]:
        """Each matching vertex by the entry that represents it: the lowest listed number that fits, else the lowest."""
        found = {}
        for vertex in {self.oracle.vertex(number) for number in self.entries}:
            fitting = [number for number in sorted(vertex) if self.fits(number)]
            listed = [number for number in fitting if self.oracle.entries[number].status == "Current"]
            found[(listed or fitting)[0]] = vertex
        return found

    def outcome(self, base: str) -> str:
        """The outcome for the target, or for any entry at all."""
        if self.to:
            return self.oracle.outcome(base, self.to)
        every = {self.oracle.outcome(base, other) for other in self.oracle.entries}
        return next((word for word in ("route", "unknown") if word in every), "none")

    def standing(self, base: str) -> str | None:
        """Where a base stands without a target: by the outcomes to all entries, and by its twins' status."""
        if self.to:
            return None
        at_end = "head" if self.oracle.listed(self.oracle.vertex(base)) else "dead-end"
        return {"route": "onward", "none": at_end, "unknown": "unknown"}[self.outcome(base)]

    def reasons(self, base: str) -> dict[str, list[str]]:
        """The codes of the reasons why a base reaches nothing, each with the entries that it must name."""
        oracle, own = self.oracle, self.oracle.vertex(base)
        open_ = [number for number in sorted(oracle.entries) if oracle.may_enter(oracle.vertex(number))]
        missing = [number for number in open_ if oracle.undeclared(oracle.vertex(number))]
        held = [pair for pair in oracle.held() if pair[0] in own and pair[1] in {*open_} - own]
        found = {
            "not-declared": [number for number in missing if oracle.outcome(base, number) == "unknown"],
            "only-through-held": sorted({number for pair in held for number in pair}),
            "only-through-removed": sorted({target for start, target in oracle.steps() if start in own}),
        }
        if not found["only-through-removed"]:
            found["no-declared-way"] = sorted(own)
        return {code: entries for code, entries in found.items() if entries}

    def answer(self, base: str) -> tuple:
        """What two matches must have in common: the outcome with the steps, or with reachable entries and standing."""
        outcome = self.outcome(base)
        if self.to:
            return outcome, tuple(self.oracle.preferred(base, self.to)[1:] if outcome == "route" else ()), None
        return outcome, tuple(sorted(self.oracle.targets(base).items())), self.standing(base)

    @property
    def answers(self) -> set[tuple]:
        """The different answers of all matches."""
        return {self.answer(base) for base in self.matches}

    def heads(self, base: str) -> list[str]:
        """The listed entries, among the base and its descendants, without a descendant."""
        start, graph = self.oracle.vertex(base), self.oracle.graph
        ends = [v for v in {start, *nx.descendants(graph, start)} if not nx.descendants(graph, v)]
        return sorted(n for vertex in ends for n in vertex if self.oracle.entries[n].status == "Current")

    def parted(self, name: str) -> dict[str | None, list[str]]:
        """The matches for each value of an attribute: by a new question with the value, or by a blank value."""
        values = {self.value(number, name) for number in self.entries}
        found: dict[str | None, list[str]] = {}
        for value in sorted(values - {""}):
            again = replace(self, said={**self.said, name: {value}})
            found[value] = self.speakers(again.entries)
        if "" in values:
            found[None] = self.speakers([n for n in self.entries if self.value(n, name) == ""])
        return found

    def speakers(self, numbers: list[str]) -> list[str]:
        """The entries that represent the vertices of these entries."""
        return sorted(base for base, vertex in self.matches.items() if vertex & set(numbers))

    def separates(self) -> tuple[str, dict[str | None, list[str]]]:
        """The attribute whose worst value leaves the fewest different answers."""
        best = None
        for name in ORDER:
            parted = self.parted(name) if len(self.said.get(name, ())) != 1 else {}
            if len(parted) > 1:
                worst = max(len({self.answer(base) for base in bases}) for bases in parted.values())
                if best is None or worst < best[0]:
                    best = worst, name, parted
        assert best is not None
        return best[1:]
