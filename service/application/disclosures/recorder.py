"""Records answers in the disclosure log (which organisation received which answer), without any personal data."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from service.application.disclosures.log import DisclosureLog
from service.application.files.fir_export import FirFile
from service.application.pathways.answer_cache import EncodedAnswer
from service.rules.records.disclosure import summarise_pathway, summarise_plan_step
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.requests.queries import FirQuestion, PathwayQuestion
from service.schemas.responses.devices import Resolution
from service.schemas.responses.disclosures import AnswerSummary, DisclosureKind
from service.schemas.responses.pathways import Pathway, PathwayData
from service.schemas.responses.plan_check import PlanCheck


class PathwayOptions(Protocol):
    """The parameters that every question about pathways has: two instants, and whether steps may lead to removed
    entries.
    """

    @property
    def at(self) -> datetime | None:
        """Returns the time that the question is about (when facts hold in the world); None stands for now."""

    @property
    def known_at(self) -> datetime | None:
        """Returns the instant up to which recorded facts count for the question; None stands for now."""

    @property
    def through_removed(self) -> bool:
        """Returns whether upgrade steps may lead to entries of status Removed."""


class DisclosureRecorder:
    """Records, in the disclosure log, the answers that one organisation receives. Records nothing for an anonymous
    caller.

    The methods return the answer, so that a route can record and return it in one expression.
    """

    def __init__(self, log: DisclosureLog, organisation: str) -> None:
        self._log, self._organisation = log, organisation

    def pathway(self, question: PathwayQuestion, answer: EncodedAnswer) -> bytes:
        """Records the answer to a pathway question in the disclosure log. Returns the body of the response."""
        ends = (question.from_, question.to)
        self._record("pathway", question, ends, answer.at, answer.summary, answer.body)
        return answer.body

    def record_page(self, question: PathwayOptions, answer: Pathway) -> None:
        """Records, in the disclosure log, the answer to a pathway question that an HTML page shows."""
        self._record("pathway", question, (answer.from_, answer.to), answer.at, summarise_pathway(answer))

    def batch(self, question: PathwayOptions) -> Callable[[PathwayData, bytes], None] | None:
        """Returns a function that records one pathway answer of a batch in the disclosure log, given the answer and its
        JSON. Returns None for an anonymous caller.
        """
        if not self._organisation:
            return None

        def record(answer: PathwayData, body: bytes) -> None:
            self._record("batch", question, (answer.from_, answer.to), answer.at, summarise_pathway(answer), body)

        return record

    def check(self, question: PlanQuestion, answer: PlanCheck) -> PlanCheck:
        """Records, in the disclosure log, the code of each step of a checked plan, or the verdict if there are no
        steps. Returns the check.
        """
        for step in answer.steps:
            self._record("check", question, (step.base, step.target), answer.at, summarise_plan_step(answer, step))
        if not answer.steps:
            last = [*(question.targets or question.steps or ())][-1]
            summary = AnswerSummary(answer.known_at, answer.list_version, answer.verdict, verdict=answer.verdict)
            self._record("check", question, ("", last), answer.at, summary)
        return answer

    def resolve(self, question: ResolveQuestion, answer: Resolution) -> Resolution:
        """Records the answer for a device in the disclosure log if the question names a target. Returns the answer."""
        if pathway := answer.pathway:
            body = pathway.model_dump_json(by_alias=True).encode() if self._organisation else b""
            ends = (pathway.from_, pathway.to)
            self._record("resolve", question, ends, answer.at, summarise_pathway(pathway), body)
        elif question.to:
            matches = ";".join(match.number for match in answer.matches)
            summary = AnswerSummary(answer.known_at, answer.list_version, answer.outcome, matches)
            self._record("resolve", question, ("", question.to), answer.at, summary)
        return answer

    def export(self, question: FirQuestion, file: FirFile) -> FirFile:
        """Records the SHA-256 of an exported Firmware Information Repository in the disclosure log. Returns the
        file.
        """
        if self._organisation:
            sha256, as_of = hashlib.sha256(file.body).hexdigest(), file.as_of
            summary = AnswerSummary(as_of.known_at, as_of.list.number, "exported", sha256=sha256)
            dated = bool(question.at or question.known_at)
            self._log.record(self._organisation, "export", ("", ""), False, as_of.at, summary, dated)
        return file

    def _record(
        self,
        kind: DisclosureKind,
        question: PathwayOptions,
        ends: tuple[str, str],
        at: datetime,
        summary: AnswerSummary,
        body: bytes = b"",
    ) -> None:
        if self._organisation:
            dated = bool(question.at or question.known_at)
            self._log.record(self._organisation, kind, ends, question.through_removed, at, summary, dated, body)
