"""The Cypher linter of scripts/check: what it finds, and what it leaves to the engine that reads it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = {"labels": ["Entry"], "relationshipTypes": ["UPGRADES_TO"], "propertyKeys": ["number"]}
FILES = {
    "good.cypher": "MATCH (e:Entry {number: $number})-[:UPGRADES_TO]->(t) RETURN t.number AS number, count(e) AS n",
    "rows.cypher": "UNWIND $rows AS row\nMATCH (e:Entry {number: row.base}) RETURN e.number AS number",
    "syntax.cypher": "MATCH (e:Entry RETURN e.number AS number",
    "label.cypher": "// why\nMATCH (e:Entri) RETURN e.number AS number",
    "type.cypher": "MATCH (e:Entry)-[:UPGRADE_TO]->(t) RETURN t.number AS number",
    "property.cypher": "MATCH (e:Entry) RETURN e.numbr AS number",
    "deprecated.cypher": "MATCH (e:Entry) RETURN id(e) AS id",
    "own.ladybug.cypher": "not Cypher at all",
    "schema/ladybug/0001_tables.cypher": "CREATE NODE TABLE Entry(number STRING PRIMARY KEY);",
    "schema/neo4j/0001_keys.cypher": (
        "CREATE CONSTRAINT key IF NOT EXISTS FOR (e:Entry) REQUIRE e.number IS UNIQUE;\nCREATE INDX number;\n"
    ),
}


def lint(folder: Path, files: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    for name, text in {**files, "schema/labels.json": json.dumps(SCHEMA)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    command = ["node", "scripts/lint-cypher.mjs", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module", autouse=True)
def linter():
    if not shutil.which("node") or not (ROOT / "node_modules/@neo4j-cypher").is_dir():
        pytest.skip("NOT CHECKED: the Cypher linter is not installed; scripts/install-linter does that, with npm")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What is said of each file, by file name."""
    folder = tmp_path_factory.mktemp("cypher")
    run = lint(folder, FILES)
    assert run.returncode == 1, run.stderr
    lines = [line.removeprefix(f"{folder}/") for line in run.stderr.splitlines()]
    return {name: [line for line in lines if line.startswith(f"{name}:")] for name in FILES}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("syntax.cypher", "syntax.cypher:1:16: Invalid input 'RETURN'"),
        ("label.cypher", "label.cypher:2:10: Label Entri is not present"),
        ("type.cypher", "type.cypher:1:19: Relationship type UPGRADE_TO is not present"),
        ("property.cypher", "property.cypher:1:26: numbr is not present"),
        ("deprecated.cypher", "deprecated.cypher:1:24: The query used a deprecated function"),
        ("schema/neo4j/0001_keys.cypher", "schema/neo4j/0001_keys.cypher:2:"),
    ],
)
def test_it_finds_what_is_wrong_and_says_where(found, name, expected):
    """File, line, column and reason, also for the second statement of a file."""
    assert found[name] and found[name][0].startswith(expected)


@pytest.mark.parametrize(
    "name", ["good.cypher", "rows.cypher", "own.ladybug.cypher", "schema/ladybug/0001_tables.cypher"]
)
def test_it_leaves_alone_what_is_right_and_what_neo4j_never_reads(found, name):
    """Parameters, keys of a map and built-in functions are known; Ladybug's own files are Ladybug's to check."""
    assert found[name] == []


def test_clean_files_pass(tmp_path):
    """Exit code 0, with the number of files."""
    run = lint(tmp_path, {name: FILES[name] for name in ("good.cypher", "rows.cypher")})
    assert (run.returncode, run.stdout) == (0, "2 Cypher files linted, 0 findings.\n")


def test_a_folder_without_queries_does_not_pass(tmp_path):
    """A linter that was pointed at the wrong place says so."""
    assert lint(tmp_path, {}).returncode == 1
