"""The record of an amendment (a recorded change of declarations): who made it, why and on what evidence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AmendmentRecord:
    """One recorded change of declarations, with its author, reason, evidence and source.

    `impact` is the id of the impact that the author approved, and `counts` has its counts as JSON. `reverts` is the id
    of the amendment that this one takes back. `request` is the digest of the HTTP request. Each is blank where there is
    none.
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
