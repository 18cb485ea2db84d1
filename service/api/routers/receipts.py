"""Routes that publish the receipt keys and verify receipts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, KeyringDep, NoParametersQuery, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import receipts
from service.application.pathways.receipts import AnyReceipt
from service.errors import InvalidQuestion, ReceiptRefused
from service.schemas.responses.receipts import ReceiptKeys, ReceiptVerdict

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/receipts", tags=["receipts"], responses=problems(InvalidQuestion)
)

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/Receipt"},
                        {"$ref": "#/components/schemas/AnswerReceipt"},
                    ]
                }
            }
        },
    }
}


async def _receipt_body(request: Request, no_parameters: NoParametersQuery) -> bytes:
    """Returns the raw body of a request, in which a duplicate JSON name is visible.

    Reads a little more than the longest receipt.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > receipts.MAX_RECEIPT_BYTES:
            break
    return bytes(body)


def _receipt(body: Annotated[bytes, Depends(_receipt_body)]) -> AnyReceipt:
    return receipts.read_receipt(body)


ReceiptBody = Annotated[AnyReceipt, Depends(_receipt)]


@router.get("/key")
@requires("service")
def get_receipt_keys(no_parameters: NoParametersQuery, keyring: KeyringDep) -> ReceiptKeys:
    """Lists the public keys of this service: the current signing key and all former ones."""
    return keyring.public_keys()


@router.post("/verify", openapi_extra=_BODY, responses=problems(InvalidQuestion, ReceiptRefused))
@requires("pathways")
def verify_receipt(
    receipt: ReceiptBody, graph_cache: GraphCacheDep, resolve_as_of: ResolveAsOfDep, keyring: KeyringDep
) -> ReceiptVerdict:
    """Checks that this service signed a receipt, and that the same question, as known then, has the same answer."""
    return receipts.verify_receipt(graph_cache, resolve_as_of, keyring, receipt)
