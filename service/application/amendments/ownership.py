"""Restricts callers to their own entries, those of the manufacturers whom the caller represents.

Ownership is always as of now, whatever instant a question names.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from service.domain.as_of import ResolveAsOf
from service.domain.capabilities import Capability
from service.errors import Forbidden
from service.graph.protocol import Runner
from service.repositories import ownership
from service.rules.permissions import Access
from service.schemas.responses.amendments import (
    Amendment,
    AmendmentDetail,
    AmendmentPage,
    AnonymousAmendment,
    AnonymousAmendmentDetail,
    AnonymousAmendmentPage,
)

T = TypeVar("T")

_MAX_NAMED = 20
"""Entries that an error names at most."""


def require_own_entries(
    graph: Runner, resolve_as_of: ResolveAsOf, access: Access, capability: Capability, entries: Collection[str]
) -> None:
    """Raises Forbidden where the capability extends to the caller's own entries only, and one of these is not."""
    if access.extent(capability) == "all":
        return
    manufacturers = ownership.manufacturers_of(graph, resolve_as_of(None, None), entries)
    foreign = sorted(entry for entry in set(entries) if not access.owns([manufacturers.get(entry, "")]))
    if not entries:
        raise Forbidden("You can only do this for your own entries. Name at least one entry.", entries=[])
    if foreign:
        named = foreign[:_MAX_NAMED]
        raise Forbidden(f"You can only do this for your own entries. Not yours: {', '.join(named)}.", entries=named)


def require_own_amendment(
    graph: Runner, resolve_as_of: ResolveAsOf, access: Access, capability: Capability, name: str
) -> None:
    """Like `require_own_entries`, for all entries of an amendment. An unknown amendment passes: the use case raises."""
    if access.extent(capability) != "all" and (entries := ownership.entries_of_amendments(graph, [name])):
        require_own_entries(graph, resolve_as_of, access, capability, entries[name])


def visible_items(
    graph: Runner,
    resolve_as_of: ResolveAsOf,
    access: Access,
    capability: Capability,
    items: Sequence[tuple[T, Collection[str]]],
) -> list[T]:
    """The items, each given with its entries, that the caller may see: all, or those with only its own entries."""
    if access.extent(capability) == "all":
        return [item for item, _ in items]
    entries = {entry for _, item_entries in items for entry in item_entries}
    manufacturers = ownership.manufacturers_of(graph, resolve_as_of(None, None), entries)
    return [item for item, entries in items if access.owns(manufacturers.get(entry, "") for entry in entries)]


def redact_page(
    graph: Runner, resolve_as_of: ResolveAsOf, access: Access, page: AmendmentPage
) -> AmendmentPage | AnonymousAmendmentPage:
    """The page, without the author's name in amendments that are not only about the caller's own entries."""
    may_see_author = _may_see_author(graph, resolve_as_of, access, [item.id for item in page.items])
    if all(map(may_see_author, page.items)):
        return page
    items = [
        item if may_see_author(item) else AnonymousAmendment.model_validate(_without_author(item))
        for item in page.items
    ]
    return AnonymousAmendmentPage(
        items=items, **{name: getattr(page, name) for name in AmendmentPage.model_fields if name != "items"}
    )


def redact_amendment(
    graph: Runner, resolve_as_of: ResolveAsOf, access: Access, amendment: AmendmentDetail
) -> AmendmentDetail | AnonymousAmendmentDetail:
    """The amendment, without its author's name unless it is only about the caller's own entries."""
    if _may_see_author(graph, resolve_as_of, access, [amendment.id])(amendment):
        return amendment
    return AnonymousAmendmentDetail.model_validate(_without_author(amendment))


def _may_see_author(
    graph: Runner, resolve_as_of: ResolveAsOf, access: Access, ids: Iterable[str]
) -> Callable[[Amendment], bool]:
    extent = access.extent("amendments")
    if extent != "own":
        return lambda amendment: extent == "all"
    manufacturers = ownership.manufacturers_of_amendments(graph, resolve_as_of(None, None), list(ids))
    return lambda amendment: access.owns(manufacturers.get(amendment.id, ()))


def _without_author(amendment: Amendment) -> dict[str, Any]:
    return {name: value for name, value in dict(amendment).items() if name != "by"}
