"""Things kept within bounds: beyond them, what was used longest ago is let go. Threads may share it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Generic, ParamSpec, TypeVar, cast

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = ParamSpec("P")


def once(work: Callable[P, V]) -> Callable[P, V]:
    """The same work, done once for each way in which it is asked for. Making it costs next to nothing, where an
    `lru_cache` takes longer to make than the search in a small network (measured). Threads may do it twice."""
    found: dict[Any, Any] = {}

    def told(*asked: Any) -> Any:  # no type variables here: they would be looked up each time
        if asked not in found:
            found[asked] = cast("Callable[..., Any]", work)(*asked)
        return found[asked]

    return cast("Callable[P, V]", told)


class Kept(Generic[K, V]):
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
