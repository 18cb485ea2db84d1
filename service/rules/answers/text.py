"""Words that several rules put together."""

from collections.abc import Sequence


def join_with_and(said: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; blank for nothing."""
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)
