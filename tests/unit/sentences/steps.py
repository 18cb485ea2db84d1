"""What the warnings on a step claim, and whether the facts have it."""

import re

from tests.unit.oracles.warnings import FRAGMENT, changed
from tests.unit.sentences.answers import Case
from tests.unit.sentences.reading import Catalogue, Sentence, numbers

LAST_WORD = {"[E]": "expiry", "[R]": "review"}
FRAGMENT_OF = "{target} is fragment {part} of {parts}."


def fragments(c: Case, number: str) -> set[tuple[str, str]]:
    """Every k of n in a descriptor of the image of an entry."""
    found = [FRAGMENT.search(c.oracle.entries[other].image_descriptor) for other in c.oracle.vertex(number)]
    return {(match[1], match[2]) for match in found if match and int(match[2]) > 1}


def declares(c: Case, declaring: str, *bases: str) -> bool:
    """Whether the declaration of an entry, which is the target or its twin, gives a step from one of the bases."""
    return declaring in c.goal() and any((base, declaring) in c.oracle.open() for base in bases)


def names(c: Case, declaring: str, base: str) -> bool:
    """Whether the declaration of an entry, which is the target or its twin, names the base, accepted or not."""
    return declaring in c.goal() and (base, declaring) in c.oracle.named()


def one_image(c: Case, v) -> bool:
    """Whether the proof is said as the list has it: a hash, or none for an end that is declared by its twin."""
    unproven = any(c.oracle.imageless(c.oracle.vertex(number)) for number in by_twin(c, v["owner"]))
    return ("nothing proves" in v["any"]) == unproven


def by_twin(c: Case, declaring: str) -> set[str]:
    """The ends of the step that the declaration does not name themselves, or not so that they give a step."""
    named = (c.base, declaring) in c.oracle.open()
    return {end for end, said in ((c.base, named), (c.target, declaring == c.target)) if not said}


def same_version(c: Case, v) -> list[str]:
    """The entries that have the version of the target, and are not its twins."""
    row = c.oracle.entries[c.target]
    others = [number for vertex in c.oracle.others(c.goal()) for number in vertex]
    alike = sorted(n for n in others if c.oracle.entries[n].firmware_version == row.firmware_version == v["version"])
    return alike if numbers(v["entries"]) == alike else []


def hashes(c: Case, found: list[str]) -> bool:
    """Whether all entries, and the target, have an image hash."""
    return bool(found) and all(c.oracle.entries[number].image_hash for number in (c.target, *found))


def expired(c: Case, kind: str, certificate: str, date: str) -> bool:
    """Whether the certificate of the target has this kind of date, before the day of the question."""
    row = c.oracle.entries[c.target]
    kinds = LAST_WORD.get(row.cpa_number[:3], "certificate")
    return (kind, certificate, date) == (kinds, row.cpa_number, row.cpa_date) and date < c.at.date().isoformat()


VERSION = "Firmware version {version} of this device model is also that of {entries}, "
OLD = "Device model, firmware version or hash of {entries} changed after this declaration."
DATE = re.compile(r"(\w+) date of (.+), (\S+)")

WARNINGS = Catalogue(
    "warning",
    {
        "removed-base": [
            Sentence("{base} is removed from the list.",
                     lambda c, v: c.ends(v) and c.oracle.entries[c.base].status == "Removed"
                     and not c.oracle.listed(c.oracle.vertex(c.base)))
        ],
        "identity-change": [
            Sentence("The device model changes from {model} to {other_model}, as somebody accepted by name.",
                     lambda c, v: [c.oracle.entries[n].device_model for n in (c.base, c.target)]
                     == [v["model"], v["other_model"]] and v["model"] != v["other_model"]
                     and any(c.oracle.accepted(a, b) for a in c.oracle.vertex(c.base) for b in c.goal()))
        ],
        "no-image": [
            Sentence("The list has no image hash for {target}, so the image cannot be sent and activated.",
                     lambda c, v: c.ends(v) and not c.oracle.entries[c.target].image_hash)
        ],
        "fragment": [
            Sentence(FRAGMENT_OF, lambda c, v: c.ends(v) and (v["part"], v["parts"]) in fragments(c, c.target)),
            Sentence("Do not stop here.",
                     lambda c, v: any(part < parts for part, parts in fragments(c, c.target))),
        ],
        "certificate-date-passed": [
            Sentence("The {any}, has passed; it may have been renewed since.",
                     lambda c, v: expired(c, *DATE.fullmatch(v["any"]).groups()))
        ],
        "ambiguous-version": [
            Sentence(VERSION + "which has another image.",
                     lambda c, v: len(same_version(c, v)) == 1 and hashes(c, same_version(c, v))),
            Sentence(VERSION + "which have another image.",
                     lambda c, v: len(same_version(c, v)) > 1 and hashes(c, same_version(c, v))),
            Sentence(VERSION + "and a missing image hash leaves open whether the images differ.",
                     lambda c, v: same_version(c, v) and not hashes(c, same_version(c, v))),
        ],
        "by-twin": [
            Sentence("Declared for {owner}, with a twin of {base} as its base: {any}.",
                     lambda c, v: c.ends(v) and v["owner"] == c.target and one_image(c, v)
                     and declares(c, c.target, *c.oracle.vertex(c.base) - {c.base})),
            Sentence("Declared for {owner}: {any}.",
                     lambda c, v: v["owner"] != c.target and one_image(c, v)
                     and declares(c, v["owner"], *c.oracle.vertex(c.base))),
        ],
        "cycle": [
            Sentence("{first} and {last} can each be reached from the other.",
                     lambda c, v: [v["first"], v["last"]] == [c.base, c.target]
                     and c.oracle.outcome(c.base, c.target) == c.oracle.outcome(c.target, c.base) == "route")
        ],
        "old-declaration": [
            Sentence(OLD,
                     lambda c, v: all(n in c.goal() | c.oracle.vertex(c.base) and any(
                         changed(c.oracle, n, row.declared) for row in map(c.oracle.declared.get, c.goal()) if row)
                         for n in numbers(v["entries"])))
        ],
    },
)  # fmt: skip
