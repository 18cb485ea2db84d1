"""Facts fetched by what they share: one row for all alike in it, a list for each attribute in which they differ."""

from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from service.domain.clock import Instant
from service.domain.facts import Declaration, DeclarationKind, Revision
from service.repositories.columns import Texts

F = TypeVar("F", Revision, Declaration)


class PackedFacts(BaseModel):
    """Facts that hold for the same time and were recorded at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Texts
    entry: Texts
    valid_from: Instant
    valid_to: Instant
    recorded_from: Instant


class PackedRevisions(PackedFacts):
    """What lists say of entries."""

    list_version: Texts
    status: Texts
    device_type: Texts
    manufacturer: Texts
    model: Texts
    hardware_version: Texts
    hardware_revision: Texts
    firmware_version: Texts
    smets_chts_version: Texts
    gbcs_version: Texts
    cpa_number: Texts
    cpa_characteristics: Texts
    cpa_date: Texts
    dlms_number: Texts
    dlms_version: Texts
    zse_number: Texts
    zse_version: Texts
    image_creator: Texts
    image_hash: Texts
    image_descriptor: Texts


class PackedDeclarations(PackedFacts):
    """What one amendment declared for entries."""

    given: Texts
    kind: DeclarationKind
    amendment: str
    declared: Instant


class EntryNumbersRow(BaseModel):
    """Entries by their numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: Texts


def unpack(rows: Iterable[PackedFacts], fact: type[F]) -> list[F]:
    """Each fact by itself and once, in the order of the entries and of time."""
    found = {}
    for row in rows:
        told = dict(row)
        lists = {name: values for name, values in told.items() if isinstance(values, list)}
        for values in zip(*lists.values(), strict=True):
            one = dict(zip(lists, values, strict=True))
            found[one["id"]] = told | one
    return sorted(_adapter(fact).validate_python(list(found.values())), key=attrgetter("entry", "valid_from"))


@cache
def _adapter(fact: type[F]) -> TypeAdapter[list[F]]:
    return TypeAdapter(list[fact])  # type: ignore[valid-type]
