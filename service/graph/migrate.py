"""Numbered schema migrations, with checksums: applied at start, refused when an applied file has changed."""

import hashlib
import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from service.errors import SchemaMismatch
from service.graph.protocol import Graph
from service.graph.query import NoRow, Query, catalogue

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.cypher")


class AppliedMigration(BaseModel):
    """A migration that the graph says it has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    name: str
    sha256: str


APPLIED = Query("migration/applied", AppliedMigration)
RECORD = Query("migration/record", NoRow)


@dataclass(frozen=True)
class Migration:
    """One numbered file of schema statements. Number 0 makes the place where the others are recorded."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The checksum that must not change once it is applied."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """The statements: each ends with a semicolon at the end of a line."""
        bare = "\n".join(line for line in self.text.splitlines() if not line.lstrip().startswith("//"))
        return [part.strip() for part in re.split(r";\s*(?:\n|$)", bare) if part.strip()]


def migrations(dialect: str) -> list[Migration]:
    """The migrations of an engine, in order."""
    found = [place for place in (catalogue() / "schema" / dialect).iterdir() if _NAME.fullmatch(place.name)]
    ordered = sorted(found, key=lambda place: place.name)
    return [Migration(int(place.name[:4]), place.name, place.read_text("utf-8")) for place in ordered]


def migrate(graph: Graph) -> list[str]:
    """Brings the graph's schema up to this program's, and returns the names of what was applied.

    Raises SchemaMismatch where an applied file has changed, or the graph is ahead of this program.
    """
    first, *rest = migrations(graph.dialect)
    graph.define(first.statements)
    have = {applied.number: applied for applied in graph.rows(APPLIED)}
    check_applied(have, rest)
    done = []
    for migration in rest:
        if migration.number not in have:
            graph.define(migration.statements)
            _record(graph, migration)
            done.append(migration.name)
    return done


def check_applied(have: dict[int, AppliedMigration], known: list[Migration]) -> None:
    """Refuses a graph whose migrations are not a beginning of those known."""
    by_number = {migration.number: migration for migration in known}
    for number, applied in sorted(have.items()):
        if number not in by_number:
            raise SchemaMismatch(f"The graph has migration {applied.name}, which this program does not know.")
        if by_number[number].sha256 != applied.sha256:
            raise SchemaMismatch(f"Migration {applied.name} was changed after it was applied to this graph.")
    for number, migration in by_number.items():
        if number not in have and number < max(have, default=0):
            raise SchemaMismatch(f"The graph lacks migration {migration.name}, though it has later ones.")


def _record(graph: Graph, migration: Migration) -> None:
    given = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
    graph.write(lambda tx: tx.rows(RECORD, **given))
