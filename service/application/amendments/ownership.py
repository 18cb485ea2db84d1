"""What a caller may for its own entries alone: whose they are is asked as of now, whatever the question is of."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

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


def require_own_entries(
    graph: Runner, settle: ResolveAsOf, access: Access, capability: Capability, entries: Collection[str]
) -> None:
    """Raises Forbidden where the caller may for its own entries alone, and one of these is not."""
    if access.extent(capability) == "all":
        return
    whose = ownership.manufacturers_of(graph, settle(None, None), entries)
    strange = sorted(entry for entry in set(entries) if not access.owns([whose.get(entry, "")]))
    if strange or not entries:
        said = ", ".join(strange[:20]) or "none was named"
        raise Forbidden(f"You may for entries of your own; not of your own: {said}.", entries=strange[:20])


def require_own_amendment(
    graph: Runner, settle: ResolveAsOf, access: Access, capability: Capability, name: str
) -> None:
    """The same, of all entries of which an amendment spoke. One that there is not is for others to say."""
    if access.extent(capability) != "all" and (found := ownership.entries_of_amendments(graph, [name])):
        require_own_entries(graph, settle, access, capability, found[name])


def visible_items(
    graph: Runner,
    settle: ResolveAsOf,
    access: Access,
    capability: Capability,
    items: Sequence[tuple[T, Collection[str]]],
) -> list[T]:
    """Of items, each with its entries, those that the caller may see: all, or those whose entries are all its own."""
    if access.extent(capability) == "all":
        return [item for item, _ in items]
    whose = ownership.manufacturers_of(graph, settle(None, None), {entry for _, entries in items for entry in entries})
    return [item for item, entries in items if access.owns(whose.get(entry, "") for entry in entries)]


def redact_page(
    graph: Runner, settle: ResolveAsOf, access: Access, found: AmendmentPage
) -> AmendmentPage | AnonymousAmendmentPage:
    """Amendments as this caller may see them: who made them is left out of those that are of others' entries."""
    full = _full(graph, settle, access, [item.id for item in found.items])
    if all(map(full, found.items)):
        return found
    items = [item if full(item) else _bare(item) for item in found.items]
    return AnonymousAmendmentPage(
        items=items, **{name: getattr(found, name) for name in AmendmentPage.model_fields if name != "items"}
    )


def redact_amendment(
    graph: Runner, settle: ResolveAsOf, access: Access, found: AmendmentDetail
) -> AmendmentDetail | AnonymousAmendmentDetail:
    """An amendment as this caller may see it."""
    if _full(graph, settle, access, [found.id])(found):
        return found
    return AnonymousAmendmentDetail.model_validate({name: value for name, value in dict(found).items() if name != "by"})


def _full(graph: Runner, settle: ResolveAsOf, access: Access, ids: Iterable[str]) -> Callable[[Amendment], bool]:
    """Whether an amendment may be seen in full."""
    extent = access.extent("amendments")
    if extent != "own":
        return lambda amendment: extent == "all"
    whose = ownership.manufacturers_of_amendments(graph, settle(None, None), list(ids))
    return lambda amendment: access.owns(whose.get(amendment.id, ()))


def _bare(found: Amendment) -> AnonymousAmendment:
    return AnonymousAmendment.model_validate({name: value for name, value in dict(found).items() if name != "by"})
