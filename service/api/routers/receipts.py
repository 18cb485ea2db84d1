"""Receipts: the keys by which anybody can verify one, and the service's own verdict."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import receipts
from service.errors import InvalidQuestion, ReceiptRefused
from service.schemas.requests.queries import NoParameters
from service.schemas.responses.receipts import Receipt, ReceiptKeys, ReceiptVerdict
from service.security.receipt_keys import Keyring

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/receipts", tags=["receipts"], responses=problems(InvalidQuestion)
)

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}},
    }
}


async def _keys(request: Request) -> Keyring:
    keys: Keyring = request.app.state.keys
    return keys


async def _sent(request: Request, asked: Annotated[NoParameters, Query()]) -> bytes:
    """The body as it came, so that a name given twice is seen; no more of it than a receipt can have."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > receipts.MAX_RECEIPT_BYTES:
            break
    return bytes(body)


def _given(sent: Annotated[bytes, Depends(_sent)]) -> Receipt:
    return receipts.read_receipt(sent)


KeysDep = Annotated[Keyring, Depends(_keys)]
GivenReceipt = Annotated[Receipt, Depends(_given)]


@router.get("/key")
@requires("service")
def get_receipt_keys(asked: Annotated[NoParameters, Query()], keys: KeysDep) -> ReceiptKeys:
    """The public keys of this service: the one that signs receipts now, and the former ones."""
    return keys.public_keys()


@router.post("/verify", openapi_extra=_BODY, responses=problems(InvalidQuestion, ReceiptRefused))
@requires("pathways")
def verify_receipt(
    receipt: GivenReceipt, memory: GraphCacheDep, settle: ResolveAsOfDep, keys: KeysDep
) -> ReceiptVerdict:
    """Whether this service gave a receipt, and whether it still says so when asked again as known then."""
    return receipts.verify_receipt(memory, settle, keys, receipt)
