"""What a person typed: the parameters of the page's address, kept as given, and the questions that they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import ConfigDict, Field

from service.schemas.requests.queries import AsOfQuestion, EntryNumber, ReachQuestion, SearchQuestion

ENTRY_FIELDS = ("from", "to")
CLOCK_FIELDS = ("at", "known_at")
AS_OF_FIELDS = (*CLOCK_FIELDS, "through_removed")
FILTER_FIELDS = ("q", "status", "manufacturer", "device_model", "firmware_version", "image_hash")
REACH_FIELDS = ("targets", "origins")  # the cursors of an entry's two lists; `cursor` is the search's
PARAMETERS = (*ENTRY_FIELDS, *AS_OF_FIELDS, *FILTER_FIELDS, *REACH_FIELDS, "cursor")

PAGE_SIZE = 25


class ChosenEntries(AsOfQuestion):
    """Two entries, one, or none yet."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    from_: EntryNumber | None = Field(None, alias="from")
    to: EntryNumber | None = None
    through_removed: bool = False


@dataclass(frozen=True)
class QueryString:
    """The parameters that the page knows. Others are passed over: a link may have picked some up on its way."""

    given: Mapping[str, str]

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "QueryString":
        """What the address gives."""
        return cls({name: parameters[name] for name in PARAMETERS if name in parameters})

    def __getitem__(self, name: str) -> str:
        return self.given.get(name, "")

    @property
    def anything(self) -> bool:
        """Whether there is a question at all, or a person has just come in."""
        return any(value.strip() for value in self.given.values())

    @property
    def searching(self) -> bool:
        """Whether entries are listed: a search was sent, be it blank, or nothing is chosen yet."""
        return any(name in self.given for name in (*FILTER_FIELDS, "cursor")) or not any(
            self[name] for name in ENTRY_FIELDS
        )

    @property
    def filtered(self) -> bool:
        """Whether the search is narrowed."""
        return any(self[name].strip() for name in FILTER_FIELDS)

    def choice(self) -> ChosenEntries:
        """The entries chosen. Raises ValidationError."""
        return ChosenEntries.model_validate(self._filled(*ENTRY_FIELDS, *AS_OF_FIELDS))

    def search(self) -> SearchQuestion:
        """The search. Raises ValidationError."""
        return SearchQuestion.model_validate(
            self._filled(*FILTER_FIELDS, *CLOCK_FIELDS, "cursor") | {"limit": PAGE_SIZE}
        )

    def reach(self, way: str) -> ReachQuestion:
        """What can be reached, or can reach, from where its cursor stands. Raises ValidationError."""
        return ReachQuestion.model_validate(self._filled(*AS_OF_FIELDS) | {"cursor": self[way], "limit": PAGE_SIZE})

    def address(self, changed: dict[str, str]) -> str:
        """The page's address with some parameters changed. An entry's own lists begin again; a blank q says: search."""
        kept = {name: value for name, value in self.given.items() if name not in REACH_FIELDS}
        said = {name: value for name, value in (kept | changed).items() if value.strip() or name == "q"}
        return f"?{urlencode(said)}" if said else "./"

    @property
    def without_search(self) -> str:
        """The page's address with the choice alone."""
        return QueryString({name: self[name] for name in (*ENTRY_FIELDS, *AS_OF_FIELDS)}).address({})

    def alone(self, number: str) -> str:
        """The address of one entry, as of the same instants."""
        return QueryString({name: self[name] for name in AS_OF_FIELDS}).address({"from": number})

    def _filled(self, *names: str) -> dict[str, Any]:
        """A field left blank is not asked."""
        return {name: self[name] for name in names if self[name].strip()}
