"""docs/design.md and docs/data.md name every word that an answer may have, in the order in which answers have it."""

import re
from typing import get_args

import pytest

from service.domain.outcomes import Outcome, ReasonCode
from service.schemas.responses.pathways import WarningCode
from tests.conftest import ROOT

ROW = re.compile(r"^\| `([a-z-]+)` \|", re.MULTILINE)
DOCUMENTS = ("docs/design.md", "docs/data.md")


def rows(text: str) -> list[str]:
    """The first cells of the rows of all tables, where they are a code."""
    return ROW.findall(text)


def in_order(codes: tuple[str, ...], text: str) -> bool:
    """Whether the rows of some table are exactly these codes, one after the other."""
    listed = rows(text)
    return any(tuple(listed[start : start + len(codes)]) == codes for start in range(len(listed)))


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("codes", [Outcome, ReasonCode, WarningCode])
def test_a_document_lists_all_codes_in_order(document: str, codes: type) -> None:
    """A code that is added to an answer is added to the contract, and to the page that explains it."""
    assert in_order(get_args(codes), (ROOT / document).read_text(encoding="utf-8"))


def test_a_missing_or_misplaced_code_is_found() -> None:
    """The comparison fails for a table without one code, and for one in another order."""
    table = "| `route` | a |\n| `already-there` | b |\n| `none` | c |\n| `unknown` | d |\n"
    assert in_order(get_args(Outcome), table)
    assert not in_order(get_args(Outcome), table.replace("| `none` | c |\n", ""))
    assert not in_order(get_args(Outcome), "\n".join(reversed(table.splitlines())))
