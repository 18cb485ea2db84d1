"""Every fixed sentence of a finding is read back, and what it claims is compared with the facts."""

from typing import get_args

from hypothesis import example, given, settings

from service.domain.clock import END
from service.rules.findings import all_findings, paths
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.schemas.responses.findings import FindingCode
from tests.properties import share
from tests.reached import reaching
from tests.unit.findings_inputs import listed, seen
from tests.unit.sentences.findings import FINDINGS
from tests.unit.sentences.found import Found
from tests.worlds import DATES, NOW, PENDING, declaration, hardware, revision, situations, six, world

LISTS = [listed("1.0", "2022-02-01"), listed("1.1", "2022-01-01")]
THREE = [*map(revision, (1, 2, 3))]
FIVE = [*map(revision, range(1, 6))]
LINE = [declaration(n, n - 1) for n in (2, 3, 4)]
REMOVED = {"status": "Removed"}
EARLIER = {six(1): [RecordedIdentity(DATES[0], END, (hardware("A"), "0" * 8, ""))]}


def siblings(*last):
    """Three device models that carry two images; the declarations of the first two entries are one, and `last`."""
    rows = [revision(n, model, image=7) for n, model in enumerate("ABE", 4)]
    return world(*(revision(n, model, image=6) for n, model in enumerate("ABE", 1)), *rows, *last)


def part(number, k, **more):
    """An entry with part k of 2."""
    return revision(number, image_descriptor=f"Fragment {k} of 2 of version 4.8.0", **more)


WORLDS = [
    world(*THREE, declaration(1), declaration(2, 1)),
    world(*THREE, revision(4), declaration(2, 1), declaration(4, 3)),
    world(*THREE, revision(4), declaration(2, 1), declaration(4, 3), revision(5, fw=3, image=3), declaration(3, 2)),
    world(*FIVE, *LINE, declaration(5, 4, 1)),
    world(*FIVE, *LINE, declaration(5, 1)),
    world(*FIVE, declaration(1, 2), declaration(2, 1, PENDING), declaration(3, 4), declaration(4), beliefs=EARLIER),
    world(revision(1), revision(2, **REMOVED), declaration(1, 2), declaration(2, 1), revision(3), declaration(3)),
    world(revision(1, image=5), revision(2, "B", image=5), revision(3, "B", image=6), declaration(3, 1)),
    world(revision(1), revision(2, fw=1, image=1, **REMOVED), declaration(1, 2), declaration(2)),
    world(revision(1, image=""), revision(2, fw=1, image="", **REMOVED), revision(3, fw=1, image=8)),
    world(revision(1, fw=3), revision(2, fw=3), revision(3), declaration(3, 1)),
    world(part(1, 1), part(2, 2), revision(3), revision(4), part(5, 2), declaration(2, 3, 4), declaration(5, 3)),
    world(part(1, 1), part(2, 2), declaration(2)),
    siblings(declaration(4, 1), declaration(5, 2), declaration(6)),
    siblings(declaration(4), declaration(5), declaration(6, 3)),
    siblings(declaration(4, 1), declaration(5, 2), declaration(6), revision(8, "E", fw=6, image=7)),
    siblings(declaration(4, 1), declaration(5, 2), declaration(6, 9), revision(9, "E")),
    world(*map(revision, (1, 2)), *(revision(n, "F") for n in (3, 4)), declaration(1), *LINE),
    world(*FIVE[:3], revision(4, fw=3, image=3), revision(5), declaration(1), *LINE[:1], declaration(4, PENDING),
          declaration(5, 3)),
    world(*FIVE[:3], revision(4, fw=3, image=3), revision(5), declaration(1), *LINE[:1], declaration(4, PENDING),
          declaration(5, 3), declaration(3)),
    world(*THREE, declaration(1), declaration(3)),
]  # fmt: skip
"""By hand: a world for each sentence, so that no sentence is reached by chance alone."""


def on_worlds(test):
    """Decorator below `given`: runs the property on all hand-made worlds."""
    for known in WORLDS:
        test = example((known, NOW))(test)
    return test


def test_every_code_has_its_claims():
    """A code that is new has no claim here; a code that is gone has one too many."""
    assert FINDINGS.sentences.keys() == set(get_args(FindingCode))


@reaching(*FINDINGS.cases)
@settings(max_examples=share(5, 5))
@given(situations(most=8))
@on_worlds
def test_findings(situation):
    """Of all findings, also of those that were not computed, as if they were too much work."""
    findings_input = seen(*situation, lists=LISTS)
    case = Found(*situation, LISTS)
    cut = [*paths.missing_steps(findings_input, 0), *paths.relied_on(findings_input, 0)]
    for case.finding in [*all_findings(findings_input), *cut]:
        FINDINGS.check(case.finding.code, case.finding.text, case)
