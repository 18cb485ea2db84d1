"""What the check of a plan claims, and whether the facts have it."""

from dataclasses import dataclass

from tests.unit.oracles.plan_check import Conditions
from tests.unit.sentences.answers import ASK, SUPPLIED, Case, without_route
from tests.unit.sentences.reading import Catalogue, Sentence, numbers, pairs
from tests.unit.sentences.steps import declares, names

IN_BRACKETS = {
    "other-manufacturer": "it is of another manufacturer",
    "other-device-type": "it is of another device type",
    "other-device-model": "it is of another device model",
}


def held_between(c: Case) -> dict[tuple[str, str], str]:
    """The pairs that await acceptance between the two vertices."""
    start, goal = c.oracle.vertex(c.base), c.goal()
    return {pair: code for pair, code in c.oracle.held().items() if pair[0] in start and pair[1] in goal}


def stops(c: Case, v) -> bool:
    """Whether the entries named are those between the ends of the preferred route."""
    found = c.oracle.preferred(c.base, c.target)
    return c.ends(v) and c.outcome == "route" and len(found) > 2 and numbers(v["any"]) == found[1:-1]


def back(c: Case, v) -> bool:
    """Whether there is the route in the other direction."""
    found = numbers(v["route"])
    return c.is_route(c.oracle, v["route"]) and [found[0], found[-1]] == [c.target, c.base] == [v["first"], v["last"]]


def models(c: Case, v) -> bool:
    """Whether the two device models differ, as they are named."""
    rows = [c.oracle.entries[number].device_model for number in (c.base, c.target)]
    return c.ends(v) and rows == [v["model"], v["other_model"]] and rows[0] != rows[1]


def step(c: Case) -> bool:
    """Whether one step leads from the base to the target."""
    return c.oracle.graph.has_edge(c.oracle.vertex(c.base), c.goal())


def asked(c: Case, v) -> bool:
    """Whether exactly the entries without a declaration are named that could make a route."""
    return c.ends(v) and c.proven("unknown") and [("not-declared", numbers(v["entries"]), [])] == c.not_declared()


MODELS = "{base} is for device model {model}, {target} for {other_model}: a meter keeps its hardware."
PLAN = Catalogue(
    "plan",
    {
        "already-there": [
            Sentence("{target} is named twice: there is nothing to do.",
                     lambda c, v: c.base == c.target == v["target"]),
            Sentence("{base} and {target} name the same firmware: there is nothing to do.",
                     lambda c, v: c.ends(v) and c.base != c.target and c.proven("already-there")),
            Sentence("The list has no image hash for them, so nothing proves that they are one.",
                     lambda c, v: c.oracle.imageless(c.goal())),
        ],
        "ok": [
            Sentence("{base} is a declared base of {target}.",
                     lambda c, v: c.ends(v) and step(c) and declares(c, c.target, c.base)),
            Sentence("{base} is a base of {target} by a declaration for twins (one firmware, listed twice).",
                     lambda c, v: c.ends(v) and step(c) and not declares(c, c.target, c.base)),
        ],
        "not-a-base": [
            Sentence("{base} is not a base of {target}: first to {any}.",
                     lambda c, v: stops(c, v) and not step(c) and not held_between(c)),
            Sentence("{base} is declared as a base of {target}, but awaits acceptance by name: first to {any}.",
                     lambda c, v: stops(c, v) and not step(c) and held_between(c)),
        ],
        "wrong-order": [
            without_route("none"),
            without_route("unknown"),
            Sentence("A declared pathway leads from {first} to {last}: {route}.", back),
        ],
        "held": [
            Sentence("Declared, but awaiting acceptance by name: {pairs}.",
                     lambda c, v: c.outcome in ("none", "unknown") and pairs(v["pairs"])
                     == {pair: IN_BRACKETS[code] for pair, code in held_between(c).items()})
        ],
        "not-listed": [
            Sentence("No list in force at that time has {entries}.",
                     lambda c, v: numbers(v["entries"]) == c.absent and c.absent),
            Sentence("{target} is not listed: its status is {word}.",
                     lambda c, v: c.proven("none") and c.ends(v) and not c.oracle.may_enter(c.goal())
                     and v["word"] == c.oracle.entries[c.target].status),
        ],
        "other-device-model": [
            Sentence(MODELS, models),
            Sentence("A missing declaration could make a route all the same.", lambda c, v: c.proven("unknown")),
        ],
        "not-declared": [
            Sentence(f"{SUPPLIED[:-1]}, so nobody can say how to get from {{base}} to {{target}}.",
                     lambda c, v: asked(c, v) and c.undeclared(numbers(v["entries"]))),
            Sentence("{target} is declared, and {base} is not among its bases.",
                     lambda c, v: c.ends(v) and c.oracle.kind(c.target) == "bases"
                     and not names(c, c.target, c.base)),
            Sentence("A twin of {target} is declared, and {base} is not among its bases.",
                     lambda c, v: c.ends(v) and c.oracle.kind(c.target) != "bases"
                     and any(c.oracle.kind(n) == "bases" and not names(c, n, c.base) for n in c.goal())),
            Sentence(ASK, lambda c, v: c.makers([n for _, named, _ in c.not_declared() for n in named], v["makers"])),
        ],
        "no-way": [without_route("none")],
    },
)  # fmt: skip


@dataclass
class PlanCase:
    """The questions of the steps of a plan, and the number of warnings on them."""

    steps: list[Case]
    warnings: int

    def coded(self, code: str) -> list[Case]:
        """The steps with a code, by the oracle."""
        return [case for case in self.steps if Conditions(case.oracle, case.base, case.target).code == code]

    def goes(self, v) -> bool:
        """Whether every step but those with nothing to do is declared, and which targets are removed."""
        taken, idle = self.coded("ok"), self.coded("already-there")
        removed = [case.target for case in taken if not case.oracle.listed(case.goal())]
        said = numbers(v.get("entries", "")), int(v.get("count", 0))
        return len(taken) + len(idle) == len(self.steps) and said == (removed, len(idle))


OTHERS = "go: steps with nothing to do: {count}; every other step is declared"
GO = Catalogue(
    "verdict",
    {
        "go": [
            Sentence("go: there is nothing to do.", lambda c, v: len(c.coded("already-there")) == len(c.steps)),
            Sentence("go: every step is declared, and its image listed.", PlanCase.goes),
            Sentence("go: every step is declared; removed from the list: {entries}.", PlanCase.goes),
            Sentence(f"{OTHERS}, and its image listed.", PlanCase.goes),
            Sentence(f"{OTHERS}; removed from the list: {{entries}}.", PlanCase.goes),
            Sentence("Read the warnings: {count}.", lambda c, v: int(v["count"]) == c.warnings > 0),
        ]
    },
)
