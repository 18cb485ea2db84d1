"""The options of loading a file."""

from dataclasses import dataclass

from service.domain.finding_thresholds import FindingThresholds


@dataclass(frozen=True)
class LoadOptions:
    """The options of loading a file, with who loads it and why.

    `dry_run`: write nothing. `skip_refused`: load the rows that are not refused. `correction`: the file replaces a
    loaded version of the same list. `allow_absent`: entries of the last list may be absent. `thresholds`: a dry run
    also reports findings (faults in the data), judged by these thresholds.
    """

    dry_run: bool = False
    skip_refused: bool = False
    correction: bool = False
    allow_absent: bool = False
    made_by: str = ""
    reason: str = ""
    evidence: str = ""
    thresholds: FindingThresholds | None = None
