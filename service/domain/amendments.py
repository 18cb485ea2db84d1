"""The record of an amendment (a recorded change of declarations): who made it, why and on what evidence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AmendmentRecord:
    """One amendment (a recorded change of declarations), with its author, reason, evidence and source.

    `impact` is the id of the changed pathway answers that the author approved, and `counts` says, as JSON, how many
    they are. `reverts` is the id of the amendment that this one undoes. `request` is the digest of the HTTP request.
    Each of the four is blank if it does not apply.
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
