"""Applies numbered schema migrations with checksums when the service starts."""

import hashlib
import re
from dataclasses import dataclass

from service.domain.frozen_model import FrozenModel
from service.errors import SchemaMismatch
from service.graph.deadlines import long_work
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query, catalogue

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.cypher")


class AppliedMigration(FrozenModel):
    """A migration that was applied: its number, name and checksum, as the graph records them."""

    number: int
    name: str
    sha256: str


APPLIED = Query("migration/applied", AppliedMigration)
RECORD = Query("migration/record", NoRow)


@dataclass(frozen=True)
class Migration:
    """A numbered file of schema statements. Number 0 creates the table in which the graph records migrations."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        """Returns the checksum of the file's text, which must not change after the migration has been applied."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """Returns the statements without comments. A semicolon at the end of a line ends a statement."""
        code = "\n".join(line for line in self.text.splitlines() if not line.lstrip().startswith("//"))
        return [part.strip() for part in re.split(r";\s*(?:\n|$)", code) if part.strip()]


def migrations(dialect: str) -> list[Migration]:
    """Reads the migration files of an engine, ordered by number."""
    files = [file for file in (catalogue() / "schema" / dialect).iterdir() if _NAME.fullmatch(file.name)]
    files.sort(key=lambda file: file.name)
    return [Migration(int(file.name[:4]), file.name, file.read_text("utf-8")) for file in files]


@long_work()
def migrate(graph: Graph) -> list[str]:
    """Applies the migrations that the graph lacks, and returns their names.

    Raises SchemaMismatch if an applied file has changed, or if a newer program has migrated the graph.
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


def schema_version(graph: QueryRunner) -> int:
    """Returns the number of the last migration that the graph has; 0 if it has none."""
    return max((applied.number for applied in graph.rows(APPLIED)), default=0)


def check_applied(have: dict[int, AppliedMigration], known: list[Migration]) -> None:
    """Raises SchemaMismatch unless the applied migrations equal the first ones of the known migrations."""
    by_number = {migration.number: migration for migration in known}
    for number, applied in sorted(have.items()):
        if number not in by_number:
            raise SchemaMismatch(f"The graph has migration {applied.name}, which this program does not know.")
        if by_number[number].sha256 != applied.sha256:
            raise SchemaMismatch(f"Migration {applied.name} was changed after it was applied to this graph.")
    for number, migration in by_number.items():
        if number not in have and number < max(have, default=0):
            raise SchemaMismatch(f"The graph lacks migration {migration.name}, but has later ones.")


def _record(graph: Graph, migration: Migration) -> None:
    arguments = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
    graph.write(lambda tx: tx.rows(RECORD, **arguments))
