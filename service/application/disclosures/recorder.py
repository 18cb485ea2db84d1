"""What is put down of an answer, in the name of the organisation that asked. Nothing else of whoever asked is known."""

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
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.devices import Resolution
from service.schemas.responses.disclosures import AnswerSummary, DisclosureKind
from service.schemas.responses.pathways import Pathway, PathwayData
from service.schemas.responses.plan_check import PlanCheck


class HasAsOf(Protocol):
    """A question that may name instants of its own."""

    @property
    def at(self) -> datetime | None:
        """When it holds."""

    @property
    def known_at(self) -> datetime | None:
        """As known when."""


class HasPathwayOptions(HasAsOf, Protocol):
    """The same of pathways."""

    @property
    def through_removed(self) -> bool:
        """Whether steps may lead to removed entries."""


class DisclosureRecorder:
    """Tells the log what one organisation is told; of a blank one nothing is put down."""

    def __init__(self, log: DisclosureLog, organisation: str) -> None:
        self._log, self._organisation = log, organisation

    def pathway(self, asked: PathwayQuestion, given: EncodedAnswer) -> bytes:
        """The answer to one question, which it gives back."""
        self._tell("pathway", asked, (asked.from_, asked.to), given.at, given.said, given.body)
        return given.body

    def record_page(self, asked: HasPathwayOptions, found: Pathway) -> None:
        """The answer to one question, on a page."""
        self._tell("pathway", asked, (found.from_, found.to), found.at, summarise_pathway(found))

    def batch(self, asked: HasPathwayOptions) -> Callable[[PathwayData, bytes], None]:
        """What takes each answer of a batch, as it is sent."""

        def told(found: PathwayData, body: bytes) -> None:
            self._tell("batch", asked, (found.from_, found.to), found.at, summarise_pathway(found), body)

        return told

    def check(self, asked: PlanQuestion, found: PlanCheck) -> PlanCheck:
        """The verdict on a plan, each step by itself; on one whose steps are not judged as one. It gives it back."""
        for step in found.steps:
            self._tell("check", asked, (step.base, step.target), found.at, summarise_plan_step(found, step))
        if not found.steps:
            last = [*(asked.targets or asked.steps or ())][-1]
            said = AnswerSummary(found.known_at, found.list_version, found.verdict, verdict=found.verdict)
            self._tell("check", asked, ("", last), found.at, said)
        return found

    def resolve(self, asked: ResolveQuestion, found: Resolution) -> Resolution:
        """The answer for a device, where a target was named. It gives it back."""
        if way := found.pathway:
            body = way.model_dump_json(by_alias=True).encode() if self._organisation else b""
            self._tell("resolve", asked, (way.from_, way.to), found.at, summarise_pathway(way), body)
        elif asked.to:
            matches = ";".join(match.number for match in found.matches)
            said = AnswerSummary(found.known_at, found.list_version, found.outcome, matches)
            self._tell("resolve", asked, ("", asked.to), found.at, said)
        return found

    def export(self, asked: HasAsOf, file: FirFile) -> FirFile:
        """A file of the repository, which it gives back."""
        if self._organisation:
            sha256, when = hashlib.sha256(file.body).hexdigest(), file.when
            said = AnswerSummary(when.known_at, when.list.number, "exported", sha256=sha256)
            dated = bool(asked.at or asked.known_at)
            self._log.record(self._organisation, "export", ("", ""), False, when.at, said, dated)
        return file

    def _tell(
        self,
        kind: DisclosureKind,
        asked: HasPathwayOptions,
        ends: tuple[str, str],
        at: datetime,
        said: AnswerSummary,
        body: bytes = b"",
    ) -> None:
        if self._organisation:
            dated = bool(asked.at or asked.known_at)
            self._log.record(self._organisation, kind, ends, asked.through_removed, at, said, dated, body)
