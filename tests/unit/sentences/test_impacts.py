"""Every fixed sentence of an impact is read back, and compared with all answers before and after."""

from typing import get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.rules.facts.edit_warnings import EditWarningCode
from service.rules.impact.edits import edit_digest_lines, propose_change
from service.rules.impact.response import impact_response
from service.schemas.responses.impact import ImpactClass
from tests.properties import share
from tests.reached import reaching
from tests.unit.impact.test_differences_against_oracle import ALL, believed, changed_worlds
from tests.unit.impacts import chain, edit
from tests.unit.sentences.impacts import EDITS, SUMMARY, ImpactCase, RemarkCase
from tests.worlds import DATES, NOW, PENDING, declaration, revision, world

LONG, OPEN = chain(1, 2, 3, 4), world(*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1))
FORK = [*map(revision, (1, 2, 3, 4)), declaration(2, 1), declaration(3, 1)]
AROUND = world(*FORK, revision(5), declaration(4, 2), declaration(5, 4))
OTHER = world(
    revision(1), revision(2, "B"), revision(3, image=2), revision(4, status="Removed"), revision(5, since=DATES[1])
)
EXAMPLES = [
    (LONG, [edit(3)]), (LONG, [edit(2), edit(3)]), (LONG, [edit(3, 1, 2)]), (LONG, [edit(4, 1)]), (LONG, [edit(4, 2)]),
    (chain(1, 2), [edit(2, 1, PENDING)]), (chain(1, 2), [edit(2, 1), edit(1, withdraw=True)]),
    (OPEN, [edit(3, 2)]), (OPEN, [edit(3)]), (AROUND, [edit(4, 3)]), (AROUND, [edit(4, 1)]), (AROUND, [edit(4)]),
    (world(*OPEN.revisions, declaration(1), declaration(2), declaration(3)), [edit(3, 1, 2), edit(2, withdraw=True)]),
    (world(*OPEN.revisions, declaration(1), declaration(2), declaration(3)), [edit(3, 1)]),
    (world(*LONG.revisions, *LONG.declarations[:2], declaration(4, 1), declaration(1)), [edit(4, 3)]),
    (OTHER, [edit(1, 2, 2), edit(3, 4, 5, accept=(5,)), edit(5)]), (LONG, [edit(1, 4)]),
    (world(*FORK, revision(5), declaration(4, 1), declaration(5, 4)), [edit(4, 2)]),
    (world(*FORK, declaration(4, 2)), [edit(4, 3)]), (world(revision(1), revision(2, "B")), [edit(2, 1)]),
]  # fmt: skip


def test_every_code_has_its_claims():
    """A class or a code that is new has no claim here."""
    assert SUMMARY.sentences.keys() == {*get_args(ImpactClass), "steps", "none"}
    assert EDITS.sentences.keys() == set(get_args(EditWarningCode))


def on_examples(test):
    """Decorator below `given`: runs the property on all hand-made edits."""
    for known in EXAMPLES:
        test = example(known)(test)
    return test


@reaching(*SUMMARY.cases, *EDITS.cases)
@settings(max_examples=share(5, 5))
@given(st.booleans().flatmap(changed_worlds))
@on_examples
def test_impacts(changed):
    """Of edits that are taken."""
    known, edits = changed
    proposed = propose_change(known.facts, edits, NOW)
    if proposed.faults:
        return
    found = impact_response(proposed, edit_digest_lines(edits), NOW, NOW, ALL)[0]
    after = believed(proposed.after)
    SUMMARY.check_any(found.summary, ImpactCase(known, after, NOW))
    for remark in proposed.verdict.remarks:
        EDITS.check(remark.code, remark.text, RemarkCase(after, remark.edit, NOW))
