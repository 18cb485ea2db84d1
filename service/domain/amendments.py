"""An amendment as it is written: who, when, why and on what evidence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AmendmentRecord:
    """One recorded change of declarations: by whom, why, on what evidence, and what brought it.

    `impact` is the id of the impact that was quoted and `counts` its counts as JSON, `reverts` the amendment that this
    one takes back, `request` the digest of what was asked; each blank where there is none.
    """

    id: str
    made_by: str
    reason: str
    evidence: str
    source: str
    evidence_date: str = ""
    evidence_sha256: str = ""
    impact: str = ""
    counts: str = ""
    reverts: str = ""
    request: str = ""
