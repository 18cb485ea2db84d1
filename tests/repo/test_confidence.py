"""Restricted ZigBee data is read in one place: no other module uses its statements or its modules' queries."""

import ast
import importlib
import pkgutil
import re

import service.repositories
from service.graph.query import Query
from tests.conftest import ROOT

UNTYPED = re.compile(r"-\[\s*\w*\s*[\]*{]|-->|<--|\)--\(")
ZIGBEE_MODULES = {"zigbee", "audit"}
MAY_IMPORT = {
    "service/application/files/load_zigbee.py",
    "service/application/files/load_stack_version_order.py",
    "service/application/zigbee/audit.py",
    "service/application/zigbee/stack_exposure.py",
    "service/cli/load.py",
    "service/application/verify.py",
    "service/application/clock_acceptance.py",
    "service/repositories/clock_acceptances.py",
    "service/repositories/audit.py",
    "service/repositories/zigbee.py",
}
"""Modules that load, read and verify restricted data, or accept the clock for it.

Any other importer could disclose the data to unauthorised callers.
"""


def test_only_the_zigbee_modules_use_the_zigbee_statements():
    """Every query of `cypher/zigbee/` belongs to these modules, and they have no others."""
    for module in pkgutil.iter_modules(service.repositories.__path__):
        values = vars(importlib.import_module(f"service.repositories.{module.name}")).values()
        names = {query.name for query in values if isinstance(query, Query)}
        confidential = {name for name in names if name.startswith("zigbee/")}
        assert confidential == (names if module.name in ZIGBEE_MODULES else set()), module.name


def test_only_reviewed_modules_import_the_zigbee_modules():
    """A new importer needs a review and an entry in MAY_IMPORT."""
    importers = set()
    for path in [*(ROOT / "service").rglob("*.py"), *(ROOT / "loaders").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("service.repositories"):
                named = {node.module.rpartition(".")[2], *(alias.name for alias in node.names)}
                importers |= {str(path.relative_to(ROOT))} if named & ZIGBEE_MODULES else set()
    assert importers <= MAY_IMPORT


def test_no_other_statement_matches_zigbee_data():
    """Neither its labels nor its relationships; a relationship without a type could match one of them."""
    own = ("Chipset", "Stack", "StackOrder", "ZigbeeAmendment", "AuditRecord", "HAS_CHIPSET", "RUNS_STACK")
    for path in (ROOT / "cypher").rglob("*.cypher"):
        home = path.relative_to(ROOT / "cypher").parts[0]
        if home in ("zigbee", "schema"):
            continue
        text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("//"))
        assert not [name for name in own if f":{name}" in text], path
        assert not UNTYPED.search(text), path
