"""Row models for facts that share most values: one row has the shared values once, and a list for each other value."""

from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import TypeVar

from pydantic import TypeAdapter

from service.domain.clock import Instant
from service.domain.facts import Declaration, DeclarationKind, Revision
from service.domain.models import FrozenModel
from service.repositories.arrays import Texts

FactT = TypeVar("FactT", Revision, Declaration)


class PackedFacts(FrozenModel):
    """Facts with the same effective time and the same recorded instant: index i of every list is one fact."""

    id: Texts
    entry: Texts
    valid_from: Instant
    valid_to: Instant
    recorded_from: Instant


PackedT = TypeVar("PackedT", bound=PackedFacts)


class PackedRevisions(PackedFacts):
    """Revisions (the listed states of entries) that share their instants, with one list for each attribute."""

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
    """Declarations of Firmware Upgrade Paths that share their amendment, kind and instants.

    `given` has the bases of each declaration, separated by `;`.
    """

    given: Texts
    kind: DeclarationKind
    amendment: str
    declared: Instant


class EntryNumbersRow(FrozenModel):
    """A row with a list of entry numbers."""

    entry: Texts


def unpack(rows: Iterable[PackedT], fact: type[FactT]) -> list[FactT]:
    """Returns the facts that packed rows contain, each once, ordered by entry and then by effective time."""
    unpacked = {}
    for row in rows:
        shared = dict(row)
        lists = {name: values for name, values in shared.items() if isinstance(values, list)}
        for values in zip(*lists.values(), strict=True):
            own = dict(zip(lists, values, strict=True))
            unpacked[own["id"]] = shared | own
    return sorted(_adapter(fact).validate_python(list(unpacked.values())), key=attrgetter("entry", "valid_from"))


@cache
def _adapter(fact: type[FactT]) -> TypeAdapter[list[FactT]]:
    return TypeAdapter(list[fact])  # type: ignore[valid-type]
