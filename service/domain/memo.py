"""A least-recently-used cache with a bounded size, functions that keep their results, and cached properties. Threads
may share them.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, cast, overload

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")
P = ParamSpec("P")
F = TypeVar("F", bound="Memoized")


class Memoized:
    """An object that keeps the results of its `memoized` functions in its `memo`. Objects that have one `memo` in
    common share the results.

    The functions themselves hold no results: a reference from them back to the object would be a cycle, and only the
    cyclic garbage collector would free the object.
    """

    memo: dict[tuple[str, tuple[Any, ...]], Any]


def memoized(work: Callable[Concatenate[F, P], V]) -> Callable[Concatenate[F, P], V]:
    """Wraps a function so that it computes its result once for each `Memoized` object and set of hashable arguments.

    The object is the first argument, and callers pass the others by position. An `lru_cache` for each object takes
    longer to create than a search in a small network (measured). Two threads may compute the same result twice.
    """
    name = work.__name__

    def cached(self: Any, *arguments: Any) -> Any:  # Any, not type variables: Python would look them up at each call
        key = name, arguments
        if key not in self.memo:
            self.memo[key] = cast("Callable[..., Any]", work)(self, *arguments)
        return self.memo[key]

    return cast("Callable[Concatenate[F, P], V]", wraps(work)(cached))


class cached_property(Generic[T, V]):  # the name of the one that it replaces
    """A property that is computed once for each object, and then kept in the object's `__dict__`.

    The one in `functools` holds a lock for all objects of a class in Python 3.11 while it computes, so that
    computations would wait for each other. Here two threads may compute the same value twice.
    """

    def __init__(self, compute: Callable[[T], V]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Stores the name under which the class has the cached property."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: T, owner: type) -> V: ...
    def __get__(self, instance: T | None, owner: type) -> Self | V:
        """Returns the value of the cached property. Python calls it only the first time: later it finds the value in
        the object's `__dict__`.
        """
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._compute(instance)
        return value


class SizedLRU(Generic[K, V]):
    """A cache of values, each under one or more keys. If it is full, it drops the least recently used value first.

    `most` is the largest sum of the values' sizes. The newest value stays, whatever its size.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[int, tuple[V, tuple[K, ...], int]] = OrderedDict()
        self._ids: dict[K, int] = {}
        self._next_id = 0

    def get(self, key: K) -> V | None:
        """Returns the value under a key, or None. The cache then counts the value as used last."""
        with self._lock:
            value_id = self._ids.get(key)
            if value_id is None:
                return None
            self._values.move_to_end(value_id)
            return self._values[value_id][0]

    def put(self, keys: Iterable[K], value: V, size: int) -> list[V]:
        """Stores a value of the given size under several keys. Drops the values that these keys had before, and those
        for which no space is left. Returns the latter.
        """
        with self._lock:
            all_keys = tuple(keys)
            for value_id in {self._ids[key] for key in all_keys if key in self._ids}:
                self._drop(value_id)
            self._values[self._next_id] = value, all_keys, size
            self._ids |= dict.fromkeys(all_keys, self._next_id)
            self._next_id += 1
            self._size += size
            dropped: list[V] = []
            while self._size > self._most and len(self._values) > 1:
                dropped.append(self._drop(next(iter(self._values))))
            return dropped

    def discard(self, key: K) -> None:
        """Drops the value under a key, if there is one."""
        with self._lock:
            if key in self._ids:
                self._drop(self._ids[key])

    def discard_where(self, unwanted: Callable[[K], bool]) -> None:
        """Drops each value whose first key fulfils the condition given."""
        with self._lock:
            for value_id in [value_id for value_id, (_, keys, _) in self._values.items() if unwanted(keys[0])]:
                self._drop(value_id)

    def _drop(self, value_id: int) -> V:
        value, keys, size = self._values.pop(value_id)
        self._size -= size
        for key in keys:
            self._ids.pop(key, None)
        return value
