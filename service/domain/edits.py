"""Edits: a declaration of an entry's Firmware Upgrade Path, or a hypothetical status."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import DeclarationKind


@dataclass(frozen=True)
class Edit:
    """One declaration of the Firmware Upgrade Path of an entry, with the interval for which it holds.

    `bases`: empty for N/A, None to withdraw the declaration. `accept`: the held bases to accept by name.
    `effective_from`: None for the beginning of time. `line`: the line of the file. `amendment`: the id of the amendment
    that records the edit.
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
        """The kind of declaration that the edit makes."""
        if self.bases is None:
            return "not-supplied"
        return "bases" if self.bases else "none"

    @property
    def given(self) -> str:
        """The bases as the graph stores them: sorted, each once, with `;` between them."""
        return ";".join(sorted(set(self.bases or ())))


@dataclass(frozen=True)
class StatusEdit:
    """A hypothetical status of an entry from an instant on (None: now). Impacts use it; no amendment records it."""

    entry: str
    status: str
    effective_from: datetime | None = None
