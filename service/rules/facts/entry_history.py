"""What a revision changed, and where a row stands in the history of its entry."""

from collections.abc import Sequence

from service.domain.facts import CONTENT_FIELDS
from service.schemas.responses.entry_history import BelievedRow, RevisionRow

_GROUPS = ("cpa", "dlms", "zse", "image")
_SHOWN_AS = {"cpa_characteristics": "cpa.security_characteristics"}


def changed_attributes(row: RevisionRow, rows: Sequence[RevisionRow]) -> list[str] | None:
    """The attributes that until then were believed to be others, at the instant at which the row begins.

    None where nothing was believed of that instant: the entry was new there.
    """
    before = next((other.content for other in rows if _gave_way(other, row)), None)
    if before is None:
        return None
    now = row.content
    return [_shown(name) for name in CONTENT_FIELDS if getattr(before, name) != getattr(now, name)]


def _gave_way(earlier: BelievedRow, row: BelievedRow) -> bool:
    return earlier.recorded_to == row.recorded_from and earlier.valid_from <= row.valid_from < earlier.valid_to


def _shown(name: str) -> str:
    """An attribute by its name in an answer: `image.hash`."""
    group, _, rest = name.partition("_")
    return _SHOWN_AS.get(name) or (f"{group}.{rest}" if group in _GROUPS else name)


_ORDER = ("revision", "declaration", "acceptance", "held", "band")


def history_position(kind: str, row: BelievedRow, name: str) -> str:
    """Where a row stands, as a text: when it was recorded, what it is, from when it holds, its name."""
    recorded, holds = (when.isoformat(timespec="microseconds") for when in (row.recorded_from, row.valid_from))
    return f"{recorded} {_ORDER.index(kind)} {holds} {name}"
