"""Writes changed facts, the amendments that changed them, and list versions to the graph, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from service.domain.amendments import AmendmentRecord
from service.domain.clock import END
from service.domain.facts import Revision
from service.domain.hash_chain import ChainedRow
from service.domain.listings import ListVersion
from service.graph.query import NoRow, Query
from service.repositories import facts
from service.repositories.compartments import CompartmentTransaction, dumped
from service.rules.facts.changeset import ChangeSet, affected_targets, complete_changes, rederive_targets
from service.rules.facts.grouped_facts import Facts
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
CONFIRMATIONS = Query("write/confirmations", NoRow)
BAND_NAMES = Query("band/names", NoRow)
BANDS = Query("band/write", NoRow)
CLOSE_BANDS = Query("band/close", NoRow)
NAMES = Query("manufacturer/write", NoRow)
CLOSE_NAMES = Query("manufacturer/close", NoRow)
STEPS = Query("write/steps", NoRow)
HELD = Query("write/held", NoRow)
CLOSE_REVISIONS = Query("write/close_revisions", NoRow)
CLOSE_DECLARATIONS = Query("write/close_declarations", NoRow)
CLOSE_ACCEPTANCES = Query("write/close_acceptances", NoRow)
CLOSE_CONFIRMATIONS = Query("write/close_confirmations", NoRow)
CLOSE_STEPS = Query("write/close_steps", NoRow)
CLOSE_HELD = Query("write/close_held", NoRow)


class WriteTransaction(CompartmentTransaction):
    """A write transaction that has locked the public data. `recorded` is the instant at which its rows count as
    recorded.
    """

    def with_derived_rows(self, before: Facts, changes: ChangeSet) -> ChangeSet:
        """Completes changes of facts with the acceptances of bases that they end, and with the upgrade steps and bases
        awaiting acceptance that change.
        """
        complete, after = complete_changes(before, changes, self.recorded)
        targets = affected_targets(before, after, complete)
        stored = facts.derived_rows_into(self.transaction, self.recorded, targets)
        steps, held = rederive_targets(after, targets, *stored)
        return replace(complete, steps=steps, held=held)

    def apply(self, changes: ChangeSet, amendments: Sequence[AmendmentRecord] = ()) -> None:
        """Writes changes of facts and the amendments that made them, and stores the new state of the public data.

        Raises ValueError if a declaration, an acceptance or confirmation of a base, a band or a name changes without an
        amendment.
        """
        self._write_amendments(changes, amendments)
        self._close_rows(changes)
        self._add_revisions(changes.revisions.added)
        self._add(DECLARATIONS, dumped(changes.declarations.added))
        self._add(ACCEPTANCES, dumped(changes.acceptances.added))
        self._add(CONFIRMATIONS, dumped(changes.confirmations.added))
        self._merge(BAND_NAMES, [{"band": band} for band in _unique(row.band for row in changes.bands.added)])
        self._add(BANDS, dumped(changes.bands.added))
        self._add(NAMES, dumped(changes.names.added))
        self._add(STEPS, dumped(changes.steps.added))
        self._add(HELD, dumped(changes.held.added))
        self._stamp(self._sequence, self._head)

    def _write_amendments(self, changes: ChangeSet, amendments: Sequence[AmendmentRecord]) -> None:
        """Writes the amendments, each with its sequence number and its hash in the chain."""
        records = [
            vars(amendment) | {"sequence": sequence, "recorded": self.recorded}
            for sequence, amendment in enumerate(amendments, self._sequence + 1)
        ]
        kinds = (changes.declarations, changes.acceptances, changes.confirmations, changes.bands, changes.names)
        added: list[ChainedRow] = [row for kind in kinds for row in kind.added]
        closed: list[ChainedRow] = [row for kind in kinds for row in kind.closed]
        for record, link in zip(records, chain_hashes(self._head, records, added, closed), strict=True):
            self.transaction.rows(AMENDMENT, **record, hash=link)
            self._sequence, self._head = record["sequence"], link

    def list_version(self, version: ListVersion) -> None:
        """Writes a list version. If the graph has a version with the same number, marks that version as superseded."""
        instants = {"open": END, "recorded": self.recorded}
        self.transaction.rows(CLOSE_LIST_VERSION, number=version.number, **instants)
        major, minor = version.order
        row = version.model_dump(exclude={"recorded"})
        id = f"{version.number}.{self.recorded:%Y%m%dT%H%M%S%f}"
        self.transaction.rows(LIST_VERSION, id=id, major=major, minor=minor, **row, **instants)

    def _close_rows(self, changes: ChangeSet) -> None:
        self._close(CLOSE_REVISIONS, changes.revisions.closed)
        self._close(CLOSE_DECLARATIONS, changes.declarations.closed)
        self._close(CLOSE_ACCEPTANCES, changes.acceptances.closed)
        closed = [{"target": row.target, "id": row.id} for row in changes.confirmations.closed]
        self._add(CLOSE_CONFIRMATIONS, closed)
        self._add(CLOSE_BANDS, [{"entry": row.entry, "id": row.id} for row in changes.bands.closed])
        self._close(CLOSE_NAMES, changes.names.closed)
        self._add(CLOSE_STEPS, [_derived_key(row) for row in changes.steps.closed])
        self._add(CLOSE_HELD, [_derived_key(row) for row in changes.held.closed])

    def _add_revisions(self, added: Sequence[Revision]) -> None:
        rows = [
            fields | {"device_model": revision.device_model, "search": search_text(revision)}
            for fields, revision in zip(dumped(added), added, strict=True)
        ]
        self._merge(ENTRIES, [{"entry": entry} for entry in _unique(row["entry"] for row in rows)])
        models = _unique((row["device_model"], row["manufacturer"]) for row in rows)
        self._merge(DEVICE_MODELS, [{"device_model": model, "manufacturer": code} for model, code in models])
        self._add(REVISIONS, rows)
        self._merge(IMAGES, [{"id": row["id"], "hash": row["image_hash"]} for row in rows if row["image_hash"]])
        self._merge(CERTIFICATES, [pair for revision in added for pair in _certificates(revision)])


def _unique(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _derived_key(row: Any) -> dict[str, Any]:
    """Returns the key of a step or held base: at most one believed row of a pair begins at an instant."""
    return {"base": row.base, "target": row.target, "valid_from": row.valid_from}


def search_text(revision: Revision) -> str:
    """Builds the text that a free-text search looks in: every attribute of an entry in lower case, one a line."""
    return "\n".join([revision.entry, revision.device_model, *vars(revision.content).values()]).lower()


def _certificates(revision: Revision) -> list[dict[str, str]]:
    numbers = _unique(n for n in (revision.cpa_number, revision.dlms_number, revision.zse_number) if n)
    return [{"id": revision.id, "number": number} for number in numbers]
