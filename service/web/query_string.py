"""Parses the query string of the web page's address, and builds the questions and links of the page from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import ConfigDict, Field

from service.schemas.requests.filters import EntrySearchQuestion, FindingsQuestion
from service.schemas.requests.queries import AsOfQuestion, EntryNumber, ReachQuestion
from service.schemas.responses.entries import EntryAnswer, ListedEntryAnswer

ENTRY_FIELDS = ("from", "to")
CLOCK_FIELDS = ("at", "known_at")
AS_OF_FIELDS = (*CLOCK_FIELDS, "through_removed")
FILTER_FIELDS = ("q", "status", "manufacturer", "device_model", "firmware_version", "image_hash")
REACH_FIELDS = ("targets", "origins")
"""The parameters with the cursors of the two lists of a chosen entry; `cursor` is the cursor of the search."""
PARAMETERS = (*ENTRY_FIELDS, *AS_OF_FIELDS, *FILTER_FIELDS, *REACH_FIELDS, "cursor")

FINDING_FIELDS = ("code", "severity", "manufacturer", "device_model", "entry")
"""The filters of the page of findings."""
FINDING_PARAMETERS = (*FINDING_FIELDS, *CLOCK_FIELDS, "cursor")

PAGE_SIZE = 25


class ChosenEntries(AsOfQuestion):
    """The entries that the reader of the web page chose (two, one or none), with the instants of the question."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    from_: EntryNumber | None = Field(None, alias="from")
    to: EntryNumber | None = None
    through_removed: bool = False


@dataclass(frozen=True)
class QueryString:
    """The known parameters in the address of the web page. It ignores unknown ones: other sites add tracking parameters
    to links.
    """

    values: Mapping[str, str]

    @classmethod
    def of(cls, parameters: Mapping[str, str], names: Iterable[str] = PARAMETERS) -> "QueryString":
        """Builds a QueryString from the parameters of the web page's address. Leaves out those not in `names`."""
        return cls({name: parameters[name] for name in names if name in parameters})

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def has_question(self) -> bool:
        """Returns whether any parameter in the page's address has a value that is not blank."""
        return any(value.strip() for value in self.values.values())

    @property
    def searching(self) -> bool:
        """Returns whether the page lists entries: if the reader sent the search form (even blank), or has chosen no
        entry.
        """
        return any(name in self.values for name in (*FILTER_FIELDS, "cursor")) or not any(
            self[name] for name in ENTRY_FIELDS
        )

    @property
    def has_filters(self) -> bool:
        """Returns whether a filter of the entry search has a value that is not blank."""
        return any(self[name].strip() for name in FILTER_FIELDS)

    def chosen_entries(self) -> ChosenEntries:
        """Returns the base and the target that the address of a web page names. Raises ValidationError for malformed
        parameters.
        """
        return ChosenEntries.model_validate(self._filled(*ENTRY_FIELDS, *AS_OF_FIELDS))

    def search_question(self) -> EntrySearchQuestion:
        """Returns the question that the reader asks with the search form. Raises ValidationError for malformed
        parameters.
        """
        return EntrySearchQuestion.model_validate(
            self._filled(*FILTER_FIELDS, *CLOCK_FIELDS, "cursor") | {"limit": PAGE_SIZE}
        )

    def findings_question(self) -> FindingsQuestion:
        """Returns the question for one page of findings. Raises ValidationError for malformed parameters."""
        return FindingsQuestion.model_validate(self._filled(*FINDING_PARAMETERS) | {"limit": PAGE_SIZE})

    def reach_question(self, direction: str) -> ReachQuestion:
        """Returns the question for one page of the entries that the chosen entry can reach (`targets`), or that can
        reach it (`origins`).

        Raises ValidationError for malformed parameters.
        """
        return ReachQuestion.model_validate(
            self._filled(*AS_OF_FIELDS) | {"cursor": self[direction], "limit": PAGE_SIZE}
        )

    def address(self, changes: dict[str, str]) -> str:
        """Returns the web page's address with some parameters changed, and with both lists of the chosen entry at their
        first page.

        A blank `q` stays in the address: it asks for the search without a filter.
        """
        values = {name: value for name, value in self.values.items() if name not in REACH_FIELDS} | changes
        filled = {name: value for name, value in values.items() if value.strip() or name == "q"}
        return f"?{urlencode(filled)}" if filled else "./"

    @property
    def address_without_search(self) -> str:
        """Returns the web page's address with only the chosen entries and the instants."""
        return QueryString({name: self[name] for name in (*ENTRY_FIELDS, *AS_OF_FIELDS)}).address({})

    def entry_address(self, number: str) -> str:
        """Returns the address of the web page about one entry, as of the same instants as this page."""
        return QueryString({name: self[name] for name in AS_OF_FIELDS}).address({"from": number})

    def device_model_address(self, entry: EntryAnswer | ListedEntryAnswer, route: bool = False) -> str:
        """Returns the address of the page about the device model of an entry, as of the same instants as this page. The
        entry is selected there, or with `route` the two chosen entries.
        """
        chosen = {name: self[name] for name in ENTRY_FIELDS} if route else {"from": entry.number}
        values = {**chosen, **{name: self[name] for name in AS_OF_FIELDS}}
        filled = urlencode({name: value for name, value in values.items() if value.strip()})
        return f"device-models/{entry.manufacturer}-{entry.device_model}?{filled}"

    def _filled(self, *names: str) -> dict[str, Any]:
        given = {name: self[name] for name in names if self[name].strip()}
        return given | {name: _iso_date(given[name]) for name in CLOCK_FIELDS if name in given}


def _iso_date(text: str) -> str:
    """Returns a British date such as 31/01/2026 in ISO form, and any other text as it is."""
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        return text
