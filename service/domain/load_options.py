"""The options of a load."""

from dataclasses import dataclass

from service.domain.standards import Standards


@dataclass(frozen=True)
class LoadOptions:
    """How to load a file, by whom and why.

    `dry_run`: write nothing. `skip_refused`: load the other rows. `correction`: the file replaces a loaded version of
    the same list. `allow_absent`: entries of the last list may be absent. `standards`: a dry run
    reports findings too.
    """

    dry_run: bool = False
    skip_refused: bool = False
    correction: bool = False
    allow_absent: bool = False
    made_by: str = ""
    reason: str = ""
    evidence: str = ""
    standards: Standards | None = None
