"""What is told in confidence is asked in one place: no other module names its statements or its modules' queries."""

import ast
import importlib
import pkgutil
import re

import service.store
from service.graph.query import Query
from tests.conftest import ROOT

UNTYPED = re.compile(r"-\[\s*\w*\s*[\]*{]|-->|<--|\)--\(")
HOMES = {"zigbee", "zigbee_audit"}
MAY_IMPORT = {
    "service/application/files/load_zigbee.py",
    "service/application/zigbee/exposure.py",
    "service/cli/load.py",
    "service/application/verify.py",
    "service/repositories/audit.py",
    "service/repositories/zigbee.py",
}
"""Loading, asking and verifying; whatever else imports these could answer somebody who may not be told."""


def test_its_statements_are_asked_by_its_own_modules_alone():
    """Every query of `cypher/zigbee/` is one of theirs, and they have no others."""
    for module in pkgutil.iter_modules(service.store.__path__):
        found = vars(importlib.import_module(f"service.store.{module.name}")).values()
        names = {query.name for query in found if isinstance(query, Query)}
        confidential = {name for name in names if name.startswith("zigbee/")}
        assert confidential == (names if module.name in HOMES else set()), module.name


def test_its_modules_are_imported_by_few():
    """Each of which is looked at here."""
    found = set()
    for path in [*(ROOT / "service").rglob("*.py"), *(ROOT / "loaders").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("service.store"):
                named = {node.module.rpartition(".")[2], *(alias.name for alias in node.names)}
                found |= {str(path.relative_to(ROOT))} if named & HOMES else set()
    assert found <= MAY_IMPORT


def test_no_other_statement_touches_it():
    """Not its labels, nor its relationships; a relationship without a type could be one of them."""
    own = ("Chipset", "Stack", "StackOrder", "ZigbeeAmendment", "AuditRecord", "HAS_CHIPSET", "RUNS_STACK")
    for path in (ROOT / "cypher").rglob("*.cypher"):
        home = path.relative_to(ROOT / "cypher").parts[0]
        if home in ("zigbee", "schema"):
            continue
        text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("//"))
        assert not [name for name in own if f":{name}" in text], path
        assert not UNTYPED.search(text), path
