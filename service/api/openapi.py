"""How OpenAPI tells who may what: by the capability of each route, and the table that holds."""

from typing import Any

from fastapi import FastAPI

from service.domain.capabilities import Capability
from service.rules.permissions import Rights

SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key (`pathways_…`), or a token of the identity provider that the service is set to.",
}

_EXTENTS = {"bare": "without who made it", "own": "for its own entries", "all": "in full"}


def add_roles(app: FastAPI, rights: Rights) -> None:
    """Adds to the application's OpenAPI, at each operation, the roles that may and how far."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        document["components"]["securitySchemes"] = {"bearer": SCHEME}
        for operation in (o for path in document["paths"].values() for o in path.values()):
            operation.update(_said(rights, operation["x-capability"]))
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way


def _said(rights: Rights, capability: Capability) -> dict[str, Any]:
    """Who may. In OpenAPI 3.1 a bearer scheme lists roles, and `{}` stands for nothing shown."""
    roles = rights.roles(capability)
    shown = [{"bearer": [role for role in roles if role != "public"]}]
    return {
        "security": [{}, *shown] if "public" in roles else shown,
        "x-roles": {role: _EXTENTS[extent] for role, extent in roles.items()},
    }
