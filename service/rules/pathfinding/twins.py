"""Twins: entries with the same device model, firmware version and image hash, which form one vertex (design 4)."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class TwinEntry(Protocol):
    """A member of a group of twins (entries with the same image): any object with an entry number and a status."""

    @property
    def number(self) -> str:
        """Returns the number of the entry, which has six digits."""

    @property
    def listed(self) -> bool:
        """Returns whether the status of the entry is Current."""


M = TypeVar("M", bound=TwinEntry)


def group_by_key(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """Groups (key, value) pairs: returns the values of each key, in their original order."""
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def representative_of(members: Sequence[M], preferred: Collection[str] = ()) -> M:
    """Returns the entry that represents a group of twins (entries with the same image): one in `preferred`, else the
    lowest number of status Current, else the lowest number.
    """
    if len(members) == 1:
        return members[0]
    return min(members, key=lambda member: (member.number not in preferred, not member.listed, member.number))
