"""The page's answers: what was asked, put to the questions of the interface; what is wrong is kept by its field."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

import structlog
from pydantic import ValidationError

from service.application.entries import list_entries
from service.application.pathways import answers
from service.application.pathways.answers import Settle
from service.application.pathways.graph_cache import Memory
from service.errors import (
    AccessRefused,
    BadQuestion,
    BeforeFirstList,
    BeforeFirstRecord,
    EngineError,
    EntryUnknown,
    KnownAtInFuture,
    NotAllowed,
    PathwaysError,
    SignInNeeded,
)
from service.rules.permissions import Access
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.entries import EntryAnswer, EntryPage, ListedAnswer, ListedPage, NotYetListed, ReachPage
from service.schemas.responses.pathways import Pathway
from service.web.query_string import CHOICE, FILTERS, MOMENT, Choice, Typed

Shown = EntryAnswer | ListedAnswer | NotYetListed

FIELDS = (*CHOICE, *MOMENT, *FILTERS)
_FIELD_OF: dict[type[PathwaysError], str] = {
    BeforeFirstList: "at",
    KnownAtInFuture: "known_at",
    BeforeFirstRecord: "known_at",
}

log = structlog.get_logger()


@dataclass(frozen=True)
class Way:
    """The answer for two entries, and what the list says of both."""

    pathway: Pathway
    ends: tuple[Shown, Shown]


@dataclass(frozen=True)
class Details:
    """One entry chosen alone."""

    entry: Shown
    targets: ReachPage | None = None
    origins: ReachPage | None = None


@dataclass
class Answered:
    """What the page shows. `faults` is by field, or by `choice` and `search` for what belongs to no single field."""

    typed: Typed
    access: Access
    choice: Choice = field(default_factory=Choice)
    way: Way | None = None
    details: Details | None = None
    found: EntryPage | ListedPage | None = None
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
        except (BadQuestion, EntryUnknown, AccessRefused) as error:
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
        if isinstance(error, EntryUnknown):
            chosen = {self.choice.to: "to", self.choice.from_: "from"}
            return chosen.get(error.extra.get("entry"))
        return _FIELD_OF.get(type(error))


def answered(typed: Typed, memory: Memory, access: Access) -> Answered:
    """Everything that the address asks for and the reader may see, all of it as of one moment."""
    seen = Answered(typed, access)
    settle = cache(memory.moment)
    try:
        with seen.part("choice"):
            _choose(seen, memory, settle)
        with seen.part("search"):
            if typed.searching:
                search = answers.search if seen.declared else list_entries.search
                seen.found = search(memory, settle, typed.search())
    except EngineError as error:
        log.error("failed", route="/", slug=error.slug, detail=error.detail)
        seen.failure, seen.status = error, error.status
    return seen


def _choose(seen: Answered, memory: Memory, settle: Settle) -> None:
    choice = seen.choice = seen.typed.choice()
    if not seen.declared:
        _choose_listed(seen, memory, settle)
    elif choice.from_ and choice.to:
        asked = PathwayQuestion.model_validate(choice.model_dump())
        pathway = answers.pathway(memory, settle, asked)
        first, last = (answers.entry(memory, settle, choice, number) for number in (choice.from_, choice.to))
        seen.way = Way(pathway, (first, last))
    elif number := choice.from_ or choice.to:
        seen.details = Details(
            answers.entry(memory, settle, choice, number),
            answers.targets(memory, settle, seen.typed.reach("targets"), number),
            answers.origins(memory, settle, seen.typed.reach("origins"), number),
        )


def _choose_listed(seen: Answered, memory: Memory, settle: Settle) -> None:
    """What the list says of one entry; a pathway is for others."""
    choice = seen.choice
    if choice.from_ and choice.to:
        if seen.access.caller.signed_in:
            raise NotAllowed("Your roles do not allow you to see pathways.")
        raise SignInNeeded("Sign in to see pathways.")
    if number := choice.from_ or choice.to:
        seen.details = Details(list_entries.entry(memory, settle, choice, number))
