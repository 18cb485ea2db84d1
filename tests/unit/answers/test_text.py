"""Text helpers."""

import pytest

from service.rules.answers.text import join_with_and


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_joined_with_commas_and_and(words, text):
    """No comma before `and`; nothing for no words."""
    assert join_with_and(words) == text
