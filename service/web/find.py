"""Finds the page to which the box in the header of each page leads."""

from functools import cache
from urllib.parse import urlencode

from pydantic import ValidationError

from service.application.entries import entries
from service.application.pathways.graph_cache import GraphCache
from service.errors import PathwaysError
from service.rules.permissions import Access
from service.schemas.requests.filters import EntrySearchQuestion
from service.schemas.responses.entries import ListedEntry


def find_address(text: str, memory: GraphCache, access: Access) -> str:
    """Returns the address of the page of what a text names: the only entry with this number, firmware version or image
    hash, or a device model. Returns the address of the search for anything else, and where nothing can be asked.
    """
    search_page = f"./?{urlencode({'q': text})}"
    try:
        question = EntrySearchQuestion(q=text, limit=2)
        search = entries.search_entries if access.may("pathways") else entries.search_listed_entries
        found = search(memory, cache(memory.as_of), question).items
    except (ValidationError, PathwaysError):
        return search_page  # which says what is wrong
    identifier = question.filters.identifier
    named = [entry for entry in found if identifier in _identifiers(entry)] if identifier else []
    models = {_device_models(entry)[0] for entry in named if identifier in _device_models(entry)}
    if len(models) == 1 and access.may("pathways"):
        return f"./device-models/{models.pop().upper()}"
    if len(named) == 1:
        return f"./?{urlencode({'from': named[0].number})}"
    return search_page


def _identifiers(entry: ListedEntry) -> tuple[str, ...]:
    """Returns all that names an entry, in lower case."""
    return entry.number, entry.firmware_version.lower(), (entry.image.hash or "").lower(), *_device_models(entry)


def _device_models(entry: ListedEntry) -> tuple[str, str]:
    """Returns the id of an entry's device model, and its part without the manufacturer, in lower case."""
    return f"{entry.manufacturer}-{entry.device_model}".lower(), entry.device_model.lower()
