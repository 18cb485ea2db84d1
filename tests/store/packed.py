"""Puts many random worlds into one graph, each on its own hardware and entry numbers, so that they do not interact."""

from service.domain.amendments import AmendmentRecord
from service.domain.facts import Acceptance, Declaration, Revision, split_bases
from service.graph.protocol import Graph
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import ChangeSet, RowChanges
from service.rules.facts.grouped_facts import Facts
from tests.worlds import NOW, World

ROOM = 50
NOWHERE = "999999"


def moved(world: World, nth: int) -> World:
    """The world with the entry numbers and manufacturer codes of the nth world."""
    return World(
        [_revision(row, nth) for row in world.revisions],
        [_declaration(row, nth) for row in world.declarations],
        [_acceptance(row, nth) for row in world.acceptances],
    )


def written(graph: Graph, worlds: list[World]) -> None:
    """Writes the facts of all worlds and their derived edges in one transaction."""

    def work(transaction: object) -> None:
        writing = WriteTransaction(transaction, lambda: NOW)  # type: ignore[arg-type]
        changes = ChangeSet(
            RowChanges((), [row for world in worlds for row in world.revisions]),
            RowChanges((), [row for world in worlds for row in world.declarations]),
            RowChanges((), [row for world in worlds for row in world.acceptances]),
        )
        fresh = ChangeSet(*(RowChanges((), _as_of(part.added, writing.recorded)) for part in _facts(changes)))
        writing.apply(writing.with_derived_rows(Facts(), fresh), [AmendmentRecord("a1", "test", "worlds", "", "test")])

    graph.write(work)


def _facts(changes: ChangeSet) -> tuple[RowChanges, RowChanges, RowChanges]:
    return changes.revisions, changes.declarations, changes.acceptances


def _as_of(rows, recorded):
    return [row.model_copy(update={"recorded_from": recorded}) for row in rows]


def number(entry: str, nth: int) -> str:
    """An entry's number in the nth world. A number that is on no list in any world maps to NOWHERE."""
    return f"{int(entry) + nth * ROOM:06d}" if int(entry) < ROOM else NOWHERE


def _maker(code: str, nth: int) -> str:
    return f"{nth:02X}{code[2:]}"


def _revision(row: Revision, nth: int) -> Revision:
    own = {"id": f"{nth}.{row.id}", "entry": number(row.entry, nth), "manufacturer": _maker(row.manufacturer, nth)}
    return row.model_copy(update=own)


def _declaration(row: Declaration, nth: int) -> Declaration:
    given = ";".join(sorted({number(base, nth) for base in split_bases(row.given)}))
    return row.model_copy(update={"id": f"{nth}.{row.id}", "entry": number(row.entry, nth), "given": given})


def _acceptance(row: Acceptance, nth: int) -> Acceptance:
    models = {
        name: _maker(getattr(row, name)[:4], nth) + getattr(row, name)[4:] for name in ("base_model", "target_model")
    }
    pair = {"base": number(row.base, nth), "target": number(row.target, nth)}
    return row.model_copy(update={"id": f"{nth}.{row.id}"} | pair | models)


def _models(row: Acceptance) -> dict[str, str]:
    return {"base_model": row.base_model, "target_model": row.target_model}
