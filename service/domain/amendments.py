"""The record of an amendment: who made it, why and on what evidence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AmendmentRecord:
    """One change of declarations: its author, reason, evidence and source.

    `impact`: the id of the impact that the author quoted, and `counts` its counts as JSON. `reverts`: the id of the
    amendment that this one reverts. `request`: the digest of the request. Each is blank where there is none.
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
