"""What the summary of an impact and the remarks on edits claim, and whether the facts have it."""

from collections import defaultdict
from datetime import datetime
from functools import cached_property

import networkx as nx

from service.domain.edits import Edit
from tests.unit.oracles.impact import difference, instants
from tests.unit.oracles.pathway import Oracle, held_code
from tests.unit.sentences.plans import IN_BRACKETS
from tests.unit.sentences.reading import Catalogue, Sentence, numbers
from tests.worlds import World


class ImpactCase:
    """Two worlds, before and after an edit, from now on."""

    def __init__(self, before: World, after: World, now: datetime) -> None:
        self.before, self.after, self.now = before, after, now

    @cached_property
    def differences(self) -> dict[str, set[tuple[str, str]]]:
        """The class of each difference → its pairs, or its entries, at whatever instant."""
        found = defaultdict(set)
        for at in instants(self.before, self.after, self.now):
            for kind, rows in difference(self.before, self.after, at).items():
                found[kind] |= {row if kind == "stranded" else row[:2] for row in rows}
        return found

    def steps(self) -> tuple[int, int]:
        """How many steps between entries are withdrawn, and how many added, at whatever instant."""
        withdrawn, added = set(), set()
        for at in instants(self.before, self.after, self.now):
            old, new = (listed_steps(Oracle(given, at)) for given in (self.before, self.after))
            withdrawn, added = withdrawn | old - new, added | new - old
        return len(withdrawn), len(added)

    def pairs(self, v, kind: str) -> bool:
        """Whether every base named has this difference to every target named."""
        named = {(base, target) for base in numbers(v["some"]) for target in numbers(v["targets"])}
        return bool(named) and named <= self.differences[kind]

    def amount(self, v, kind: str) -> bool:
        """Whether so many pairs have this difference."""
        return len(self.differences[kind]) == int(v["count"])

    def targets(self, v, kind: str) -> bool:
        """Whether each of the targets has this difference from some entry."""
        return set(numbers(v["some"])) <= {target for _, target in self.differences[kind]}

    def stranded(self, v) -> bool:
        """Whether all of the entries could reach something, and reach nothing now."""
        return set(numbers(v["some"])) <= self.differences["stranded"]


def listed_steps(oracle: Oracle) -> set[tuple[str, str]]:
    """The declared pairs that give a step into a listed entry."""
    return {(base, target) for base, target in oracle.open() if oracle.listed(oracle.vertex(target))}


STEPS = "withdrawn and {parts} added."


def counted(v, c: ImpactCase) -> bool:
    """Whether the numbers of steps are those of the oracle."""
    return (int(v["count"]), int(v["parts"])) == c.steps()


def both(form: str, *words: str, **claims) -> list[Sentence]:
    """A sentence in the singular and in the plural."""
    return [Sentence(form.replace("*", word), claims["holds"]) for word in words]


SUMMARY = Catalogue(
    "summary",
    {
        "steps": both("{count} * " + STEPS, "step is", "steps are", holds=lambda c, v: counted(v, c)),
        "none": [Sentence("No pathway changes.", lambda c, v: not c.differences)],
        "lost": both(
            "{some} * pathway to {targets}.", "loses its", "lose their", holds=lambda c, v: c.pairs(v, "lost")
        ),
        "gained": both(
            "{some} * pathway to {targets}.", "gains its", "gain their", holds=lambda c, v: c.pairs(v, "gained")
        ),
        "stranded": both("{some} no longer * any entry.", "reaches", "reach", holds=lambda c, v: c.stranded(v)),
        "longer": both(
            "{count} * longer.", "pathway becomes", "pathways become", holds=lambda c, v: c.amount(v, "longer")
        ),
        "shorter": both(
            "{count} * shorter.", "pathway becomes", "pathways become", holds=lambda c, v: c.amount(v, "shorter")
        ),
        "rerouted": both(
            "{count} * through other entries.", "pathway leads", "pathways lead",
            holds=lambda c, v: c.amount(v, "rerouted"),
        ),
        "now-unknown": [
            Sentence("From some entries, the facts no longer show whether {some} can be reached.",
                     lambda c, v: c.targets(v, "now-unknown"))
        ],
        "now-known": [
            Sentence("From some entries, the facts now show that no pathway leads to {some}.",
                     lambda c, v: c.targets(v, "now-known"))
        ],
    },
)  # fmt: skip


class RemarkCase:
    """An edit of a declaration in the world after it, at the instant at which it is judged."""

    def __init__(self, after: World, edit: Edit, now: datetime) -> None:
        self.edit, self.at = edit, max(now, edit.effective_from or now)
        self.oracle, self.world = Oracle(after, self.at), after

    def base(self, v) -> bool:
        """Whether the edit names the entry as a base."""
        return v["entry"] in (self.edit.bases or ())

    def held(self, v) -> str:
        """Why the base is held."""
        return IN_BRACKETS[self.oracle.held()[v["entry"], self.edit.entry]]

    def leads(self, v) -> bool:
        """Whether the declared bases, held ones too, lead from the edited entry to its base."""
        graph = nx.DiGraph(self.oracle.named())
        return self.base(v) and v["target"] == self.edit.entry and nx.has_path(graph, self.edit.entry, v["entry"])

    def earlier(self, v) -> bool:
        """Whether the entries are of the device model, no twins of the edited entry, and were listed earlier."""
        first = {n: min(r.valid_from for r in self.world.revisions if r.entry == n) for n in self.world.numbers}
        own = self.oracle.entries[self.edit.entry]
        return self.edit.bases == () and all(
            first[n] < first[own.entry]
            and self.oracle.entries[n].device_model == own.device_model
            and n not in self.oracle.vertex(own.entry)
            for n in numbers(v["any"])
        )


EDITS = Catalogue(
    "edit",
    {
        "named-twice": [Sentence("{entry} is named twice.", lambda c, v: c.edit.bases.count(v["entry"]) > 1)],
        "pending": [
            Sentence("{entry} is on no list that is loaded. The base is kept, and judged when a loaded list has it.",
                     lambda c, v: c.base(v) and v["entry"] not in c.world.numbers)
        ],
        "removed-base": [
            Sentence("{entry} is removed from the list; meters may still run it.",
                     lambda c, v: c.base(v) and c.oracle.entries[v["entry"]].status == "Removed")
        ],
        "cycle": [Sentence("The declared bases lead from {target} to {entry} too.", lambda c, v: c.leads(v))],
        "accept-not-needed": [
            Sentence("{entry} is of the same device model, so there is nothing to accept.",
                     lambda c, v: v["entry"] in c.edit.accept
                     and held_code(c.oracle.entries[v["entry"]], c.oracle.entries[c.edit.entry]) is None)
        ],
        "held": [
            Sentence("{entry} is held until accepted by name: {any}; the same image on the target's own device model "
                     "is {target}.", lambda c, v: c.held(v) == v["any"]
                     and c.oracle.entries[v["target"]].image_hash == c.oracle.entries[v["entry"]].image_hash != ""),
            Sentence("{entry} is held until accepted by name: it is of another {any}.",
                     lambda c, v: c.held(v) == f"it is of another {v['any']}"),
        ],
        "none-though-earlier": [
            Sentence("N/A, though this device model has entries listed earlier: {any}.", lambda c, v: c.earlier(v))
        ],
    },
)  # fmt: skip
