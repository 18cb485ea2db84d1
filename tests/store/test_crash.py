"""A load killed at any moment leaves the graph as before or as after, never between."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.application.verify import verify
from service.domain.clock import now
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph, Runner
from service.repositories import compartments
from service.settings import Settings
from tests.conftest import ROOT
from tests.neo4j_ladder import own_neo4j, to_terminal
from tests.store.crash_worker import digest, load, recorded, write_list
from tests.templates import wipe

KILLS, REMEASURED, SERVER_KILLS, TEARS, LAST = 20, 7, 3, 6, 3
COMMIT = 25  # bytes: the record of the log that commits; cut off whole, it leaves no torn record
FULL_AT = 300_000  # bytes: less than the log of a load
LEAST_MID_LOAD = 3  # with fewer kills between the first write and the last the test would prove nothing


class _Undone(Exception):
    """Ends a write that shall leave no trace."""


@dataclass(frozen=True)
class Place:
    """Where the graph lies, which the killed processes and the looking parent open in turn."""

    settings: Settings
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What makes a child process open this graph."""
        login = {"PATHWAYS_NEO4J_USER": self.settings.neo4j_user}
        login["PATHWAYS_NEO4J_PASSWORD"] = self.settings.neo4j_password.get_secret_value()
        return os.environ | login | {"PATHWAYS_GRAPH": self.settings.graph}

    @property
    def embedded(self) -> bool:
        """Whether the graph is files in the folder."""
        return self.settings.graph.startswith("ladybug:")

    def clear(self) -> None:
        """An empty, migrated graph."""
        for file in self.folder.glob("graph.lbdb*"):
            file.unlink()
        graph = connect(self.settings)
        if not self.embedded:
            wipe(graph)
        migrate(graph)
        graph.close()

    @contextmanager
    def looked_at(self) -> Iterator[Graph]:
        """The graph as the next process finds it, once the killed one's locks are gone.

        Of an embedded graph a copy is opened: so the next load finds the log of the killed one unread, and may be
        killed while it recovers from it.
        """
        settings = Settings(graph=f"ladybug:{self._copied()}") if self.embedded else self.settings
        graph = connect(settings)
        try:
            _wait_for_lock(graph)
            yield graph
        finally:
            graph.close()

    @property
    def kept_logs(self) -> list[Path]:
        """The torn logs that were set aside when the copy was opened."""
        return list((self.folder / "copy").glob("*.torn-*"))

    def _copied(self) -> Path:
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for file in self.folder.glob("graph.lbdb*"):
            shutil.copy(file, copy)
        return copy / "graph.lbdb"


def _wait_for_lock(graph: Graph) -> None:
    """A server may still be about to notice that the client is dead: its transaction holds the compartment's lock."""

    def touch(transaction: Runner) -> None:
        compartments.begin_write(transaction, now)
        raise _Undone

    with pytest.raises(_Undone):
        graph.write(touch)


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty graph on each engine."""
    embedded = Settings(graph=f"ladybug:{tmp_path}/graph.lbdb")
    return Place(embedded if engine == "ladybug" else request.getfixturevalue("neo4j_settings"), tmp_path)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The lists by version; there is none of version 0."""
    folder = tmp_path_factory.mktemp("lists")
    return [write_list(folder, version) for version in range(LAST + 1)]


@pytest.fixture(scope="module")
def states(lists: Sequence[Path], tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """All that a graph has once a version is loaded, by version, from loads that nothing disturbed."""
    graph = connect(Settings(graph=f"ladybug:{tmp_path_factory.mktemp('undisturbed')}/graph.lbdb"))
    migrate(graph)
    found = [digest(graph)]
    for version in range(1, LAST + 1):
        load(graph, lists[version], recorded(version))
        found.append(digest(graph))
    graph.close()
    return found


@contextmanager
def loading(place: Place, path: Path, version: int, *room: int) -> Iterator["subprocess.Popen[str]"]:
    """A process that loads a list, from the moment at which it opens the graph."""
    words = ["-m", "tests.store.crash_worker", str(path), recorded(version).isoformat(), *map(str, room)]
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, env=place.environment, cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "opening\n"
        yield process


def said(process: "subprocess.Popen[str]") -> list[str]:
    """What the process said further until its end."""
    return process.communicate(timeout=120)[0].split()


def found_state(place: Place, states: Sequence[list[str]], version: int) -> int:
    """The version that the graph is at: before, or after. Anything between fails."""
    with place.looked_at() as graph:
        have = digest(graph)
        matching = [number for number in (version - 1, version) if states[number] == have]
        assert matching, f"between {version - 1} and {version}: {sorted(set(have) ^ set(states[version]))[:10]}"
        assert verify(graph, now, 10).faults == []
    return matching[0]


def tell(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Says it on the terminal: the seed that a failure is repeated with, and what was hit."""
    with capsys.disabled():
        sys.stdout.write(f"\n{line}\n")


def whole(place: Place, lists: Sequence[Path], states: Sequence[list[str]]) -> float:
    """Loads the first version into an empty graph without killing anybody, and gives the seconds that it took."""
    place.clear()
    with loading(place, lists[1], 1) as process:
        began = time.monotonic()
        assert said(process) == ["opened", "begun", "loaded", "closed"]
        taken = time.monotonic() - began
    assert found_state(place, states, 1) == 1
    return taken


@pytest.mark.deep("processes killed at random moments")
def test_a_load_killed_at_a_random_moment_leaves_before_or_after(place, lists, states, capsys):
    """SIGKILL at 20 random moments, from opening the graph to after closing it; each load goes on from what is there.

    The loads that nobody kills arrive at the same graph on both engines.
    """
    seed = random.SystemRandom().randrange(10**6)
    chance, at, hits = random.Random(seed), LAST, Counter[str]()
    for kill in range(KILLS):
        if kill % REMEASURED == 0 or at == LAST:  # a busy machine is slower at one time than at another
            full, at = whole(place, lists, states), 1
        version = at + 1
        with loading(place, lists[version], version) as process:
            time.sleep(chance.uniform(0, 1.1) * full)
            process.kill()
            words = said(process)
        at = found_state(place, states, version)
        assert at == version or "loaded" not in words, f"seed {seed}: the load was acknowledged, and is gone"
        assert at == version - 1 or "begun" in words, f"seed {seed}: {words}"
        hits["after" if at == version else "before"] += 1
        hits["mid-load"] += "begun" in words and "loaded" not in words
        hits["came too late"] += "closed" in words
    tell(capsys, f"{place.settings.graph.split(':')[0]}, seed {seed}, a load of {full:.2f} s: {dict(hits)}")
    assert hits["mid-load"] >= LEAST_MID_LOAD, hits
    assert hits["before"], hits


@pytest.mark.deep("logs torn at random places")
def test_a_log_with_a_torn_end_gives_all_that_was_committed_before_it(tmp_path, lists, states, capsys):
    """A kill, a power cut or a full disk in the middle of a commit tears the log: the graph opens on what is whole.

    The log is kept as it was found, and that is said; but a tear between two records the engine takes for a load
    that was not committed. Whichever it was, the next load stands, even if its process is killed.
    """
    place, live = Place(Settings(graph=f"ladybug:{tmp_path}/graph.lbdb"), tmp_path), tmp_path / "live.lbdb"
    graph = connect(Settings(graph=f"ladybug:{live}"))
    migrate(graph)
    load(graph, lists[1], recorded(1))
    committed = Path(f"{live}.wal").stat().st_size
    load(graph, lists[2], recorded(2))
    shutil.copy(live, tmp_path / "graph.lbdb")  # as a process that is killed now leaves it: the log is not in the file
    log, untorn = tmp_path / "graph.lbdb.wal", Path(f"{live}.wal").read_bytes()
    graph.close()
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    chosen = [chance.randrange(committed + 1, len(untorn)) for _ in range(TEARS)]
    ends = [len(untorn) - 1, len(untorn) - COMMIT, *chosen]
    for tear, end in enumerate(ends):
        log.write_bytes(untorn[:end].ljust(len(untorn), b"\0") if tear > 1 and tear % 2 else untorn[:end])
        assert found_state(place, states, 2) == 1, f"seed {seed}"
        torn = "ladybug log torn" in capsys.readouterr().out
        assert torn or tear, "a byte was missing, and nobody was told"
        assert [kept.read_bytes() for kept in place.kept_logs] == [log.read_bytes()] * torn, f"seed {seed}"
        if not torn:
            assert _loaded_then_killed(place, lists, states) == 2
    log.write_bytes(untorn)
    assert (found_state(place, states, 2), place.kept_logs) == (2, [])


def _loaded_then_killed(place: Place, lists: Sequence[Path], states: Sequence[list[str]]) -> int:
    """The version found after a load whose process never closed the graph."""
    before = (place.folder / "graph.lbdb").read_bytes()
    graph = connect(place.settings)
    load(graph, lists[2], recorded(2))
    found = found_state(place, states, 2)
    graph.close()
    (place.folder / "graph.lbdb").write_bytes(before)
    return found


def test_a_disk_that_fills_up_costs_no_acknowledged_load(tmp_path, lists, states):
    """A commit that cannot be written is EngineUnavailable, and so is every later one: behind the torn record in the
    log it would be lost. At the next start the graph is as it was before, and takes the load."""
    place = Place(Settings(graph=f"ladybug:{tmp_path}/graph.lbdb"), tmp_path)
    whole(place, lists, states)
    with loading(place, lists[2], 2, FULL_AT) as process:
        assert said(process) == ["opened", "begun", "EngineUnavailable", "EngineUnavailable"]
    assert found_state(place, states, 2) == 1
    with loading(place, lists[2], 2) as process:
        assert said(process)[-1] == "closed"
    assert found_state(place, states, 2) == 2


@pytest.mark.deep("processes killed at random moments")
def test_a_server_killed_during_a_load_has_before_or_after_once_it_is_back(request, tmp_path, lists, states, capsys):
    """SIGKILL of Neo4j: the loader succeeds after its return or gets EngineUnavailable; nothing is half there."""
    seed = random.SystemRandom().randrange(10**6)
    chance, at, ends = random.Random(seed), LAST, Counter[str]()
    with own_neo4j(tmp_path, request.config.getoption("--require-neo4j"), to_terminal(request.config)) as server:
        place = Place(Settings(graph=server.url), tmp_path)
        for _ in range(SERVER_KILLS):
            if at == LAST:
                full, at = whole(place, lists, states), 1
            version = at + 1
            with loading(place, lists[version], version) as process:
                time.sleep(chance.uniform(0, 1.1) * full)
                server.kill()
                server.start()
                words = said(process)
            assert words[-1:] in (["closed"], ["EngineUnavailable"]), f"seed {seed}: {words}"
            at = found_state(place, states, version)
            assert at == version or "loaded" not in words, f"seed {seed}: the load was acknowledged, and is gone"
            ends[f"{words[-1]}, {'after' if at == version else 'before'}"] += 1
    tell(capsys, f"server killed, seed {seed}: {dict(ends)}")
