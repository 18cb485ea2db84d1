"""Golden cases: upgrade orders known from real firmware, as fictional entries.


The tests load files in the real formats, ask over HTTP, and compare with expected answers written out here."""

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
    """A loaded case, and a client to query the case."""

    client: object

    def path(self, base, target, **more):
        """The JSON of the pathway between two entries."""
        response = self.client.get("/v1/pathways", params={"from": base, "to": target} | more)
        assert response.status_code == 200, response.text
        return response.json()

    def install_order(self, base, target):
        """The entries to install, in order, or None without a route."""
        answer = self.path(base, target)
        return [int(step["target"]) for step in answer["steps"]] if answer["outcome"] == "route" else None

    def judge(self, *plan):
        """The verdict on a plan, and the code of each step."""
        answer = self.client.post("/v1/pathways/check", json={"steps": [str(n) for n in plan]}).json()
        return answer["verdict"], [step["code"] for step in answer["steps"]]


@pytest.fixture
def case(graph, clock: Ticking, tmp_path, served) -> Callable[..., Case]:
    """A function that loads entries and their bases, and returns the case."""
    open_clients = []

    def load(rows, bases):
        desk = Desk(graph, clock, tmp_path)
        assert desk.issue(*ISSUED, rows, form="xlsx").applied
        assert desk.bases(*bases).applied
        client = served(graph, clock)
        open_clients.append(client)
        return Case(client.__enter__())

    yield load
    for client in open_clients:
        client.__exit__(None, None, None)


def test_a_chain_of_28_mandatory_stops(case):
    """The route includes every stop, whatever the order of the entry numbers; each step has an image of its own."""
    numbers = [(7 * nth) % 31 + 1 for nth in range(30)]  # in an order that is not that of the chain
    assert len(set(numbers)) == 30
    bases = [(str(numbers[0]), "N/A")] + [(str(b), str(a)) for a, b in pairwise(numbers)]
    chain = case([entry(n) for n in sorted(numbers)], bases)
    first, *stops, last = numbers
    assert len(stops) == 28
    assert chain.install_order(first, last) == [*stops, last]
    hashes = [step["image_hash"] for step in chain.path(first, last)["steps"]]
    assert len(set(hashes)) == 29
    assert None not in hashes
    assert chain.path(first, last, alternatives=10)["more"] is False
    assert chain.judge(*numbers) == ("go", ["ok"] * 29)
    assert chain.judge(first, *stops[1:], last) == ("stop", ["not-a-base"] + ["ok"] * 27)
    assert chain.judge(first, last)[1] == ["not-a-base"]
    assert chain.judge(last, first) == ("stop", ["wrong-order"])


def test_an_image_in_two_fragments(case):
    """The first part is an intermediate stop and never the end; the list has the second part first."""
    parts = {
        1: {},
        5: {"image_descriptor": "Fragment 1 of 2 of version 7.1.0", "firmware_version": "000701FF"},
        3: {"image_descriptor": "Fragment 2 of 2 of version 7.1.0", "firmware_version": "00070200"},
    }
    two = case(
        [entry(n, **attributes) for n, attributes in sorted(parts.items())], [("1", "N/A"), ("5", "1"), ("3", "5")]
    )
    assert two.install_order(1, 3) == [5, 3]
    steps = two.path(1, 3)["steps"]
    assert [[w["code"] for w in step["warnings"]] for step in steps] == [["fragment"], ["fragment"]]
    assert "Do not stop here" in steps[0]["warnings"][0]["text"]
    assert "Do not stop here" not in steps[1]["warnings"][0]["text"]
    assert two.judge(1, 5, 3)[0] == "go"
    assert two.judge(1, 5)[0] == "stop"
    assert two.judge(1, 3) == ("stop", ["not-a-base"])


def test_an_update_through_one_intermediate_entry(case):
    """Two old entries, two new entries and one bridge; no new entry names an old entry as base."""
    bases = [("1", "N/A"), ("2", "N/A"), ("9", "1;2"), ("4", "9"), ("6", "9;4")]
    bridge = case([entry(n) for n in (1, 2, 4, 6, 9)], bases)
    assert [bridge.install_order(old, new) for old in (1, 2) for new in (4, 6)] == [[9, 4], [9, 6]] * 2
    assert bridge.judge(2, 4) == ("stop", ["not-a-base"])
    missing = bridge.client.post("/v1/pathways/check", json={"steps": ["2", "4"]}).json()["steps"][0]["entries"]
    assert missing == ["000009"]
    answer = bridge.path(1, 6, alternatives=3)
    assert [[int(step["target"]) for step in way] for way in answer["alternatives"]] == [[9, 4, 6]]


def test_a_lattice_of_versions_in_two_dimensions(case):
    """Application and stack versions increase separately; each entry names its predecessor in either dimension."""
    number = {(app, stack): 1 + (5 * (4 * app + stack)) % 17 for app in range(4) for stack in range(4)}
    assert len(set(number.values())) == 16
    versions = sorted((n, f"{app:04X}{stack:04X}") for (app, stack), n in number.items())
    rows = [entry(n, firmware_version=version) for n, version in versions]
    bases = []
    for (app, stack), n in number.items():
        before = [number[position] for position in ((app - 1, stack), (app, stack - 1)) if position in number]
        bases.append((str(n), ";".join(map(str, before)) or "N/A"))
    lattice = case(rows, bases)
    start, end = number[0, 0], number[3, 3]
    ways = [way for way in _monotone(number) if way[-1] == end]
    preferred = min(ways, key=lambda way: [parse_entry_number(str(n)) for n in way])
    assert len(ways) == 20
    assert lattice.install_order(start, end) == preferred
    answer = lattice.path(start, end, alternatives=10)
    assert (len(answer["alternatives"]), answer["more"]) == (10, True)
    expected = sorted(ways, key=lambda way: [parse_entry_number(str(n)) for n in way])[1:11]
    assert [[int(step["target"]) for step in way] for way in answer["alternatives"]] == expected
    assert lattice.install_order(number[1, 0], number[0, 1]) is None
    assert lattice.judge(number[1, 0], number[0, 1]) == ("stop", ["no-way"])
    assert lattice.judge(end, start) == ("stop", ["wrong-order"])


def _monotone(number):
    """Every path through the lattice from the first corner, computed without the service."""
    ways = [[(0, 0)]]
    for _ in range(6):
        ways = [
            [*way, step]
            for way in ways
            for step in ((way[-1][0] + 1, way[-1][1]), (way[-1][0], way[-1][1] + 1))
            if step in number
        ]
    return [[number[at] for at in way[1:]] for way in ways]
