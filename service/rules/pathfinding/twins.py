"""Twins: entries of one device model with the same firmware version and image are one vertex (design 4)."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Member(Protocol):
    """An entry as one of its twins."""

    @property
    def number(self) -> str:
        """The entry number."""

    @property
    def listed(self) -> bool:
        """Whether the entry is on the list."""


M = TypeVar("M", bound=Member)


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """The values of each key, in the order given: entries keyed by their identity are grouped into vertices."""
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def shown(members: Sequence[M], asked: Collection[str] = ()) -> M:
    """The entry that stands for its twins: one that is asked for, else the lowest listed number, else the lowest."""
    if len(members) == 1:
        return members[0]
    return min(members, key=lambda member: (member.number not in asked, not member.listed, member.number))
