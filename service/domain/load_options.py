"""How a file is loaded: as a dry run, without its refused rows, as a correction."""

from dataclasses import dataclass

from service.domain.standards import Standards


@dataclass(frozen=True)
class LoadOptions:
    """How a file is to be loaded, by whom and why. With `standards` a dry run tells of findings too."""

    dry_run: bool = False
    skip_refused: bool = False
    correction: bool = False
    allow_absent: bool = False
    made_by: str = ""
    reason: str = ""
    evidence: str = ""
    standards: Standards | None = None
