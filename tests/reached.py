"""Counts the assertions that a property reaches under a condition, and fails where no example reaches the condition."""

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any

_COUNTS: list[Counter[str]] = []


def reached(case: str, times: int = 1) -> None:
    """Counts one or more assertions of a case for the running property. In a hand-written test it does nothing."""
    if _COUNTS:
        _COUNTS[-1][case] += times


def reaching(*cases: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator above `given`: the property fails unless every case is counted in at least one example."""

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
