"""Computes the content of the web page: answers to the question in the page's address, and error messages by field."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import structlog
from pydantic import ValidationError

from service.application.entries import entries
from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import ResolveAsOf
from service.errors import (
    AccessRefused,
    AuthenticationRequired,
    BeforeFirstList,
    BeforeFirstRecord,
    DeviceModelNotFound,
    EngineError,
    EntryNotFound,
    Forbidden,
    InvalidQuestion,
    KnownAtInFuture,
    Overloaded,
    PathwaysError,
    TooMuchWork,
    WorkStopped,
)
from service.rules.permissions import Access
from service.schemas.invalid_fields import invalid_fields
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.entries import (
    EntryAnswer,
    EntryPage,
    ListedEntryAnswer,
    ListedEntryPage,
    NotYetListed,
    ReachPage,
)
from service.schemas.responses.pathways import Pathway
from service.web.query_string import (
    AS_OF_FIELDS,
    ENTRY_FIELDS,
    FILTER_FIELDS,
    FINDING_FIELDS,
    ChosenEntries,
    QueryString,
)

EntryView = EntryAnswer | ListedEntryAnswer | NotYetListed

FIELDS = (*ENTRY_FIELDS, *AS_OF_FIELDS, *FILTER_FIELDS, *FINDING_FIELDS)
_FIELD_OF: dict[type[PathwaysError], str] = {
    BeforeFirstList: "at",
    KnownAtInFuture: "known_at",
    BeforeFirstRecord: "known_at",
}

log = structlog.get_logger()


@dataclass(frozen=True)
class PathwayView:
    """The pathway between the two entries that the reader chose, and the list attributes of both entries."""

    pathway: Pathway
    ends: tuple[EntryView, EntryView]


@dataclass(frozen=True)
class EntryDetails:
    """The one entry that the reader chose, with the entries that it can reach (`targets`) and those that can reach it
    (`origins`).
    """

    entry: EntryView
    targets: ReachPage | None = None
    origins: ReachPage | None = None


@dataclass
class HtmlPageData:
    """The content of the web page. `faults` has error messages by the name of the field or section that shows them."""

    query: QueryString
    access: Access
    choice: ChosenEntries = field(default_factory=ChosenEntries)
    pathway_view: PathwayView | None = None
    details: EntryDetails | None = None
    results: EntryPage | ListedEntryPage | None = None
    faults: dict[str, str] = field(default_factory=dict)
    failure: PathwaysError | None = None
    empty: bool = False
    status: int = 200

    @property
    def shows_declarations(self) -> bool:
        """Returns whether the reader of the page has the right to see declarations and pathways."""
        return self.access.may("pathways")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Returns a context manager that keeps the errors of one section as messages, so that other sections still have
        content.
        """
        try:
            yield
        except ValidationError as error:
            for field in invalid_fields(error.errors()):
                self._add_fault(field.where if field.where in FIELDS else name, field.detail, 422)
        except (InvalidQuestion, EntryNotFound, DeviceModelNotFound, AccessRefused) as error:
            if isinstance(error, BeforeFirstRecord) and not self.query["known_at"].strip():
                self.empty = True
                self._set_status(error.status)
            else:
                self._add_fault(self._field_of(error) or name, error.detail, error.status)

    @contextmanager
    def answering(self, route: str) -> Iterator[None]:
        """Returns a context manager that keeps a failure of the engine, and a refusal of too much work, so that the
        page says it.
        """
        try:
            yield
        except EngineError as error:
            log.error("failed", route=route, slug=error.slug, detail=error.detail)
            self.failure, self.status = error, error.status
        except (Overloaded, TooMuchWork, WorkStopped) as error:
            self.failure, self.status = error, error.status

    def require_pathways(self) -> None:
        """Raises AccessRefused if the reader of the page has no right to see pathways."""
        if not self.shows_declarations:
            if self.access.caller.signed_in:
                raise Forbidden("Your roles do not allow you to see pathways.")
            raise AuthenticationRequired("Sign in to see pathways.")

    def _add_fault(self, place: str, text: str, status: int) -> None:
        self.faults.setdefault(place, text)
        self._set_status(status)

    def _set_status(self, status: int) -> None:
        # The first fault decides. An address without a question is answered with 200 even before the first list.
        if self.query.has_question and self.status == 200:
            self.status = status

    def _field_of(self, error: PathwaysError) -> str | None:
        if isinstance(error, EntryNotFound):
            chosen = {self.choice.to: "to", self.choice.from_: "from"}
            return chosen.get(error.extra.get("entry"))
        return _FIELD_OF.get(type(error))


def build_page_data(query: QueryString, memory: GraphCache, access: Access) -> HtmlPageData:
    """Answers the question in the page's address, within the rights of the reader, all as of the same instants."""
    data = HtmlPageData(query, access)
    resolve_as_of = cache(memory.as_of)
    with data.answering("/"):
        with data.section("choice"):
            _fill_choice(data, memory, resolve_as_of)
        with data.section("search"):
            if query.searching:
                search = entries.search_entries if data.shows_declarations else entries.search_listed_entries
                data.results = search(memory, resolve_as_of, query.search_question())
    return data


def _fill_choice(data: HtmlPageData, memory: GraphCache, resolve_as_of: ResolveAsOf) -> None:
    choice = data.choice = data.query.chosen_entries()
    if not data.shows_declarations:
        _fill_listed_choice(data, memory, resolve_as_of)
    elif choice.from_ and choice.to:
        question = PathwayQuestion.model_validate(choice.model_dump())
        pathway = pathways.get_pathway(memory, resolve_as_of, question)
        base, target = (
            entries.get_entry(memory, resolve_as_of, choice, number) for number in (choice.from_, choice.to)
        )
        data.pathway_view = PathwayView(pathway, (base, target))
    elif number := choice.from_ or choice.to:
        data.details = EntryDetails(
            entries.get_entry(memory, resolve_as_of, choice, number),
            pathways.get_targets(memory, resolve_as_of, data.query.reach_question("targets"), number),
            pathways.get_origins(memory, resolve_as_of, data.query.reach_question("origins"), number),
        )


def _fill_listed_choice(data: HtmlPageData, memory: GraphCache, resolve_as_of: ResolveAsOf) -> None:
    """Adds one chosen entry as the list states it, for readers without a right to pathways.

    Raises AccessRefused for two entries: their pathway needs that right.
    """
    choice = data.choice
    if choice.from_ and choice.to:
        data.require_pathways()
    if number := choice.from_ or choice.to:
        data.details = EntryDetails(entries.get_listed_entry(memory, resolve_as_of, choice, number))
