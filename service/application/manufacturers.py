"""Shows and records the names of the companies behind manufacturer codes."""

from service.application.amendments.amendment_details import to_amendments
from service.application.amendments.commit import AlreadyRecorded, require_same_request
from service.application.paging import cut_page, start_page
from service.domain.amendments import AmendmentRecord
from service.domain.as_of import ResolveAsOf
from service.domain.clock import BEGINNING, Clock
from service.domain.hash_chain import ChainLink
from service.domain.work import check_work
from service.errors import EditChangesNothing, OutcomeUnknown
from service.graph.protocol import Graph, QueryRunner
from service.repositories import amendments
from service.repositories.manufacturers import believed_names, name_rows_in_force
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.manufacturer_names import stated_name_changes
from service.rules.permissions import Access
from service.schemas.requests.manufacturers import ManufacturerNamesRequest
from service.schemas.requests.queries import PagedAsOfQuestion
from service.schemas.responses.amendments import Amendment
from service.schemas.responses.manufacturers import ManufacturerPage, NamedManufacturer

_SUBJECT = "manufacturers"


def list_manufacturers(graph: QueryRunner, resolve_as_of: ResolveAsOf, question: PagedAsOfQuestion) -> ManufacturerPage:
    """Returns a page of the manufacturer codes that have a name, in the order of the codes."""
    after, as_of = start_page(question, resolve_as_of, _SUBJECT)
    rows = [row for row in name_rows_in_force(graph, as_of) if row.code > after]
    page = cut_page(question, rows, lambda row: row.code, as_of.at, as_of.known_at, _SUBJECT)
    items = [
        NamedManufacturer(
            code=row.code,
            name=row.name,
            list_version=row.list_version or None,
            effective_from=row.valid_from if row.valid_from > BEGINNING else None,
            amendment=row.amendment,
        )
        for row in page.items
    ]
    return ManufacturerPage(items=items, next=page.next, **as_of.response_fields)


def name_manufacturers(
    graph: Graph, clock: Clock, access: Access, request: ManufacturerNamesRequest
) -> tuple[Amendment, bool]:
    """Records the names in a request as one amendment. Returns it with True, or with False if an earlier, equal request
    recorded it.

    Raises EditChangesNothing, AmendmentIdTaken, and OutcomeUnknown with the id of the amendment.
    """
    record = request.amendment(access.signed(request.by))

    def write(transaction: QueryRunner) -> Amendment:
        # The lock comes first: of two requests with one id, the second finds the amendment of the first.
        writing = WriteTransaction(transaction, clock)
        if known := amendments.find_amendment(transaction, record.id):
            raise AlreadyRecorded(known)
        _record(writing, request, record)
        amendment = _to_amendment(transaction, amendments.get_amendment(transaction, record.id, writing.recorded))
        check_work()  # the last moment: from here on the amendment stands
        return amendment

    try:
        return graph.write(write), True
    except AlreadyRecorded as already:
        require_same_request(already.link, record)
        return _to_amendment(graph, already.link), False
    except OutcomeUnknown as unknown:
        raise OutcomeUnknown(unknown.detail, amendment=record.id) from unknown


def _to_amendment(graph: QueryRunner, link: ChainLink) -> Amendment:
    (amendment,) = to_amendments(graph, [link], link.recorded)
    return amendment


def _record(writing: WriteTransaction, request: ManufacturerNamesRequest, record: AmendmentRecord) -> None:
    """Writes the names in a request, and their amendment. Raises EditChangesNothing."""
    believed = believed_names(writing.transaction, writing.recorded)
    names = {item.code: item.name for item in request.names}
    changes = stated_name_changes(believed, names, request.effective_from, writing.recorded, record.id)
    if not changes:
        raise EditChangesNothing("Each code has this name already, by a statement of SECAS.")
    writing.apply(ChangeSet(names=changes), [record])
