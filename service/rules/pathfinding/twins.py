"""Twins: entries with the same device model, firmware version and image hash form one vertex (design 4)."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Member(Protocol):
    """An entry of a group of twins."""

    @property
    def number(self) -> str:
        """The entry number."""

    @property
    def listed(self) -> bool:
        """Whether the entry is on the list."""


M = TypeVar("M", bound=Member)


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """The values of each key, in their original order. Entries grouped by identity are the vertices."""
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def shown(members: Sequence[M], preferred: Collection[str] = ()) -> M:
    """The entry that represents a group of twins: a preferred one, else the lowest listed number, else the lowest."""
    if len(members) == 1:
        return members[0]
    return min(members, key=lambda member: (member.number not in preferred, not member.listed, member.number))
