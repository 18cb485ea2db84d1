"""Columns as engines give them: a collection of nothing is null on one engine and empty on the other."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from service.model.clock import Instant


def _filled(value: Any) -> Any:
    return [] if value is None else value


FILLED = BeforeValidator(_filled)
Texts = Annotated[list[str], FILLED]
Flags = Annotated[list[bool], FILLED]
Instants = Annotated[list[Instant], FILLED]
