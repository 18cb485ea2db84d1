"""Things kept within bounds: beyond them, what was used longest ago is let go. Threads may share it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")
F = TypeVar("F", bound="Memoized")


class Memoized:
    """What is found out about a thing once, and kept with it; those that share `found` share that.

    It is not kept in the methods: a thing that they led back to would stand until the collector comes by.
    """

    memo: dict[tuple[str, tuple[Any, ...]], Any]


def memoized(work: Callable[Concatenate[F, P], V]) -> Callable[Concatenate[F, P], V]:
    """A method that works once for each way in which it is asked, of hashable arguments without names. Making one costs
    nothing, where an `lru_cache` takes longer to make than the search in a small network (measured). Threads may do it
    twice."""
    name = work.__name__

    def told(self: Any, *asked: Any) -> Any:  # no type variables here: they would be looked up each time
        key = name, asked
        if key not in self.memo:
            self.memo[key] = cast("Callable[..., Any]", work)(self, *asked)
        return self.memo[key]

    return cast("Callable[Concatenate[F, P], V]", wraps(work)(told))


class SizedLRU(Generic[K, V]):
    """Values under one or more keys each. `most` bounds the sum of their sizes; the newest stays, whatever its size."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lock = threading.Lock()
        self._held: OrderedDict[int, tuple[V, tuple[K, ...], int]] = OrderedDict()
        self._place: dict[K, int] = {}
        self._next = 0

    def get(self, key: K) -> V | None:
        """What is kept under a key, which thereby counts as used."""
        with self._lock:
            place = self._place.get(key)
            if place is None:
                return None
            self._held.move_to_end(place)
            return self._held[place][0]

    def put(self, keys: Iterable[K], value: V, size: int) -> None:
        """Keeps a value under these keys, in place of what was there."""
        with self._lock:
            known = tuple(keys)
            for place in {self._place[key] for key in known if key in self._place}:
                self._drop(place)
            self._held[self._next] = value, known, size
            self._place |= dict.fromkeys(known, self._next)
            self._next += 1
            self._size += size
            while self._size > self._most and len(self._held) > 1:
                self._drop(next(iter(self._held)))

    def _drop(self, place: int) -> None:
        _, keys, size = self._held.pop(place)
        self._size -= size
        for key in keys:
            self._place.pop(key, None)
