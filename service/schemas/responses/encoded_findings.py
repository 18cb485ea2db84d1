"""Defines the form in which findings (faults in the data) are kept for later questions."""

from typing import NamedTuple

from service.schemas.responses.findings import SEVERITIES, Finding, FindingCode, Severity


class EncodedFinding(NamedTuple):
    """A finding (fault in the data) as JSON, with the fields that the filters of a question compare."""

    code: FindingCode
    severity: Severity
    entries: list[str]
    device_models: list[str]
    manufacturers: list[str]
    json: str

    @staticmethod
    def of(finding: Finding) -> "EncodedFinding":
        """Encodes a finding (fault in the data)."""
        return EncodedFinding(
            finding.code,
            finding.severity,
            finding.entries,
            finding.device_models,
            finding.manufacturers,
            finding.model_dump_json(),
        )

    @property
    def place(self) -> tuple[int, str, list[str]]:
        """Returns the sort key of the finding (fault in the data): severity, then code, then entries."""
        return SEVERITIES.index(self.severity), self.code, self.entries

    def decoded(self) -> Finding:
        """Returns the finding (fault in the data) that was encoded."""
        return Finding.model_validate_json(self.json)
