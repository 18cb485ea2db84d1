"""How long work with the graph engine may take, and which work may take longer than a question."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_long_work = ContextVar("long_work", default=False)


@dataclass(frozen=True)
class Deadlines:
    """The time limits of one kind of work, in seconds.

    `transaction`: how long the server lets one transaction run. `silence`: how long the service waits for a server
    that does not answer at all.
    """

    transaction: float
    silence: float


SUSPICIOUS = 1.0
"""Seconds without an answer after which the service asks the server whether it is alive."""

QUESTIONS = Deadlines(transaction=60, silence=SUSPICIOUS)
"""The deadlines of a question, and of a write that is not long work: they fail as soon as the server is silent."""

LOADS = Deadlines(transaction=900, silence=60)
"""The deadlines of loads and migrations."""


@contextmanager
def long_work() -> Iterator[None]:
    """Marks the work in the block as long: its exchanges with the engine get the deadlines of loads and migrations."""
    token = _long_work.set(True)
    try:
        yield
    finally:
        _long_work.reset(token)


def is_long_work() -> bool:
    """Returns whether the caller runs in a block of `long_work`."""
    return _long_work.get()
