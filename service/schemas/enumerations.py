"""Gives each enumeration of the API a name, so that the OpenAPI document defines it once as a named schema."""

from typing import Any

from service.domain.capabilities import Classification
from service.domain.devices import DeviceAttribute
from service.domain.facts import Band, DeclarationKind, HeldCode
from service.domain.outcomes import Outcome, ReasonCode, Standing
from service.domain.zigbee_facts import ZigbeeAttribute
from service.schemas.requests.queries import EntryStatus, FileFormat
from service.schemas.requests.zigbee import Avoid
from service.schemas.responses.answer_receipts import AnswerKind
from service.schemas.responses.audit import Act
from service.schemas.responses.devices import RemarkCode, ResolveOutcome
from service.schemas.responses.disclosures import DisclosureKind
from service.schemas.responses.entries import CertificateDateKind
from service.schemas.responses.exposure import BlockedCode, ExposureState
from service.schemas.responses.findings import FindingCode, LeftBehindRule, Severity, TwinDifference
from service.schemas.responses.impact import FindingClass, ImpactClass
from service.schemas.responses.load_reports import EntryChangeKind, FileKind
from service.schemas.responses.pathways import WarningCode
from service.schemas.responses.plan_check import StepCode, Verdict
from service.schemas.responses.proposals import ProposalState
from service.schemas.responses.receipts import ReceiptFault, ReceiptResult

ENUMERATIONS: dict[str, Any] = {
    "AnswerKind": AnswerKind,
    "Avoid": Avoid,
    "AuditAct": Act,
    "Band": Band,
    "BlockedCode": BlockedCode,
    "CertificateDateKind": CertificateDateKind,
    "Classification": Classification,
    "DeclarationKind": DeclarationKind,
    "DeviceAttribute": DeviceAttribute,
    "DisclosureKind": DisclosureKind,
    "EntryChangeKind": EntryChangeKind,
    "EntryStatus": EntryStatus,
    "ExposureState": ExposureState,
    "FileFormat": FileFormat,
    "FileKind": FileKind,
    "FindingClass": FindingClass,
    "FindingCode": FindingCode,
    "HeldCode": HeldCode,
    "ImpactClass": ImpactClass,
    "LeftBehindRule": LeftBehindRule,
    "Outcome": Outcome,
    "ProposalState": ProposalState,
    "ReasonCode": ReasonCode,
    "ReceiptFault": ReceiptFault,
    "ReceiptResult": ReceiptResult,
    "RemarkCode": RemarkCode,
    "ResolveOutcome": ResolveOutcome,
    "Severity": Severity,
    "Standing": Standing,
    "StepCode": StepCode,
    "TwinDifference": TwinDifference,
    "Verdict": Verdict,
    "WarningCode": WarningCode,
    "ZigbeeAttribute": ZigbeeAttribute,
}
"""Maps the name of each enumeration to its `Literal`. The OpenAPI generator recognises an enumeration by its values, so
that no two may have the same values.
"""
