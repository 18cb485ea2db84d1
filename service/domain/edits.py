"""Edits of the data: a new Firmware Upgrade Path (declared bases) of an entry, or a hypothetical status of an entry."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import DeclarationKind


@dataclass(frozen=True)
class Edit:
    """A new declaration of the Firmware Upgrade Path of one entry, with the interval for which it holds.

    `bases` is empty for N/A (no base), and None to withdraw the declaration. `accept` has the bases of other device
    models to accept by name. `effective_from` is None for the beginning of time. `line` is the line of the file,
    `evidence` the evidence that the line names, and `amendment` the id of the amendment that records the edit.
    `confirm` says that the edit confirms the bases in force instead of declaring bases.
    """

    entry: str
    bases: tuple[str, ...] | None
    accept: tuple[str, ...] = ()
    effective_from: datetime | None = None
    amendment: str = ""
    line: int | None = None
    effective_to: datetime | None = None
    evidence: str = ""
    confirm: bool = False

    @property
    def kind(self) -> DeclarationKind:
        """Returns the kind of declaration that the edit makes: bases, N/A (no base), or a withdrawal."""
        if self.bases is None:
            return "not-supplied"
        return "bases" if self.bases else "none"

    @property
    def given(self) -> str:
        """Returns the bases of the edit in the form that the graph stores: sorted, each once, with `;` between them."""
        return ";".join(sorted(set(self.bases or ())))


@dataclass(frozen=True)
class StatusEdit:
    """A hypothetical status of an entry from an instant on (None: from now on). The service can preview its effect; no
    amendment can record it.
    """

    entry: str
    status: str
    effective_from: datetime | None = None
