"""What the texts of findings claim, and whether the facts have it."""

import re

from tests.unit.oracles.findings import pairs
from tests.unit.oracles.warnings import changed
from tests.unit.sentences.found import (
    all_other_bases,
    around,
    beyond,
    could,
    could_not,
    cyclic,
    declared_otherwise,
    differing,
    ends,
    gains,
    held,
    images,
    no_way_on,
    siblings,
    skips,
    versions,
    without_pathway,
)
from tests.unit.sentences.plans import IN_BRACKETS
from tests.unit.sentences.reading import Catalogue, Sentence, numbers

CODES = ("missing-step", "relied-on")
SAME = "all other declared entries of the manufacturer that carry the same image: {others}."
HAS_BASE = "{target} has the base {base}, and "
VERSION = "Firmware version {version} of device model {model} names "
ASKED = "Ask the manufacturer ({makers}): may {base} be a base of {target}?"
SKIP = "{target} is fragment {part} of {parts}, and "
BEFORE = "part {before} of {any} of this image."
DATE = r"\d{4}-\d\d-\d\d"

FINDINGS = Catalogue(
    "finding",
    {
        "dates-backwards": [
            Sentence("List {any}.", lambda c, v: (m := re.fullmatch(
                rf"(\S+) was issued on ({DATE}), but (\S+) on ({DATE})", v["any"]))
                and (c.issued[m[1]], c.issued[m[3]]) == (m[2], m[4]) and m[2] < m[4])
        ],
        "fragment-skips-part": [
            Sentence(f"{SKIP}its base {{entries}} is not described as {BEFORE}",
                     lambda c, v: len(numbers(v["entries"])) == 1 and skips(c, v, kind="bases")),
            Sentence(f"{SKIP}its bases {{entries}} are not described as {BEFORE}",
                     lambda c, v: len(numbers(v["entries"])) > 1 and skips(c, v, kind="bases")),
            Sentence(f"{SKIP}it is declared N/A, without {BEFORE}", lambda c, v: skips(c, v, kind="none")),
        ],
        "missing-step": [
            Sentence(ASKED, lambda c, v: c.maker(v["target"], v["makers"]) and ends(c)
                     == (c.oracle.vertex(v["base"]), c.oracle.vertex(v["target"]))),
            Sentence("No Firmware Upgrade Path was supplied for {target}, so nobody can say yet.",
                     lambda c, v: c.oracle.undeclared(ends(c)[1]) and v["target"] in ends(c)[1]
                     and c.oracle.outcome(*map(min, ends(c))) == "unknown"),
            Sentence("It is declared as one, but awaits acceptance by name.", lambda c, v: held(c)),
            Sentence("The bases declared for {owner} are others.", lambda c, v: declared_otherwise(c, v["owner"])),
            Sentence("The bases declared for a twin of {target} are others.",
                     lambda c, v: c.oracle.kind(v["target"]) != "bases"
                     and any(declared_otherwise(c, n) for n in ends(c)[1])),
            Sentence("Then {count} more pairs of entries would have a route.", gains),
        ],
        "stranded": [
            Sentence("The declarations in force give no pathway from {entries} to any other listed entry of device "
                     "model {model}.", without_pathway),
            Sentence("A missing declaration could give one.",
                     lambda c, v: could(c, " ".join(c.finding.entries))),
            Sentence("No missing declaration could give one.",
                     lambda c, v: could_not(c, " ".join(c.finding.entries))),
            Sentence("A missing declaration could give one from {entries}, and none could from {others}.",
                     lambda c, v: could(c, v["entries"]) and could_not(c, v["others"])
                     and sorted(numbers(v["entries"]) + numbers(v["others"])) == c.finding.entries),
        ],
        "undeclared": [
            Sentence("No Firmware Upgrade Path was supplied for {entries}. Ask the manufacturer ({makers}).",
                     lambda c, v: c.whole(v["entries"]) and all(map(c.oracle.undeclared, c.vertices(v["entries"])))
                     and all(c.maker(n, v["makers"]) for n in c.finding.entries))
        ],
        "base-is-twin": [
            Sentence("{base}, a base of {target}, is a twin of {first}, so this base gives no step.",
                     lambda c, v: c.names(v["base"], v["target"]) and v["first"] == v["target"]
                     and v["base"] in c.oracle.vertex(v["target"]))
        ],
        "cycle": [
            Sentence("{entries} can each be reached from the others: {route}.",
                     lambda c, v: cyclic(c, v, removed=False)),
            Sentence("{entries} can each be reached from the others, if steps may lead to removed entries: {route}.",
                     lambda c, v: cyclic(c, v, removed=True)
                     and not all(map(c.oracle.listed, c.vertices(v["entries"])))),
        ],
        "held-base": [
            Sentence("{base} for {target} awaits acceptance: {any}.",
                     lambda c, v: IN_BRACKETS[c.oracle.held()[v["base"], v["target"]]] == v["any"]),
            Sentence("The same image on the target's own device model is {entry}.",
                     lambda c, v: c.oracle.entries[v["entry"]].image_hash
                     == c.oracle.entries[c.finding.evidence.base].image_hash != ""
                     and c.oracle.entries[v["entry"]].device_model
                     == c.oracle.entries[c.finding.evidence.target].device_model),
        ],
        "left-behind": [
            Sentence(HAS_BASE + "all other bases of the target that give a step lie two steps or more beyond it: "
                     "{entries}.", lambda c, v: beyond(c, v, 2) and all_other_bases(c, v)),
            Sentence(HAS_BASE + "these listed entries lie beyond it, without a declared pathway to the target: "
                     "{entries}.", lambda c, v: beyond(c, v, 1) and no_way_on(c, v)),
        ],
        "lone-exception": [
            Sentence("{entries} {verb} declared with other bases than " + SAME,
                     lambda c, v: siblings(c, v) and c.kinds(v["entries"]) == {"bases"}
                     and "bases" in c.kinds(v["others"])),
            Sentence("{entries} {verb} declared with bases, unlike " + SAME,
                     lambda c, v: siblings(c, v) and c.kinds(v["entries"]) == {"bases"}
                     and c.kinds(v["others"]) == {"none"}),
            Sentence("{entries} {verb} declared N/A, unlike " + SAME,
                     lambda c, v: siblings(c, v) and c.kinds(v["entries"]) == {"none"}
                     and "bases" in c.kinds(v["others"])),
        ],
        "none-though-earlier": [
            Sentence("{target} is declared N/A, though its device model has earlier entries: {entries}.",
                     lambda c, v: c.oracle.kind(v["target"]) == "none" and all(
                         c.age(o) < c.age(c.oracle.vertex(v["target"])) and o in c.like(c.oracle.vertex(v["target"]))
                         for o in c.vertices(v["entries"])))
        ],
        "old-declaration": [
            Sentence("Device model, firmware version or image hash of {entries} changed after the declaration for "
                     "{target}.", lambda c, v: c.oracle.kind(v["target"]) == "bases" and all(
                         (n == v["target"] or c.names(n, v["target"]))
                         and changed(c.oracle, n, c.oracle.declared[v["target"]].declared)
                         for n in numbers(v["entries"])))
        ],
        "pending-base": [
            Sentence("{base}, a base of {target}, is on no list in force. The base is kept, and judged when a list in "
                     "force has it.", lambda c, v: c.names(v["base"], v["target"])
                     and v["base"] not in c.oracle.entries)
        ],
        "twins-differ": [
            Sentence("{entries} are one image listed more than once, and differ in {any}.",
                     lambda c, v: differing(c, v) and images(c, v["entries"]) != [""]),
            Sentence("{entries} have one firmware version and no image hash, count as one image, and differ in {any}.",
                     lambda c, v: differing(c, v) and images(c, v["entries"]) == [""]),
        ],
        "islands": [
            Sentence("Device model {model} falls into {count} parts with no step between them.",
                     lambda c, v: len(c.finding.evidence.parts) == int(v["count"]) > 1 and not any(
                         c.all.has_edge(a, b) or c.all.has_edge(b, a)
                         for x in c.finding.evidence.parts for y in c.finding.evidence.parts if x != y
                         for a in c.vertices(" ".join(x)) for b in c.vertices(" ".join(y))))
        ],
        "not-computed": [
            Sentence("Findings `{word}` were not computed: {count} entries with {parts} steps exceed the work limit.",
                     lambda c, v: v["word"] in CODES and int(v["count"]) == len(around(c)) and int(v["parts"])
                     == c.graph.subgraph(around(c)).number_of_edges())
        ],
        "relied-on": [
            Sentence("All routes of {count} pairs of entries lead through {entries}.",
                     lambda c, v: len({p for p in pairs(c.graph) if not set(p) & c.vertices(v["entries"])} - pairs(
                         c.graph.subgraph(set(c.graph) - c.vertices(v["entries"])))) == int(v["count"]))
        ],
        "same-version": [
            Sentence(VERSION + "different images: {entries}.",
                     lambda c, v: versions(c, v) and "" not in images(c, v["entries"])),
            Sentence(VERSION + "images that differ or cannot be compared: {entries}.",
                     lambda c, v: versions(c, v) and "" in images(c, v["entries"])),
            Sentence("The list has no image hash for {entries}.",
                     lambda c, v: set(images(c, v["entries"])) == {""} and set(numbers(v["entries"])) == {
                         n for n in c.finding.entries if not c.oracle.entries[n].image_hash}),
        ],
    },
)  # fmt: skip
