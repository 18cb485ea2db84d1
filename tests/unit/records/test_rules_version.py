"""The version of the rules, pinned together with the answers of this version to fixed questions."""

import hashlib
from itertools import permutations

from service.rules.records.receipt import canonical_json, receipt_content
from service.rules.records.rules_version import RULES_VERSION
from tests.unit.questions import ask
from tests.worlds import acceptance, declaration, revision, world

DIGESTS = {1: "77fc6526f20cffbfebdc16ac7d7f1d4883d7d98d7a7bd15af13ae9c440c6b40f"}
"""By the version of the rules: SHA-256 of the answers. A new version adds a line, and no line ever changes."""
FACTS = world(
    revision(1),
    revision(2, image=""),
    revision(3),
    revision(4, status="Removed"),
    revision(5, fw=6, image=6),
    revision(6, fw=6, image=6),
    revision(7),
    revision(8, "B"),
    revision(9, "C"),
    declaration(1),
    declaration(2, 1),
    declaration(3, 1),
    declaration(4, 2, 3),
    declaration(5, 2, 3, 4),
    declaration(8, 3),
    declaration(9, 5),
    acceptance(3, 8, "A", "B"),
)
"""Two paths of which one has no image, a removed entry, twins, an undeclared entry, an accepted and a held base."""


def answers():
    """The content of a receipt, without the version of the rules, for every question about two of the entries."""
    for base, target in permutations(range(1, 10), 2):
        for through_removed in (False, True):
            answer = ask(FACTS, base, target, alternatives=3, through_removed=through_removed)
            content = receipt_content(answer, through_removed, 3, "0" * 64) | {"rules": 0, "format": 0}
            assert content.pop("holds_until") is None  # no later format changes the digest
            yield content


def test_the_answers_of_this_version_are_the_pinned_ones():
    """Another outcome, path, order or set of reasons needs another version of the rules, and then a new digest."""
    told = list(answers())
    digest = hashlib.sha256(b"\n".join(canonical_json(content) for content in told)).hexdigest()
    assert {content["outcome"] for content in told} == {"route", "already-there", "unknown", "none"}
    assert (RULES_VERSION, digest) == (max(DIGESTS), DIGESTS[RULES_VERSION])
