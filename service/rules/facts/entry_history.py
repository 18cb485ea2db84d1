"""Helpers for the history of an entry: the attributes that changed from one list to the next, and the order of the
rows.
"""

from collections.abc import Sequence

from service.domain.facts import CONTENT_FIELDS
from service.schemas.responses.entry_history import RecordedFactRow, RevisionRow

_GROUPS = ("cpa", "dlms", "zse", "image")
_JSON_NAMES = {"cpa_characteristics": "cpa.security_characteristics"}


def changed_attributes(row: RevisionRow, rows: Sequence[RevisionRow]) -> list[str] | None:
    """Returns the names of the attributes in which an entry differs from its state just before.

    Returns None for an entry that had no state just before, because the list first had it at this instant.
    """
    previous = next((other.content for other in rows if _was_replaced_by(other, row)), None)
    if previous is None:
        return None
    content = row.content
    return [_json_name(name) for name in CONTENT_FIELDS if getattr(previous, name) != getattr(content, name)]


def _was_replaced_by(earlier: RecordedFactRow, row: RecordedFactRow) -> bool:
    return earlier.recorded_to == row.recorded_from and earlier.valid_from <= row.valid_from < earlier.valid_to


def _json_name(name: str) -> str:
    """Returns the JSON name of an attribute, such as `image.hash`."""
    group, _, rest = name.partition("_")
    return _JSON_NAMES.get(name) or (f"{group}.{rest}" if group in _GROUPS else name)


_ORDER = ("revision", "declaration", "acceptance", "held", "band", "confirmation")


def history_position(kind: str, row: RecordedFactRow, name: str) -> str:
    """Returns a text that sorts a row in the history of an entry: the instant at which the service recorded it, kind,
    start of effective time, name.
    """
    recorded, valid = (instant.isoformat(timespec="microseconds") for instant in (row.recorded_from, row.valid_from))
    return f"{recorded} {_ORDER.index(kind)} {valid} {name}"
