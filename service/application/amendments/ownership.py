"""Restricts callers who represent manufacturers to the entries of these manufacturers.

The list in force now decides which entries these are, whatever instant a question names.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from service.domain.as_of import ResolveAsOf
from service.domain.capabilities import Capability
from service.errors import Forbidden
from service.graph.protocol import QueryRunner
from service.repositories.amendments import amended_entry_rows, amendments_by_id
from service.repositories.entries import manufacturers_of
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
"""The largest number of entries that an error message names."""


def require_own_entries(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, capability: Capability, entries: Collection[str]
) -> None:
    """Raises Forbidden if the caller has the capability for its own entries only, and one of the entries is another
    manufacturer's.
    """
    if access.extent(capability) == "all":
        return
    manufacturers = manufacturers_of(graph, resolve_as_of(None, None), entries)
    foreign = sorted(entry for entry in set(entries) if not access.owns([manufacturers.get(entry, "")]))
    if not entries:
        raise Forbidden("You can only do this for your own entries. Name at least one entry.", entries=[])
    if foreign:
        named = foreign[:_MAX_NAMED]
        raise Forbidden(f"You can only do this for your own entries. Not yours: {', '.join(named)}.", entries=named)


def require_own_amendment(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, capability: Capability, name: str
) -> None:
    """Raises Forbidden if the caller has the capability for its own entries only, and the amendment concerns another
    manufacturer's entry.

    Raises nothing for an unknown amendment, because the code that runs next raises AmendmentNotFound for it.
    """
    if access.extent(capability) != "all" and (entries := entries_of_amendments(graph, [name])):
        require_own_entries(graph, resolve_as_of, access, capability, entries[name])


def visible_items(
    graph: QueryRunner,
    resolve_as_of: ResolveAsOf,
    access: Access,
    capability: Capability,
    items: Sequence[tuple[T, Collection[str]]],
) -> list[T]:
    """Returns those items that the caller may see: all, or only those about entries of the manufacturers that the
    caller represents.

    `items` has pairs of an item and the entries that it concerns.
    """
    if access.extent(capability) == "all":
        return [item for item, _ in items]
    entries = {entry for _, item_entries in items for entry in item_entries}
    manufacturers = manufacturers_of(graph, resolve_as_of(None, None), entries)
    return [item for item, entries in items if access.owns(manufacturers.get(entry, "") for entry in entries)]


def redact_page(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, page: AmendmentPage
) -> AmendmentPage | AnonymousAmendmentPage:
    """Returns a page of amendments, without the author of each amendment that concerns another manufacturer's entry."""
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
    graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, amendment: AmendmentDetail
) -> AmendmentDetail | AnonymousAmendmentDetail:
    """Returns the amendment given, without its author if it concerns another manufacturer's entry."""
    if _may_see_author(graph, resolve_as_of, access, [amendment.id])(amendment):
        return amendment
    return AnonymousAmendmentDetail.model_validate(_without_author(amendment))


def _may_see_author(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, access: Access, ids: Collection[str]
) -> Callable[[Amendment], bool]:
    extent = access.extent("amendments")
    if extent != "own":
        return lambda amendment: extent == "all"
    amended = entries_of_amendments(graph, ids) if ids else {}
    manufacturers = manufacturers_of(graph, resolve_as_of(None, None), set().union(*amended.values()))
    return lambda amendment: access.owns(manufacturers.get(entry, "") for entry in amended.get(amendment.id, ()))


def _without_author(amendment: Amendment) -> dict[str, Any]:
    return {name: value for name, value in dict(amendment).items() if name != "by"}


def entries_of_amendments(graph: QueryRunner, ids: Collection[str]) -> dict[str, set[str]]:
    """Returns, for each amendment id given, the entries of which this amendment recorded a declaration or an accepted
    base.

    For a revert these are the entries of the amendment that it undoes, because a revert that leaves an entry without a
    declaration records no fact of its own.
    """
    undone = _undone_amendments(graph, ids)
    entries: dict[str, set[str]] = {name: set() for name in sorted(set(undone.values()))}
    for row in amended_entry_rows(graph, list(entries)):
        entries[row.id].add(row.entry)
    return {name: entries[first] for name, first in undone.items()}


def _undone_amendments(graph: QueryRunner, ids: Collection[str]) -> dict[str, str]:
    """Maps the id of each recorded amendment to itself, or for a revert to the amendment at the end of its chain of
    reverts.
    """
    undone: dict[str, str] = {}
    fresh = {name: name for name in ids}
    while fresh:
        links = {link.id: link for link in amendments_by_id(graph, set(fresh.values()))}
        reached = {name: links[current] for name, current in fresh.items() if current in links}
        undone |= {name: link.id for name, link in reached.items()}
        fresh = {name: link.reverts for name, link in reached.items() if link.reverts}
    return undone
