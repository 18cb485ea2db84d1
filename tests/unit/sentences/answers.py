"""What the reasons, standings and step warnings of an answer claim, and whether the facts have it."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import networkx as nx

from service.domain.clock import BEGINNING
from tests.unit.oracles.pathway import Oracle
from tests.unit.oracles.reasons import Why
from tests.unit.sentences.reading import Catalogue, Sentence, numbers, pairs
from tests.worlds import World, acceptance


class Case(Why):
    """A question about two entries, with the outcome that stands beside the text; without a target, its base twice."""

    def __init__(self, world: World, at: datetime, base: str, target: str, outcome: str, *, through_removed: bool):
        super().__init__(world, at, base, target, through_removed=through_removed)
        self.outcome = outcome

    def ends(self, v) -> bool:
        """Whether the sentence names the two entries of the question."""
        return (v.get("base", self.base), v.get("target", self.target)) == (self.base, self.target)

    def proven(self, outcome: str) -> bool:
        """Whether the outcome stands beside the text, and is that of the oracle."""
        return self.outcome == outcome == self.oracle.outcome(self.base, self.target)

    def undeclared(self, entries: Iterable[str]) -> bool:
        """Whether no declaration is in force for any of the entries, nor for their twins."""
        return all(self.oracle.undeclared(self.oracle.vertex(number)) for number in entries)

    def makers(self, entries: Iterable[str], said: str) -> bool:
        """Whether exactly the manufacturers of the entries are asked."""
        return set(re.findall(r"FE\d\d", said)) == {self.oracle.entries[number].manufacturer for number in entries}

    def is_route(self, oracle: Oracle, route: str) -> bool:
        """Whether the entries follow each other by steps."""
        entries = numbers(route)
        there = len(entries) > 1 and set(entries) <= oracle.entries.keys()
        return there and nx.is_path(oracle.graph, [oracle.vertex(number) for number in entries])

    def waiting(self, oracle: Oracle, said: dict[tuple[str, str], str]) -> bool:
        """Whether all of these pairs await acceptance for the reasons given."""
        return bool(said) and said.items() <= oracle.held().items()

    def accepting(self, waiting: Iterable[tuple[str, str]]) -> Oracle:
        """The world in which somebody accepted these pairs by name."""
        models = {number: row.device_model for number, row in self.oracle.entries.items()}
        rows = [acceptance(base, target, since=BEGINNING) for base, target in waiting]
        rows = [r.model_copy(update={"base_model": models[r.base], "target_model": models[r.target]}) for r in rows]
        known = replace(self.world, acceptances=[*self.world.acceptances, *rows])
        return Oracle(known, self.at, through_removed=self.through_removed)


def without_route(outcome: str, base: str = "base", target: str = "target") -> Sentence:
    """The sentence that nothing declared leads to the target, for one of the two outcomes without a route."""
    outlook = "but a missing declaration could" if outcome == "unknown" else "and no missing declaration could"
    return Sentence(
        f"The declarations in force give no pathway from {{{base}}} to {{{target}}}, {outlook}.",
        lambda case, v: case.ends(v) and case.proven(outcome),
    )


def accepted_route(case: Case, v) -> bool:
    """A route if the pairs are accepted, which none of them is, and none if one vertex pair is left out."""
    said = pairs(v["pairs"])
    return (
        case.waiting(case.oracle, said)
        and case.outcome in ("none", "unknown")
        and case.is_route(case.accepting(said), v["route"])
        and not case.is_route(case.oracle, v["route"])
    )


def at_another_time(case: Case, v) -> bool:
    """A route then, and none now; the times are the ends of the period."""
    since, until = (re.search(rf"{word} (\S+)", v["any"]) for word in ("from", "until"))
    now = case.at.isoformat().replace("+00:00", "Z")
    outside = bool(since and since[1] > now) or bool(until and until[1] <= now)
    routes = [moment for moment in case.world.moments if case.is_route(case.then(moment), v["route"])]
    first = [moment for moment in routes if not since or moment.isoformat().replace("+00:00", "Z") >= since[1]]
    return outside and bool(first) and case.oracle.outcome(case.base, case.target) != "route"


def steps_into(case: Case) -> bool:
    """Whether any declared step leads to the target, listed or not."""
    return case.freely.graph.in_degree(case.freely.vertex(case.target)) > 0


ASK = "Ask the manufacturer ({makers})."
SUPPLIED = "No Firmware Upgrade Path was supplied for {entries}."
MISSING = f"{SUPPLIED} It could make a route, so nobody can say whether there is one. {ASK}"

REASONS = Catalogue(
    "reason",
    {
        "target-not-listed": [
            Sentence(
                "{target} is not listed: its status is {word}.",
                lambda c, v: c.ends(v) and c.proven("none") and not c.oracle.may_enter(c.goal())
                and v["word"] == c.oracle.entries[c.target].status == "Removed",
            )
        ],
        "not-yet-listed": [
            Sentence(
                "No list in force at that time has {entries}.",
                lambda c, v: numbers(v["entries"]) == c.absent and c.absent and c.proven("none"),
            )
        ],
        "other-device-model": [
            Sentence(
                "{base} is for device model {model}, {target} for {other_model}: "
                "a base of another device model must be accepted by name.",
                lambda c, v: c.ends(v) and v["model"] != v["other_model"]
                and [c.oracle.entries[n].device_model for n in (c.base, c.target)] == [v["model"], v["other_model"]],
            )
        ],
        "declared-none": [
            Sentence(
                "{entries} {verb} declared to have no previous version (N/A).",
                lambda c, v: set(numbers(v["entries"])) <= c.goal()
                and {c.oracle.kind(n) for n in numbers(v["entries"])} == {"none"}
                and "bases" not in {c.oracle.kind(n) for n in c.goal()}
                and (v["verb"] == "is") == (len(numbers(v["entries"])) == 1),
            )
        ],
        "not-declared": [
            Sentence(
                MISSING,
                lambda c, v: c.proven("unknown") and c.undeclared(numbers(v["entries"]))
                and [("not-declared", numbers(v["entries"]), [])] == c.not_declared()
                and c.makers(numbers(v["entries"]), v["makers"]),
            )
        ],
        "only-through-held": [
            Sentence("There would be a route, {route}, if somebody accepted by name: {pairs}.", accepted_route)
        ],
        "only-through-removed": [
            Sentence(
                "There would be a route if steps could lead to removed entries: {route}.",
                lambda c, v: not c.through_removed and c.is_route(c.freely, v["route"])
                and not c.is_route(c.oracle, v["route"]) and c.outcome in ("none", "unknown"),
            )
        ],
        "opposite-direction": [
            Sentence(
                "A declared pathway leads in the opposite direction: {route}.",
                lambda c, v: c.is_route(c.oracle, v["route"])
                and [numbers(v["route"])[nth] for nth in (0, -1)] == [c.target, c.base],
            )
        ],
        "not-at-this-time": [
            Sentence("There is no route at this time, but there is one {any}: {route}.", at_another_time)
        ],
        "no-declared-way": [
            without_route("none"),
            without_route("unknown"),
            Sentence("They give no step to {target}.", lambda c, v: c.ends(v) and not steps_into(c)),
            Sentence(
                "No step leads to {target}, which is removed.",
                lambda c, v: c.ends(v) and steps_into(c) and not c.oracle.may_enter(c.goal()),
            ),
            Sentence(
                "The declared pathways to {target} begin at {entries}.",
                lambda c, v: c.ends(v) and c.oracle.graph.in_degree(c.goal()) and numbers(v["entries"]) == c.origins(),
            ),
            Sentence(
                SUPPLIED,
                lambda c, v: numbers(v["entries"]) == [n for n in c.origins() if c.undeclared([n])],
            ),
        ],
    },
)  # fmt: skip


def leads_on(case: Case, oracle: Oracle) -> bool:
    """Whether any step leads on from the base."""
    return oracle.graph.out_degree(oracle.vertex(case.base)) > 0


def could_be_reached(case: Case) -> list[str]:
    """The undeclared entries that a missing declaration could let the base reach."""
    graph, start = case.oracle.supposed, case.oracle.vertex(case.base)
    found = set(nx.descendants(graph, start)) & set(case.oracle.missing)
    return sorted(number for vertex in found for number in vertex)


STANDINGS = Catalogue(
    "standing",
    {
        "not-declared": [
            Sentence(
                MISSING,
                lambda c, v: c.outcome == "unknown" and numbers(v["entries"]) == could_be_reached(c) != []
                and c.undeclared(numbers(v["entries"])) and c.makers(numbers(v["entries"]), v["makers"]),
            )
        ],
        "only-through-held": [
            Sentence(
                "An upgrade would lead on if somebody accepted by name: {pairs}.",
                lambda c, v: c.waiting(c.oracle, pairs(v["pairs"])) and not leads_on(c, c.oracle)
                and all(leads_on(c, c.accepting([pair])) for pair in pairs(v["pairs"])),
            )
        ],
        "only-through-removed": [
            Sentence(
                "An upgrade would lead on if steps could lead to removed entries: {entries}.",
                lambda c, v: not c.through_removed and not leads_on(c, c.oracle)
                and all(c.freely.graph.has_edge(c.oracle.vertex(c.base), c.oracle.vertex(n))
                        and not c.oracle.listed(c.oracle.vertex(n)) for n in numbers(v["entries"])),
            )
        ],
        "no-declared-way": [
            Sentence(
                f"No declaration in force gives an upgrade from {{entries}}. {ASK}",
                lambda c, v: not leads_on(c, c.freely) and c.makers([c.base], v["makers"])
                and set(numbers(v["entries"])) == c.oracle.vertex(c.base),
            )
        ],
    },
)  # fmt: skip
