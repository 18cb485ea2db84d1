"""A cache with a largest number of entries, for threads."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """A mapping that drops the entry that was stored longest ago when it is full. Threads may use it at once."""

    def __init__(self, size: int) -> None:
        """Sets the largest number of entries."""
        self._size = size
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """Returns the value stored for a key, or None."""
        return self._entries.get(key)

    def store(self, key: Key, value: Value) -> None:
        """Stores a value for a key, in place of an earlier one."""
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            if len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def discard(self, key: Key) -> None:
        """Drops the value stored for a key, if there is one."""
        with self._lock:
            self._entries.pop(key, None)
