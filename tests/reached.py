"""Counts how often a property came to what it asserts under a condition, and fails where no example came there."""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

_COUNTS: list[Counter[str]] = []


def reached(case: str, times: int = 1) -> None:
    """Counts an assertion of a case, or so many, for the property that runs; a test by hand counts nothing."""
    if _COUNTS:
        _COUNTS[-1][case] += times


def reaching(*cases: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The property, put above `given`, fails unless each of these cases was counted in one example at least."""

    def counted(test: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(test)
        def run(*args: Any, **named: Any) -> None:
            _COUNTS.append(Counter())
            try:
                test(*args, **named)
                missed = [case for case in cases if not _COUNTS[-1][case]]
                assert not missed, f"no example came to: {', '.join(missed)}"
            finally:
                _COUNTS.pop()

        return run

    return counted
