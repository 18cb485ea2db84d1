"""What a finding claims of a world, looked up one fact at a time."""

import re
from collections.abc import Iterable
from datetime import datetime

import networkx as nx

from service.domain.listings import ListVersion
from service.schemas.responses.findings import Finding
from tests.unit.oracles.findings import RouteOracle, pairs
from tests.unit.oracles.warnings import FRAGMENT
from tests.unit.sentences.reading import numbers
from tests.worlds import World


class Found(RouteOracle):
    """A world at an instant, with its lists, and a finding about it."""

    def __init__(self, known: World, at: datetime, lists: Iterable[ListVersion]) -> None:
        super().__init__(known, at)
        self.issued = {row.number: row.issued for row in lists}
        self.finding: Finding | None = None

    def vertices(self, entries: str) -> set[frozenset[str]]:
        """The vertices of the entries that a text names."""
        return {self.oracle.vertex(number) for number in numbers(entries)}

    def whole(self, entries: str) -> bool:
        """Whether the text names all entries of the finding."""
        return numbers(entries) == self.finding.entries

    def kinds(self, entries: str) -> set[str]:
        """The kinds of the declarations in force for the entries that a text names."""
        return {self.oracle.kind(number) for number in numbers(entries)}

    def maker(self, entry: str, said: str) -> bool:
        """Whether the manufacturer of the entry is asked."""
        return self.oracle.entries[entry].manufacturer in said

    def outcomes(self, entries: str) -> set[str]:
        """The outcomes of all questions from the entries to the other listed entries of their device model."""
        return {
            self.oracle.outcome(min(start), min(other))
            for start in self.vertices(entries)
            for other in self.oracle.others(start)
            if self.oracle.listed(other)
        }

    def names(self, base: str, target: str) -> bool:
        """Whether the declaration in force for the target names the base."""
        return self.oracle.kind(target) == "bases" and base in self.oracle.declared[target].given.split(";")


def without_pathway(c: Found, v) -> bool:
    """Whether nothing declared leads on, within the device model that is named or elsewhere."""
    models = {c.oracle.entries[n].device_model for n in numbers(v["entries"])}
    return models == {v["model"]} and c.whole(v["entries"]) and "route" not in c.outcomes(v["entries"])


def could(c: Found, entries: str) -> bool:
    """Whether the outcome of a question from each of the entries is unknown to some listed entry."""
    return all("unknown" in c.outcomes(number) for number in numbers(entries))


def could_not(c: Found, entries: str) -> bool:
    """Whether the outcome of every question from the entries is a proven none."""
    return c.outcomes(entries) == {"none"}


def gains(c: Found, v) -> bool:
    """Whether so many pairs have a route with the step about which the finding asks, and have none without it."""
    base, target = (c.oracle.vertex(getattr(c.finding.evidence, end)) for end in ("base", "target"))
    more = c.graph.copy()
    more.add_edge(base, target)
    return len(pairs(more) - pairs(c.graph)) == int(v["count"])


def ends(c: Found) -> tuple[frozenset[str], frozenset[str]]:
    """The vertices of base and target of the step about which the finding asks."""
    return c.oracle.vertex(c.finding.evidence.base), c.oracle.vertex(c.finding.evidence.target)


def declared_otherwise(c: Found, owner: str) -> bool:
    """Whether the owner declares bases, none of which is the base or a twin of it."""
    base, target = ends(c)
    return owner in target and c.oracle.kind(owner) == "bases" and not any(c.names(n, owner) for n in base)


def held(c: Found) -> bool:
    """Whether a base awaits acceptance between the two vertices."""
    base, target = ends(c)
    return any(a in base and b in target for a, b in c.oracle.held())


def images(c: Found, entries: str) -> list[str]:
    """The image hash of each vertex."""
    return [c.oracle.entries[min(vertex)].image_hash for vertex in c.vertices(entries)]


def versions(c: Found, v) -> bool:
    """Whether the entries have the version and the device model that are named, and are several vertices."""
    rows = [c.oracle.entries[n] for n in numbers(v["entries"])]
    found = {(row.device_model, row.firmware_version) for row in rows}
    return found == {(v["model"], v["version"])} and c.whole(v["entries"]) and len(c.vertices(v["entries"])) > 1


def differing(c: Found, v) -> bool:
    """Whether the twins differ in all that is named."""
    rows = [c.oracle.entries[number] for number in c.finding.entries]
    values = {
        "device_type": {row.device_type for row in rows},
        "status": {row.status for row in rows},
        "fragment": {m[0] if (m := FRAGMENT.search(row.image_descriptor)) else "" for row in rows},
        "declaration": {row.given for row in map(c.oracle.declared.get, c.finding.entries) if row},
    }
    named = set(re.findall(r"[a-z_]+", v["any"])) - {"and"}
    return len(c.vertices(v["entries"])) == 1 and named and all(len(values[name]) > 1 for name in named)


def fragment(c: Found, entry: str) -> tuple[str, str] | None:
    """k and n of an image."""
    found = [FRAGMENT.search(c.oracle.entries[n].image_descriptor) for n in (entry, *sorted(c.oracle.vertex(entry)))]
    return next(((match[1], match[2]) for match in found if match and int(match[2]) > 1), None)


def skips(c: Found, v, *, kind: str) -> bool:
    """Whether the target is this part, and the part before it is another one than its bases are."""
    is_part = fragment(c, v["target"]) == (v["part"], v["parts"]) and int(v["before"]) == int(v["part"]) - 1
    bases = numbers(v.get("entries", ""))
    return is_part and c.oracle.kind(v["target"]) == kind and all(
        c.names(base, v["target"]) and fragment(c, base) != (v["before"], v["parts"]) for base in bases
    )  # fmt: skip


def beyond(c: Found, v, least: int) -> bool:
    """Whether there is a step from base to target, and from the base a route of so many steps to each of the others."""
    base, target = c.oracle.vertex(v["base"]), c.oracle.vertex(v["target"])
    routes = [nx.shortest_path_length(c.graph, base, other) for other in c.vertices(v["entries"])]
    return c.graph.has_edge(base, target) and min(routes) >= least


def all_other_bases(c: Found, v) -> bool:
    """Whether the entries are all vertices with a step to the target, but for the base."""
    target, base = c.oracle.vertex(v["target"]), c.oracle.vertex(v["base"])
    return c.vertices(v["entries"]) == set(c.graph.pred[target]) - {base}


def no_way_on(c: Found, v) -> bool:
    """Whether all of the entries are listed, and none leads to the target."""
    target = c.oracle.vertex(v["target"])
    return all(c.oracle.listed(o) and not nx.has_path(c.graph, o, target) for o in c.vertices(v["entries"]))


def siblings(c: Found, v) -> bool:
    """Whether all entries named are declared, and carry one image of one manufacturer."""
    rows = [c.oracle.entries[number] for number in (*numbers(v["entries"]), *numbers(v["others"]))]
    one = len({(row.manufacturer, row.image_hash) for row in rows}) == 1 and rows[0].image_hash != ""
    return one and "not-supplied" not in c.kinds(v["entries"]) | c.kinds(v["others"])


def cyclic(c: Found, v, *, removed: bool) -> bool:
    """Whether the entries reach each other, if need be through removed entries, and the way around is one."""
    graph = c.all if removed else c.graph
    group = c.vertices(v["entries"])
    around = [c.oracle.vertex(n) for n in numbers(v["route"])]
    joined = all(nx.has_path(graph, a, b) for a in group for b in group)
    return joined and nx.is_path(graph, around) and around[0] == around[-1] and c.whole(v["entries"])


def around(c: Found) -> set[frozenset[str]]:
    """The vertices of all entries of the finding."""
    return c.vertices(" ".join(c.finding.entries))
