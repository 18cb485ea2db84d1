"""Row models for facts that share most values: one row has the shared values once, and a list for each other value."""

from collections.abc import Iterable
from operator import attrgetter
from typing import TypeVar

from service.domain.clock import Instant
from service.domain.facts import Declaration, DeclarationKind, Revision
from service.domain.frozen_model import FrozenModel
from service.repositories.arrays import Texts

FactT = TypeVar("FactT", Revision, Declaration)


class PackedFacts(FrozenModel):
    """A query row with many facts that hold over the same time and were recorded at the same instant. Index i of every
    list belongs to fact i.
    """

    id: Texts
    entry: Texts
    valid_from: Instant
    valid_to: Instant
    recorded_from: Instant


PackedT = TypeVar("PackedT", bound=PackedFacts)


class PackedRevisions(PackedFacts):
    """A query row with the list attributes of many entries that have their instants in common, as one list for each
    attribute.
    """

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
    """A query row with many declared Firmware Upgrade Paths that have amendment, kind and instants in common.

    `given` has the bases of each declaration, separated by `;`, and `evidence` its own evidence or a blank.
    """

    given: Texts
    evidence: Texts
    kind: DeclarationKind
    amendment: str
    declared: Instant


class EntryNumbersRow(FrozenModel):
    """A query row with a list of entry numbers."""

    entry: Texts


def unpack(rows: Iterable[PackedT], fact: type[FactT]) -> list[FactT]:
    """Returns the facts that rows with many facts each contain, each fact once, ordered by entry and then by effective
    time.

    The rows are validated already. All facts share one set of field names, and one object for all equal texts: for
    72,900 entries the sets alone would take 160 MB.
    """
    names = set(fact.model_fields)
    unpacked: dict[str, FactT] = {}
    texts: dict[str, str] = {}
    for row in rows:
        shared = dict(row)
        lists = {name: values for name, values in shared.items() if isinstance(values, list)}
        for values in zip(*lists.values(), strict=True):
            own = dict(zip(lists, map(texts.setdefault, values, values), strict=True))
            unpacked[own["id"]] = fact.model_construct(names, **shared | own)
    return sorted(unpacked.values(), key=attrgetter("entry", "valid_from"))
