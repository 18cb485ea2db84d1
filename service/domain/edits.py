"""Edits: a statement about an entry's Firmware Upgrade Path, or a supposed status."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import DeclarationKind


@dataclass(frozen=True)
class Edit:
    """One statement about the Firmware Upgrade Path of an entry, from a date on (None: from the beginning) to another.

    `bases` empty is N/A, None withdraws. `line` is where it stands, `amendment` under which it is recorded.
    """

    entry: str
    bases: tuple[str, ...] | None
    accept: tuple[str, ...] = ()
    effective_from: datetime | None = None
    amendment: str = ""
    line: int | None = None
    effective_to: datetime | None = None

    @property
    def kind(self) -> DeclarationKind:
        """What kind of declaration it makes."""
        if self.bases is None:
            return "not-supplied"
        return "bases" if self.bases else "none"

    @property
    def given(self) -> str:
        """The bases as they are kept: in order, each once; the order in which they were typed means nothing."""
        return ";".join(sorted(set(self.bases or ())))


@dataclass(frozen=True)
class StatusEdit:
    """What a list would say of an entry's status, from an instant on (None: from now); only ever supposed."""

    entry: str
    status: str
    effective_from: datetime | None = None
