"""Names of manufacturers as the commands show them, from the notes of a list that a command loads."""

import openpyxl
import pytest

from tests.cli.conftest import run_here
from tests.conftest import EXAMPLES

LIST = EXAMPLES / "central-products-list-v1.002.xlsx"


@pytest.fixture
def graph(folder):
    """The setting of a graph of the examples, and of the next list, whose notes name a manufacturer."""
    book = openpyxl.load_workbook(LIST)
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
        cell.value = cell.value.replace("Version 1.002 Issued on 02-03", "Version 1.003 Issued on 02-04")
    book["Version Control"].append(["1.003", "02/04/2026", "000008 - Zephyr Hubs Communications Hub 1.0"])
    book.save(folder / "list.xlsx")
    return {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}


@pytest.mark.deep("six commands on a graph of their own")
def test_the_commands_name_whom_to_ask(folder, graph):
    """The load remarks on the name; answers, findings and the FIR have it from then on."""
    ran = run_here("load", "list", str(folder / "list.xlsx"), **graph)
    assert (ran.code, "manufacturer-named" in ran.out) == (0, True)
    assert "The notes of the list name manufacturer FE03: 'Zephyr Hubs'." in ran.err
    assert "Ask the manufacturer (FE03 Zephyr Hubs)." in run_here("path", "8", "26", **graph).out
    assert "Ask the manufacturer (FE03)." in run_here("path", "8", "26", "--at", "2026-04-01", **graph).out
    lines = run_here("findings", "--manufacturer", "FE03", **graph).out.splitlines()
    assert any(" FE03 is Zephyr Hubs. Since " in line for line in lines)
    assert not any(
        "Zephyr" in line for line in run_here("findings", "--manufacturer", "FE01", **graph).out.splitlines()
    )
    assert run_here("verify", "--pairs", "0", **graph).code == 0
