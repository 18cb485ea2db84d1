"""Golden cases: the orders in which real firmware is known to need its upgrades, as fictional entries.

They are loaded from files in the real formats and asked over HTTP; their answers are written out here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest

from service.domain.names import parse_entry_number
from tests.conftest import Ticking
from tests.loaders.files import Desk, entry

ISSUED = ("1.001", "2026-01-10")


@dataclass
class Case:
    """A loaded case and a client to ask it."""

    client: object

    def path(self, base, target, **more):
        """The answer to a question."""
        response = self.client.get("/v1/pathways", params={"from": base, "to": target} | more)
        assert response.status_code == 200, response.text
        return response.json()

    def way(self, base, target):
        """The entries to install, in order; None where there is no route."""
        answer = self.path(base, target)
        return [int(step["target"]) for step in answer["steps"]] if answer["outcome"] == "route" else None

    def judged(self, *plan):
        """The verdict on a plan, and the code of each of its steps."""
        answer = self.client.post("/v1/pathways/check", json={"steps": [str(n) for n in plan]}).json()
        return answer["verdict"], [step["code"] for step in answer["steps"]]


@pytest.fixture
def case(graph, clock: Ticking, tmp_path, served) -> Callable[..., Case]:
    """Loads entries and what is declared for them, and serves them."""
    open_clients = []

    def made(rows, said):
        desk = Desk(graph, clock, tmp_path)
        assert desk.issue(*ISSUED, rows, form="xlsx").applied
        assert desk.bases(*said).applied
        client = served(graph, clock)
        open_clients.append(client)
        return Case(client.__enter__())

    yield made
    for client in open_clients:
        client.__exit__(None, None, None)


def test_a_chain_of_28_mandatory_stops(case):
    """No stop may be left out, in whatever order the list numbers them; each step has its own image."""
    numbers = [(7 * nth) % 31 + 1 for nth in range(30)]  # in no order
    assert len(set(numbers)) == 30
    said = [(str(numbers[0]), "N/A")] + [(str(b), str(a)) for a, b in pairwise(numbers)]
    chain = case([entry(n) for n in sorted(numbers)], said)
    first, *stops, last = numbers
    assert len(stops) == 28
    assert chain.way(first, last) == [*stops, last]
    hashes = [step["image_hash"] for step in chain.path(first, last)["steps"]]
    assert len(set(hashes)) == 29
    assert None not in hashes
    assert chain.path(first, last, alternatives=10)["more"] is False
    assert chain.judged(*numbers) == ("go", ["ok"] * 29)
    assert chain.judged(first, *stops[1:], last) == ("stop", ["not-a-base"] + ["ok"] * 27)
    assert chain.judged(first, last)[1] == ["not-a-base"]
    assert chain.judged(last, first) == ("stop", ["wrong-order"])


def test_an_image_in_two_fragments(case):
    """The first part is a stop between, and never the end; here the second part was listed before it."""
    parts = {
        1: {},
        5: {"image_descriptor": "Fragment 1 of 2 of version 7.1.0", "firmware_version": "000701FF"},
        3: {"image_descriptor": "Fragment 2 of 2 of version 7.1.0", "firmware_version": "00070200"},
    }
    two = case([entry(n, **said) for n, said in sorted(parts.items())], [("1", "N/A"), ("5", "1"), ("3", "5")])
    assert two.way(1, 3) == [5, 3]
    steps = two.path(1, 3)["steps"]
    assert [[w["code"] for w in step["warnings"]] for step in steps] == [["fragment"], ["fragment"]]
    assert "Do not stop here" in steps[0]["warnings"][0]["text"]
    assert "Do not stop here" not in steps[1]["warnings"][0]["text"]
    assert two.judged(1, 5, 3)[0] == "go"
    assert two.judged(1, 5)[0] == "stop"
    assert two.judged(1, 3) == ("stop", ["not-a-base"])


def test_an_update_through_one_intermediate_alone(case):
    """Two old entries, two new ones, one bridge between; none of the new ones names an old one."""
    said = [("1", "N/A"), ("2", "N/A"), ("9", "1;2"), ("4", "9"), ("6", "9;4")]
    bridge = case([entry(n) for n in (1, 2, 4, 6, 9)], said)
    assert [bridge.way(old, new) for old in (1, 2) for new in (4, 6)] == [[9, 4], [9, 6]] * 2
    assert bridge.judged(2, 4) == ("stop", ["not-a-base"])
    missing = bridge.client.post("/v1/pathways/check", json={"steps": ["2", "4"]}).json()["steps"][0]["entries"]
    assert missing == ["000009"]
    answer = bridge.path(1, 6, alternatives=3)
    assert [[int(step["target"]) for step in way] for way in answer["alternatives"]] == [[9, 4, 6]]


def test_a_lattice_of_versions_in_two_dimensions(case):
    """Application and stack go up separately: each entry names the one before it in either direction."""
    number = {(app, stack): 1 + (5 * (4 * app + stack)) % 17 for app in range(4) for stack in range(4)}
    assert len(set(number.values())) == 16
    versions = sorted((n, f"{app:04X}{stack:04X}") for (app, stack), n in number.items())
    rows = [entry(n, firmware_version=version) for n, version in versions]
    said = []
    for (app, stack), n in number.items():
        before = [number[at] for at in ((app - 1, stack), (app, stack - 1)) if at in number]
        said.append((str(n), ";".join(map(str, before)) or "N/A"))
    lattice = case(rows, said)
    start, end = number[0, 0], number[3, 3]
    ways = [way for way in _monotone(number) if way[-1] == end]
    preferred = min(ways, key=lambda way: [parse_entry_number(str(n)) for n in way])
    assert len(ways) == 20
    assert lattice.way(start, end) == preferred
    told = lattice.path(start, end, alternatives=10)
    assert (len(told["alternatives"]), told["more"]) == (10, True)
    expected = sorted(ways, key=lambda way: [parse_entry_number(str(n)) for n in way])[1:11]
    assert [[int(step["target"]) for step in way] for way in told["alternatives"]] == expected
    assert lattice.way(number[1, 0], number[0, 1]) is None
    assert lattice.judged(number[1, 0], number[0, 1]) == ("stop", ["no-way"])
    assert lattice.judged(end, start) == ("stop", ["wrong-order"])


def _monotone(number):
    """Every way through the lattice from its first corner, without it, by hand."""
    ways = [[(0, 0)]]
    for _ in range(6):
        ways = [
            [*way, step]
            for way in ways
            for step in ((way[-1][0] + 1, way[-1][1]), (way[-1][0], way[-1][1] + 1))
            if step in number
        ]
    return [[number[at] for at in way[1:]] for way in ways]
