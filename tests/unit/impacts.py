"""Short helpers for edits of a world, and for the impact of these edits."""

from itertools import pairwise

from service.domain.edits import Edit
from service.domain.finding_thresholds import FindingThresholds
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import edit_digest_lines, propose_change
from service.rules.impact.finding_changes import FactsForFindings
from service.rules.impact.response import impact_response
from tests.unit.findings_inputs import GAS
from tests.worlds import NOW, declaration, revision, six, world

SOON = NOW.replace(month=6)
THRESHOLDS = FindingThresholds(GAS, 1)
ALL_THERE_IS = FactsForFindings(THRESHOLDS)


def edit(target, *bases, since=None, accept=(), withdraw=False):
    """A statement of bases, in short."""
    return Edit(six(target), None if withdraw else tuple(map(six, bases)), tuple(map(six, accept)), since)


def changed_by(target, *bases, **more):
    """A single statement of bases, as the list of all edits."""
    return [edit(target, *bases, **more)]


def impact(known, *edits, now=NOW, window=None, context=None):
    """The impact of edits that are taken."""
    here = propose_change(known.facts, edits, now)
    assert here.faults == []
    return impact_response(here, edit_digest_lines(edits), now, now, window or PageWindow(), context)[0]


def pairs(changes):
    """The ends of pathways that differ."""
    return [(int(change.from_), int(change.to)) for change in changes]


def chain(*numbers, **more):
    """Each follows the one before."""
    said = [declaration(target, base) for base, target in pairwise(numbers)]
    return world(*(revision(number) for number in numbers), *said, declaration(numbers[0]), **more)
