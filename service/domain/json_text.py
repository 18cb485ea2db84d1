"""Parses JSON in which every name of an object occurs once."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

_MOST_PATHS = 20


class RepeatedNames(ValueError):
    """Error: an object in a JSON text has a name more than once, so that two readers could take different values.

    `paths` has where each such name stands, such as `edits.0.entry`: the first 20.
    """

    def __init__(self, paths: list[str]) -> None:
        super().__init__("a name is given more than once")
        self.paths = paths


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object in their order, repeated names included."""


def parse_json(text: bytes, parse_constant: Callable[[str], Any] | None = None) -> Any:
    """Parses a JSON text. Raises RepeatedNames, and ValueError and RecursionError like `json.loads`.

    `parse_constant` is called for `NaN`, `Infinity` and `-Infinity`, as by `json.loads`.
    """
    repeated = False

    def unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        fields = dict(members)
        repeated = repeated or len(fields) < len(members)
        return fields

    value = json.loads(text, object_pairs_hook=unique, parse_constant=parse_constant)
    if repeated:
        raise RepeatedNames(_repeated_paths(json.loads(text, object_pairs_hook=_Members)))
    return value


def _repeated_paths(value: Any) -> list[str]:
    """Returns the path of each name that an object of a JSON value has more than once, in the order of the text."""
    paths: dict[str, None] = {}
    waiting = [("", value)]
    while waiting and len(paths) < _MOST_PATHS:
        prefix, part = waiting.pop()
        members = part if isinstance(part, _Members) else list(enumerate(part)) if isinstance(part, list) else []
        times = Counter(name for name, _ in members)
        paths |= dict.fromkeys(f"{prefix}{name}" for name in times if times[name] > 1)
        waiting.extend((f"{prefix}{name}.", member) for name, member in reversed(members))
    return list(paths)[:_MOST_PATHS]
