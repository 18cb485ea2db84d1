"""Text helpers."""

import pytest

from service.domain.clock import iso
from service.rules.answers.text import describe_end, join_with_and
from service.schemas.responses.holds_until import EffectiveDateCause, HoldsUntil
from tests.worlds import NOW


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_joined_with_commas_and_and(words, text):
    """No comma before `and`; nothing for no words."""
    assert join_with_and(words) == text


@pytest.mark.parametrize(
    ("outcome", "list_version", "expected"),
    [
        ("route", "1.002", "holds until 2024-01-01T00:00:00Z, when list 1.002 takes effect; then the outcome is none"),
        (
            "none",
            None,
            "holds until 2024-01-01T00:00:00Z, when a recorded date passes; "
            "then the outcome is still none, with other entries",
        ),
    ],
)
def test_the_end_of_an_answer_is_a_sentence(outcome, list_version, expected):
    """An outcome that stays the same is told from one that changes."""
    end = HoldsUntil(at=NOW, outcome="none", cause=EffectiveDateCause(list_version=list_version))
    assert describe_end(outcome, end, iso) == expected
