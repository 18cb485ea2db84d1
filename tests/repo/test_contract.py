"""docs/design.md and docs/data.md list every code of an answer, in the order of the type."""

import re
from typing import get_args

import pytest

from service.domain.outcomes import Outcome, ReasonCode
from service.schemas.responses.pathways import WarningCode
from tests.api.test_openapi import APP
from tests.conftest import ROOT

ROW = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)
DOCUMENTS = ("docs/design.md", "docs/data.md")


def rows(text: str) -> list[str]:
    """The codes in the first cells of all table rows."""
    return ROW.findall(text)


def in_order(codes: tuple[str, ...], text: str) -> bool:
    """Whether some table has exactly these codes in consecutive rows."""
    listed = rows(text)
    return any(tuple(listed[start : start + len(codes)]) == codes for start in range(len(listed)))


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("codes", [Outcome, ReasonCode, WarningCode])
def test_a_document_lists_all_codes_in_order(document: str, codes: type) -> None:
    """A new code must be added to the contract and to the page that explains it."""
    assert in_order(get_args(codes), (ROOT / document).read_text(encoding="utf-8"))


def test_a_missing_or_misplaced_code_is_found() -> None:
    """The comparison fails for a table without one code, and for a table in another order."""
    table = "| `route` | a |\n| `already-there` | b |\n| `none` | c |\n| `unknown` | d |\n"
    assert in_order(get_args(Outcome), table)
    assert not in_order(get_args(Outcome), table.replace("| `none` | c |\n", ""))
    assert not in_order(get_args(Outcome), "\n".join(reversed(table.splitlines())))


def test_the_contract_lists_exactly_the_served_paths() -> None:
    """Design 7 lists the interface: no path is missing, and no listed path is unserved."""
    text = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    drawn = re.search(r"^## 7\..*?^An entry", text, re.MULTILINE | re.DOTALL)
    assert drawn is not None
    lines = [line for line in drawn[0].splitlines() if line.startswith("    ")]
    named = {path.rstrip("?…=&") for line in lines for path in re.findall(r"/v1/[\w/{}-]+", line)}
    assert named == {path for path in APP.openapi()["paths"] if path.startswith("/v1/")}
