"""A text helper that several rules share."""

from collections.abc import Sequence


def join_with_and(words: Sequence[str]) -> str:
    """Joins words to a text such as `a`, `a and b` or `a, b and c`. Returns an empty text if there are no words."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
