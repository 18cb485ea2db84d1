"""The digests of components of facts; test_selection.py tests the findings that are kept by them."""

from datetime import timedelta

import pytest

from service.rules.findings.component_digests import component_digests
from tests.unit.findings_inputs import in_columns, seen
from tests.worlds import DATES, NOW, declaration, revision, world

FACTS = [revision(1), revision(2), declaration(2, 1)]


@pytest.mark.parametrize(
    "other",
    [
        [*FACTS[:1], revision(2, fw=9), *FACTS[2:]],
        [*FACTS[:1], revision(2, recorded_from=NOW - timedelta(days=1)), *FACTS[2:]],
        [*FACTS[:2], declaration(2)],
        [*FACTS[:2], declaration(2, 1, declared=DATES[1])],
        [*FACTS, revision(3)],
    ],
)
def test_a_changed_fact_changes_the_digest(other):
    """Of any kind; facts of other components, and another order, do not."""
    (digest,) = component_digests(in_columns(seen(world(*FACTS)))).values()
    (changed,) = component_digests(in_columns(seen(world(*other)))).values()
    assert changed != digest
    assert digest in component_digests(in_columns(seen(world(revision(9, "B"), *FACTS[::-1])))).values()
