"""Completes the OpenAPI document that FastAPI generates from the routes, for client generators and readers."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from fastapi import FastAPI

from service.domain.capabilities import Capability
from service.rules.permissions import Rights
from service.schemas.enumerations import ENUMERATIONS
from service.schemas.field_descriptions import FIELD_DESCRIPTIONS, OWN_DESCRIPTIONS
from service.schemas.requests.examples import CSV_EXAMPLES, JSON_EXAMPLES
from service.schemas.requests.files import OCTET_STREAM

SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (`pathways_…`), or a token of the identity provider that the settings name.",
}
SERVERS = [{"url": "/", "description": "The host that serves this document."}]
REQUEST_ID = {
    "description": "The id of the request, as in the log of the service. Quote it when you report a failure.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$"},
}

_EXTENTS = {"bare": "without who made it", "own": "for its own entries", "all": "in full"}
_EXAMPLES = {
    operation: dict.fromkeys(media_types, example)
    for media_types, examples in ((("application/json",), JSON_EXAMPLES), (("text/csv", OCTET_STREAM), CSV_EXAMPLES))
    for operation, example in examples.items()
}
_NAMES = {frozenset(get_args(values)): name for name, values in ENUMERATIONS.items()}


def add_roles(app: FastAPI, rights: Rights) -> None:
    """Makes the OpenAPI document of an application name the roles that may call each operation, and completes the
    document with servers, examples and descriptions.
    """
    made = app.openapi

    @cache  # FastAPI gives the same document every time, and it must be completed once only
    def openapi() -> dict[str, Any]:
        document = made()
        document["components"]["securitySchemes"] = {"bearer": SCHEME}
        for operation in _operations(document):
            operation.update(_access(rights, operation["x-capability"]))
        complete(document)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way


def complete(document: dict[str, Any]) -> None:
    """Adds servers, the header with the request id, request examples, descriptions, and names of enumerations."""
    document["servers"] = SERVERS
    document["components"]["headers"] = {"X-Request-ID": REQUEST_ID}
    for operation in _operations(document):
        for response in operation["responses"].values():
            response["headers"] = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
        for media_type, example in _EXAMPLES.get(operation["operationId"], {}).items():
            operation["requestBody"]["content"][media_type]["example"] = example
    schemas = document["components"]["schemas"]
    _name_enumerations(document["paths"], schemas)
    for name, schema in list(schemas.items()):
        _describe_fields(name, schema)
        _name_enumerations(schema, schemas)


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def _access(rights: Rights, capability: Capability) -> dict[str, Any]:
    """Returns the roles that may call an operation, as an OpenAPI 3.1 security requirement.

    A bearer scheme lists roles; `{}` means that the operation needs no credential.
    """
    roles = rights.roles(capability)
    credentials = [{"bearer": [role for role in roles if role != "public"]}]
    return {
        "security": [{}, *credentials] if "public" in roles else credentials,
        "x-roles": {role: _EXTENTS[extent] for role, extent in roles.items()},
    }


def _describe_fields(name: str, schema: dict[str, Any]) -> None:
    for field, part in schema.get("properties", {}).items():
        text = OWN_DESCRIPTIONS.get(f"{name}.{field}") or FIELD_DESCRIPTIONS.get(field)
        if text:
            part.setdefault("description", text)


def _name_enumerations(part: Any, schemas: dict[str, Any]) -> None:
    """Moves each enumeration into a schema of its own, so that generated clients get one name for it."""
    if isinstance(part, list):
        for item in part:
            _name_enumerations(item, schemas)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        if key != "example":
            _name_enumerations(value, schemas)
    values = part.get("enum")
    if isinstance(values, list) and (name := _NAMES.get(frozenset(values))):
        schemas[name] = {"type": "string", "enum": part.pop("enum"), "title": name}
        for key in part.keys() & {"type", "title"}:
            del part[key]
        part["$ref"] = f"#/components/schemas/{name}"
