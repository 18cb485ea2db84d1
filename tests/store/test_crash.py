"""A load killed at any moment leaves the graph as before the load or as after, never between."""

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
from service.graph import ladybug_file
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph, QueryRunner
from service.repositories import compartments
from service.settings import Settings
from tests.conftest import ROOT
from tests.neo4j_ladder import own_neo4j, to_terminal
from tests.store.crash_worker import ENTRIES, digest, load, recorded, write_list
from tests.templates import wipe

KILLS, REMEASURED, SERVER_KILLS, TEARS, LAST = 20, 7, 3, 6, 3
COMMIT = 25  # bytes: the size of the log's commit record; a log cut before this record has no torn record
FEW, FULL_AT = 70, 30_000  # entries, and bytes: less than the log of one load of so many entries
LEAST_MID_LOAD = 3  # with fewer kills between the first write and the last the test would prove nothing


class _Undone(Exception):
    """Ends a write so that the write leaves no trace."""


@dataclass(frozen=True)
class GraphLocation:
    """The location of the graph, which the killed processes and the parent open in turn."""

    settings: Settings
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment with which a child process opens this graph."""
        login = {"PATHWAYS_NEO4J_USER": self.settings.neo4j_user}
        login["PATHWAYS_NEO4J_PASSWORD"] = self.settings.neo4j_password.get_secret_value()
        return os.environ | login | {"PATHWAYS_GRAPH": self.settings.graph}

    @property
    def embedded(self) -> bool:
        """Whether the graph consists of files in the folder."""
        return self.settings.graph.startswith("ladybug:")

    def clear(self) -> None:
        """Replaces the graph by an empty, migrated one."""
        for file in self.folder.glob("graph.lbdb*"):
            file.unlink()
        graph = connect(self.settings)
        if not self.embedded:
            wipe(graph)
        migrate(graph)
        graph.close()

    @contextmanager
    def opened(self) -> Iterator[Graph]:
        """The graph as the next process finds it, once the locks of the killed process are released.

        For an embedded graph this opens a copy. The next load then still has the log of the killed process to recover
        from,
        and can be killed during that recovery.
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
    """Waits until the server notices that the client is dead; until then its transaction holds the lock."""

    def touch(transaction: QueryRunner) -> None:
        compartments.begin_write(transaction, now)
        raise _Undone

    with pytest.raises(_Undone):
        graph.write(touch)


@pytest.fixture
def place(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> GraphLocation:
    """An empty graph on each engine."""
    embedded = Settings(graph=f"ladybug:{tmp_path}/graph.lbdb")
    return GraphLocation(embedded if engine == "ladybug" else request.getfixturevalue("neo4j_settings"), tmp_path)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The list files by version; nothing loads version 0."""
    return write_lists(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def states(lists: Sequence[Path], tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """The digest of the graph after each version, from undisturbed loads."""
    return undisturbed_states(tmp_path_factory.mktemp("undisturbed"), lists)


def write_lists(folder: Path, entries: int = ENTRIES) -> list[Path]:
    """The list files by version."""
    return [write_list(folder, version, entries) for version in range(LAST + 1)]


def undisturbed_states(folder: Path, lists: Sequence[Path]) -> list[list[str]]:
    """The digest of the graph after each version, from undisturbed loads."""
    graph = connect(Settings(graph=f"ladybug:{folder}/undisturbed.lbdb"))
    migrate(graph)
    digests = [digest(graph)]
    for version, path in enumerate(lists[1:], 1):
        load(graph, path, recorded(version))
        digests.append(digest(graph))
    graph.close()
    return digests


@contextmanager
def loading(place: GraphLocation, path: Path, version: int, *room: int) -> Iterator["subprocess.Popen[str]"]:
    """A process that loads a list; yields when the process opens the graph."""
    words = ["-m", "tests.store.crash_worker", str(path), recorded(version).isoformat(), *map(str, room)]
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, env=place.environment, cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "opening\n"
        yield process


def remaining_words(process: "subprocess.Popen[str]") -> list[str]:
    """The remaining words that the process printed until its end."""
    return process.communicate(timeout=120)[0].split()


def found_state(place: GraphLocation, states: Sequence[list[str]], version: int) -> int:
    """The version that the graph has: the previous or the new one. Fails on any state between."""
    with place.opened() as graph:
        have = digest(graph)
        matching = [number for number in (version - 1, version) if states[number] == have]
        assert matching, f"between {version - 1} and {version}: {sorted(set(have) ^ set(states[version]))[:10]}"
        assert verify(graph, now, 10).faults == []
    return matching[0]


def print_line(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Prints a line on the terminal: the seed that repeats a failure, and the counts of each case."""
    with capsys.disabled():
        sys.stdout.write(f"\n{line}\n")


def load_undisturbed(place: GraphLocation, lists: Sequence[Path], states: Sequence[list[str]]) -> float:
    """Loads the first version undisturbed into an empty graph and returns the duration in seconds."""
    place.clear()
    with loading(place, lists[1], 1) as process:
        began = time.monotonic()
        assert remaining_words(process) == ["opened", "begun", "loaded", "closed"]
        seconds = time.monotonic() - began
    assert found_state(place, states, 1) == 1
    return seconds


@pytest.mark.deep("processes killed at random moments")
def test_a_killed_load_leaves_the_graph_as_before_or_as_after(place, lists, states, capsys):
    """SIGKILL at 20 random moments, from opening the graph to after closing; each load continues from the result.

    Undisturbed loads produce the same graph on both engines.
    """
    seed = random.SystemRandom().randrange(10**6)
    chance, at, hits = random.Random(seed), LAST, Counter[str]()
    for kill in range(KILLS):
        if kill % REMEASURED == 0 or at == LAST:  # the speed of a busy machine varies
            full, at = load_undisturbed(place, lists, states), 1
        version = at + 1
        with loading(place, lists[version], version) as process:
            time.sleep(chance.uniform(0, 1.1) * full)
            process.kill()
            words = remaining_words(process)
        at = found_state(place, states, version)
        assert at == version or "loaded" not in words, f"seed {seed}: the load was acknowledged, and is gone"
        assert at == version - 1 or "begun" in words, f"seed {seed}: {words}"
        hits["after" if at == version else "before"] += 1
        hits["mid-load"] += "begun" in words and "loaded" not in words
        hits["came too late"] += "closed" in words
    print_line(capsys, f"{place.settings.graph.split(':')[0]}, seed {seed}, a load of {full:.2f} s: {dict(hits)}")
    assert hits["mid-load"] >= LEAST_MID_LOAD, hits
    assert hits["before"], hits


@pytest.mark.deep("logs torn at random places")
def test_a_graph_with_a_torn_log_opens_with_all_complete_commits(tmp_path, lists, states, capsys, monkeypatch):
    """A kill, a power cut or a full disk during a commit tears the log: the graph opens with all complete commits.

    The service keeps the torn log and logs a warning. The engine treats a tear between two records as an uncommitted
    load. In both cases the next load is durable, even if its process is killed.
    """
    place, live = GraphLocation(Settings(graph=f"ladybug:{tmp_path}/graph.lbdb"), tmp_path), tmp_path / "live.lbdb"
    with monkeypatch.context() as without_checkpoints:  # which would empty the log
        without_checkpoints.setitem(ladybug_file.OPTIONS, "checkpoint_threshold", 2**24)
        graph = connect(Settings(graph=f"ladybug:{live}"))
    migrate(graph)
    load(graph, lists[1], recorded(1))
    committed = Path(f"{live}.wal").stat().st_size
    load(graph, lists[2], recorded(2))
    shutil.copy(live, tmp_path / "graph.lbdb")  # the state a kill leaves: the log is not yet merged into the file
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


def _loaded_then_killed(place: GraphLocation, lists: Sequence[Path], states: Sequence[list[str]]) -> int:
    """The version found after a load whose process never closed the graph."""
    before = (place.folder / "graph.lbdb").read_bytes()
    graph = connect(place.settings)
    load(graph, lists[2], recorded(2))
    version = found_state(place, states, 2)
    graph.close()
    (place.folder / "graph.lbdb").write_bytes(before)
    return version


def test_a_full_disk_loses_no_acknowledged_load(tmp_path):
    """A commit that fails raises OutcomeUnknown, and a later write WritesRefused, because the log would lose a record
    behind the torn one. When the disk has room the graph opens its file again by itself: no read fails, and the load
    after that is durable, even if its process is killed.
    """
    place = GraphLocation(Settings(graph=f"ladybug:{tmp_path}/graph.lbdb"), tmp_path)
    lists = write_lists(tmp_path, FEW)[:3]
    states = undisturbed_states(tmp_path, lists)
    load_undisturbed(place, lists, states)
    with loading(place, lists[2], 2, FULL_AT) as process:
        assert remaining_words(process) == ["opened", "begun", "OutcomeUnknown", "WritesRefused", "begun", "loaded"]
    assert found_state(place, states, 2) == 2


@pytest.mark.deep("processes killed at random moments")
def test_a_server_killed_during_a_load_restarts_with_the_graph_as_before_or_as_after(
    request, tmp_path, lists, states, capsys
):
    """SIGKILL of Neo4j: the load succeeds after the restart or raises an error; no load is half applied."""
    seed = random.SystemRandom().randrange(10**6)
    chance, at, ends = random.Random(seed), LAST, Counter[str]()
    with own_neo4j(tmp_path, request.config.getoption("--require-neo4j"), to_terminal(request.config)) as server:
        place = GraphLocation(Settings(graph=server.url), tmp_path)
        for _ in range(SERVER_KILLS):
            if at == LAST:
                full, at = load_undisturbed(place, lists, states), 1
            version = at + 1
            with loading(place, lists[version], version) as process:
                time.sleep(chance.uniform(0, 1.1) * full)
                server.kill()
                server.start()
                words = remaining_words(process)
            assert words[-1:] in (["closed"], ["EngineUnavailable"], ["OutcomeUnknown"]), f"seed {seed}: {words}"
            at = found_state(place, states, version)
            assert at == version or "loaded" not in words, f"seed {seed}: the load was acknowledged, and is gone"
            ends[f"{words[-1]}, {'after' if at == version else 'before'}"] += 1
    print_line(capsys, f"server killed, seed {seed}: {dict(ends)}")
