"""The page's answers: what was asked, put to the questions of the interface; what is wrong is kept by its field."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import structlog
from pydantic import ValidationError

from service.application.entries import entries
from service.application.pathways import pathways, reachability
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import ResolveAsOf
from service.errors import (
    AccessRefused,
    AuthenticationRequired,
    BeforeFirstList,
    BeforeFirstRecord,
    EngineError,
    EntryNotFound,
    Forbidden,
    InvalidQuestion,
    KnownAtInFuture,
    PathwaysError,
)
from service.rules.permissions import Access
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
from service.web.query_string import AS_OF_FIELDS, ENTRY_FIELDS, FILTER_FIELDS, ChosenEntries, QueryString

EntryView = EntryAnswer | ListedEntryAnswer | NotYetListed

FIELDS = (*ENTRY_FIELDS, *AS_OF_FIELDS, *FILTER_FIELDS)
_FIELD_OF: dict[type[PathwaysError], str] = {
    BeforeFirstList: "at",
    KnownAtInFuture: "known_at",
    BeforeFirstRecord: "known_at",
}

log = structlog.get_logger()


@dataclass(frozen=True)
class PathwayView:
    """The answer for two entries, and what the list says of both."""

    pathway: Pathway
    ends: tuple[EntryView, EntryView]


@dataclass(frozen=True)
class EntryDetails:
    """One entry chosen alone."""

    entry: EntryView
    targets: ReachPage | None = None
    origins: ReachPage | None = None


@dataclass
class PageData:
    """What the page shows. `faults` is by field, or by `choice` and `search` for what belongs to no single field."""

    typed: QueryString
    access: Access
    choice: ChosenEntries = field(default_factory=ChosenEntries)
    way: PathwayView | None = None
    details: EntryDetails | None = None
    found: EntryPage | ListedEntryPage | None = None
    faults: dict[str, str] = field(default_factory=dict)
    failure: EngineError | None = None
    empty: bool = False
    status: int = 200

    @property
    def declared(self) -> bool:
        """Whether the reader may see what is declared."""
        return self.access.may("pathways")

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A part of the page: what is wrong with its question is kept for the reader, and the other parts go on."""
        try:
            yield
        except ValidationError as wrong:
            for fault in wrong.errors():
                place = str(fault["loc"][0])
                self._fault(place if place in FIELDS else name, fault["msg"].removeprefix("Value error, "), 422)
        except (InvalidQuestion, EntryNotFound, AccessRefused) as error:
            if isinstance(error, BeforeFirstRecord) and not self.typed["known_at"].strip():
                self.empty = True
                self._grade(error.status)
            else:
                self._fault(self._field(error) or name, error.detail, error.status)

    def _fault(self, place: str, said: str, status: int) -> None:
        self.faults.setdefault(place, said)
        self._grade(status)

    def _grade(self, status: int) -> None:
        """The first fault gives the page its status; but coming in without a question is none."""
        if self.typed.anything and self.status == 200:
            self.status = status

    def _field(self, error: PathwaysError) -> str | None:
        if isinstance(error, EntryNotFound):
            chosen = {self.choice.to: "to", self.choice.from_: "from"}
            return chosen.get(error.extra.get("entry"))
        return _FIELD_OF.get(type(error))


def build_page_data(typed: QueryString, memory: GraphCache, access: Access) -> PageData:
    """Everything that the address asks for and the reader may see, all of it as of one moment."""
    seen = PageData(typed, access)
    settle = cache(memory.as_of)
    try:
        with seen.part("choice"):
            _choose(seen, memory, settle)
        with seen.part("search"):
            if typed.searching:
                search = entries.search_entries if seen.declared else entries.search_listed_entries
                seen.found = search(memory, settle, typed.search())
    except EngineError as error:
        log.error("failed", route="/", slug=error.slug, detail=error.detail)
        seen.failure, seen.status = error, error.status
    return seen


def _choose(seen: PageData, memory: GraphCache, settle: ResolveAsOf) -> None:
    choice = seen.choice = seen.typed.choice()
    if not seen.declared:
        _choose_listed(seen, memory, settle)
    elif choice.from_ and choice.to:
        asked = PathwayQuestion.model_validate(choice.model_dump())
        pathway = pathways.get_pathway(memory, settle, asked)
        first, last = (entries.get_entry(memory, settle, choice, number) for number in (choice.from_, choice.to))
        seen.way = PathwayView(pathway, (first, last))
    elif number := choice.from_ or choice.to:
        seen.details = EntryDetails(
            entries.get_entry(memory, settle, choice, number),
            reachability.get_targets(memory, settle, seen.typed.reach("targets"), number),
            reachability.get_origins(memory, settle, seen.typed.reach("origins"), number),
        )


def _choose_listed(seen: PageData, memory: GraphCache, settle: ResolveAsOf) -> None:
    """What the list says of one entry; a pathway is for others."""
    choice = seen.choice
    if choice.from_ and choice.to:
        if seen.access.caller.signed_in:
            raise Forbidden("Your roles do not allow you to see pathways.")
        raise AuthenticationRequired("Sign in to see pathways.")
    if number := choice.from_ or choice.to:
        seen.details = EntryDetails(entries.get_listed_entry(memory, settle, choice, number))
