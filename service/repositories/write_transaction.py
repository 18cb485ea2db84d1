"""One write: what rules decided, put into the graph in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from service.domain.amendments import AmendmentRecord
from service.domain.chained_rows import ChainedRow
from service.domain.clock import END, Clock
from service.domain.facts import Revision
from service.domain.listings import ListVersion
from service.graph.protocol import Runner
from service.graph.query import NoRow, Query
from service.repositories import compartments, facts
from service.rules.facts.changeset import ChangeSet, affected_targets, complete_changes, rederive_targets
from service.rules.facts.derive_edges import Facts
from service.rules.records.amendment_chain import chain_hashes

LIST_VERSION = Query("write/list_version", NoRow)
CLOSE_LIST_VERSION = Query("write/close_list_version", NoRow)
AMENDMENT = Query("write/amendment", NoRow)
ENTRIES = Query("write/entries", NoRow)
DEVICE_MODELS = Query("write/device_models", NoRow)
REVISIONS = Query("write/revisions", NoRow)
IMAGES = Query("write/images", NoRow)
CERTIFICATES = Query("write/certificates", NoRow)
DECLARATIONS = Query("write/declarations", NoRow)
ACCEPTANCES = Query("write/acceptances", NoRow)
BAND_NAMES = Query("band/names", NoRow)
BANDS = Query("band/write", NoRow)
CLOSE_BANDS = Query("band/close", NoRow)
STEPS = Query("write/steps", NoRow)
HELD = Query("write/held", NoRow)
CLOSE_REVISIONS = Query("write/close_revisions", NoRow)
CLOSE_DECLARATIONS = Query("write/close_declarations", NoRow)
CLOSE_ACCEPTANCES = Query("write/close_acceptances", NoRow)
CLOSE_STEPS = Query("write/close_steps", NoRow)
CLOSE_HELD = Query("write/close_held", NoRow)

_BATCH = 10_000


class WriteTransaction:
    """A write transaction under the compartment's lock, with the recorded instant it was given."""

    def __init__(self, transaction: Runner, clock: Clock) -> None:
        self.transaction = transaction
        state = compartments.begin_write(transaction, clock)
        self.recorded = state.recorded
        self._sequence, self._head = state.sequence, state.head

    def with_derived_rows(self, before: Facts, changes: ChangeSet) -> ChangeSet:
        """The changes of facts, with the acceptances that lapse and the derived rows that follow."""
        whole, then = complete_changes(before, changes, self.recorded)
        targets = affected_targets(before, then, whole)
        steps, held = rederive_targets(
            then, targets, *facts.derived_rows_into(self.transaction, self.recorded, targets)
        )
        return replace(whole, steps=steps, held=held)

    def apply(self, changes: ChangeSet, amendments: Sequence[AmendmentRecord] = ()) -> None:
        """Writes the changes and the amendments that made them, and stamps the compartment.

        Raises ValueError where a declaration, an acceptance or a band changes and no amendment says so.
        """
        self._link(changes, amendments)
        self._close(changes)
        self._add_revisions(changes.revisions.added)
        self._add(DECLARATIONS, _dumped(changes.declarations.added))
        self._add(ACCEPTANCES, _dumped(changes.acceptances.added))
        self._add(BAND_NAMES, [{"band": band} for band in _once(row.band for row in changes.bands.added)], bare=True)
        self._add(BANDS, _dumped(changes.bands.added))
        self._add(STEPS, _dumped(changes.steps.added))
        self._add(HELD, _dumped(changes.held.added))
        compartments.stamp_state(self.transaction, self.recorded, self._sequence, self._head)

    def _link(self, changes: ChangeSet, amendments: Sequence[AmendmentRecord]) -> None:
        """Writes the amendments, each with its number and its link of the chain."""
        said = [
            vars(amendment) | {"sequence": number, "recorded": self.recorded}
            for number, amendment in enumerate(amendments, self._sequence + 1)
        ]
        added: list[ChainedRow] = [*changes.declarations.added, *changes.acceptances.added, *changes.bands.added]
        closed: list[ChainedRow] = [*changes.declarations.closed, *changes.acceptances.closed, *changes.bands.closed]
        for amendment, link in zip(said, chain_hashes(self._head, said, added, closed), strict=True):
            self._rows(AMENDMENT, **amendment, hash=link)
            self._sequence, self._head = amendment["sequence"], link

    def list_version(self, version: ListVersion) -> None:
        """Records a list version, in place of what was believed of it before."""
        self._rows(CLOSE_LIST_VERSION, number=version.number, open=END, recorded=self.recorded)
        major, minor = version.order
        given = version.model_dump(exclude={"recorded"})
        name = f"{version.number}.{self.recorded:%Y%m%dT%H%M%S%f}"
        self._rows(LIST_VERSION, id=name, major=major, minor=minor, open=END, recorded=self.recorded, **given)

    def _close(self, changes: ChangeSet) -> None:
        for query, rows in (
            (CLOSE_REVISIONS, changes.revisions.closed),
            (CLOSE_DECLARATIONS, changes.declarations.closed),
            (CLOSE_ACCEPTANCES, changes.acceptances.closed),
        ):
            for part in batches([row.id for row in rows]):
                self._rows(query, ids=part, open=END, recorded=self.recorded)
        self._add(CLOSE_BANDS, [{"entry": row.entry, "id": row.id} for row in changes.bands.closed])
        self._add(CLOSE_STEPS, [_key(row) for row in changes.steps.closed])
        self._add(CLOSE_HELD, [_key(row) for row in changes.held.closed])

    def _add_revisions(self, added: Sequence[Revision]) -> None:
        rows = [_revision(revision) for revision in added]
        self._add(ENTRIES, [{"entry": entry} for entry in _once(row["entry"] for row in rows)], bare=True)
        models = _once((row["device_model"], row["manufacturer"]) for row in rows)
        self._add(DEVICE_MODELS, [{"device_model": m, "manufacturer": f} for m, f in models], bare=True)
        self._add(REVISIONS, rows)
        self._add(IMAGES, [{"id": r["id"], "hash": r["image_hash"]} for r in rows if r["image_hash"]], bare=True)
        self._add(CERTIFICATES, [pair for revision in added for pair in _certificates(revision)], bare=True)

    def _add(self, query: Query[NoRow], rows: Sequence[Mapping[str, Any]], bare: bool = False) -> None:
        instants = {} if bare else {"open": END, "recorded": self.recorded}
        for part in batches(rows):
            self._rows(query, rows=part, **instants)

    def _rows(self, query: Query[NoRow], **given: Any) -> None:
        self.transaction.rows(query, **given)


def batches(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Rows in pieces, never an empty one: Ladybug cannot bind the type of that."""
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _once(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _dumped(rows: Iterable[BaseModel]) -> list[dict[str, Any]]:
    return [row.model_dump(exclude={"recorded_from"}) for row in rows]


def _key(row: Any) -> dict[str, Any]:
    """What finds a derived row: at most one of a pair begins at an instant and is believed."""
    return {"base": row.base, "target": row.target, "valid_from": row.valid_from}


def _revision(revision: Revision) -> dict[str, Any]:
    dumped = revision.model_dump(exclude={"recorded_from"})
    return dumped | {"device_model": revision.device_model, "search": search_text(revision)}


def search_text(revision: Revision) -> str:
    """What free text is searched in: everything the list says of the entry, in lower case."""
    return "\n".join([revision.entry, revision.device_model, *vars(revision.content).values()]).lower()


def _certificates(revision: Revision) -> list[dict[str, str]]:
    numbers = _once(n for n in (revision.cpa_number, revision.dlms_number, revision.zse_number) if n)
    return [{"id": revision.id, "number": number} for number in numbers]
