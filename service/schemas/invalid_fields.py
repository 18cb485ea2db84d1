"""Translates the validation errors of pydantic into plain English sentences, so that no caller reads a message of a
library.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.schemas.responses.problems import InvalidField

_LONGEST_NAME, _LONGEST_VALUE = 100, 40
_UNION_BRANCH = re.compile(r"constrained-\w+|str|int|none|\[\w+\]|[\w-]+\[.*\]", re.DOTALL)
"""Matches the name of a union member that pydantic inserts into the location of an error. No model has a field with
such a name.
"""

_TYPES = {
    "be true or false": "bool_parsing bool_type",
    "be a whole number": "int_parsing int_type int_from_float",
    "be a number": "float_parsing float_type finite_number decimal_parsing decimal_type",
    "be text": "string_type string_unicode",
    "be a list": "list_type tuple_type set_type iterable_type",
    "be an object": "model_type model_attributes_type dict_type mapping_type dataclass_type",
    "be an ISO date such as 2026-01-31": "date_type date_parsing date_from_datetime_parsing date_from_datetime_inexact",
    "be an ISO date or date-time such as 2026-01-31": "datetime_type datetime_parsing datetime_from_date_parsing "
    "datetime_object_invalid timezone_naive timezone_aware",
    "be null": "none_required",
    "be at least {ge}": "greater_than_equal",
    "be at most {le}": "less_than_equal",
    "be more than {gt}": "greater_than",
    "be less than {lt}": "less_than",
    "match the pattern {pattern}": "string_pattern_mismatch",
}
_EXPECTED = {name: expected for expected, names in _TYPES.items() for name in names.split()}
"""Maps an error type of pydantic to the words that say what a value must be."""

_SENTENCES = {
    "missing": "{where} is missing",
    "extra_forbidden": "{where} is not known here: check its spelling, or leave it out",
    "string_too_long": "{where} must have at most {max_length} characters",
    "string_too_short": "{where} must have at least {min_length} characters",
    "too_long": "{where} must have at most {max_length} items",
    "too_short": "{where} must have at least {min_length} items",
    "int_parsing_size": "{where} must be a smaller number",
    "json_invalid": "the body must be valid JSON",
    "recursion_loop": "{where} is nested too deeply",
    "recursion_depth_exceeded": "{where} is nested too deeply",
}


def invalid_fields(errors: Iterable[Mapping[str, Any]], prefix: int = 0) -> list[InvalidField]:
    """Converts a list of pydantic errors to one item for each invalid field, with the field's name and a sentence.

    `prefix` is the number of leading parts of an error location that name no field (such as `body`). pydantic reports
    an error for each member of a union type; these errors become one item, since they concern one value.
    """
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for error in errors:
        groups.setdefault((*error["loc"][:prefix], field_name(error, prefix)), []).append(error)
    return [InvalidField(where=key[-1], detail=_joined(key[-1], group)) for key, group in groups.items()]


def repeated_fields(names: Iterable[str]) -> list[InvalidField]:
    """Returns one item for each parameter of a query string, or field of a body, that a request gives more than
    once: using one of the values would be a guess.
    """
    visible_names = [visible(name)[:_LONGEST_NAME] for name in names]
    return [InvalidField(where=name, detail=f"{name} is given more than once: give it once") for name in visible_names]


def validation_sentence(fields: Sequence[InvalidField]) -> str:
    """Joins the sentences about all invalid fields of a request into one text, and puts the field's name before a
    sentence that lacks it.
    """
    return "; ".join(
        field.detail if field.detail.startswith((f"{field.where} ", "the body ")) else f"{field.where}: {field.detail}"
        for field in fields
    )


def field_name(error: Mapping[str, Any], prefix: int = 0) -> str:
    """Returns the name of the field that a pydantic error concerns, such as `edits.0.entry`, or `request` if it
    concerns the whole request.
    """
    location = list(error["loc"][prefix:])
    if error["type"] == "json_invalid":
        return "body"
    own = [location.pop()] if error["type"] in ("extra_forbidden", "missing") and location else []
    parts = [str(part) for part in location if isinstance(part, int) or not _UNION_BRANCH.fullmatch(part)]
    name = visible(".".join(part for part in [*parts, *map(str, own)] if part != ""))
    return name[:_LONGEST_NAME] or "request"


def field_sentence(where: str, error: Mapping[str, Any]) -> str:
    """Returns a sentence that says what is wrong with the field `where`. An error type without a sentence of its own
    gets a general one.
    """
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "value_error" and "error" in context:
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        choices = _choices(error)
        return f"{where} must be {' or '.join(filter(None, [', '.join(choices[:-1]), *choices[-1:]]))}{_not(error)}"
    if context.get("min_length") == 1:
        return f"{where} must not be empty"
    if kind in _SENTENCES:
        return _SENTENCES[kind].format(where=where, **context)
    if kind in _EXPECTED:
        return f"{where} must {_EXPECTED[kind].format(**context)}{_not(error)}"
    return f"{where} has a value that is not accepted{_not(error, ': ')}"


def visible(text: str) -> str:
    """Returns the text with every invisible character (such as a control character) replaced by its escape sequence."""
    return "".join(
        c.encode("unicode_escape", "surrogatepass").decode()
        if unicodedata.category(c).startswith(("C", "Zl", "Zp"))
        else c
        for c in text
    )


def _joined(where: str, errors: list[Mapping[str, Any]]) -> str:
    """Joins the sentences of several errors about one value, and leaves out that the value could also be blank or null,
    since the caller sent a value.
    """
    told = [e for e in errors if e["type"] != "none_required" and (e["type"] != "literal_error" or _choices(e))]
    return " or ".join(dict.fromkeys(field_sentence(where, error) for error in told or errors[:1]))


def _choices(error: Mapping[str, Any]) -> list[str]:
    """Returns the permitted values of an enumeration, without the blank one, from a pydantic error."""
    return list(filter(None, re.findall(r"'([^']*)'", str((error.get("ctx") or {}).get("expected", "")))))


def _not(error: Mapping[str, Any], joint: str = ", not ") -> str:
    """Returns `, not "value"` with the rejected value, shortened; for a list or an object only the words "a list" or
    "an object".
    """
    if "input" not in error:
        return ""
    value = error["input"]
    if isinstance(value, dict | list | tuple):
        return joint + ("a list" if isinstance(value, list | tuple) else "an object")
    if isinstance(value, str):
        text = visible(value[:_LONGEST_VALUE]) + ("…" if len(value) > _LONGEST_VALUE else "")
        return f'{joint}"{text}"'
    return joint + json.dumps(value)[:_LONGEST_VALUE] if value is None or isinstance(value, bool | int | float) else ""
