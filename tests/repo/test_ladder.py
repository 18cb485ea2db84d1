"""The ladder to a Neo4j: its order, what it says, and that a required server is never quietly absent."""

import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import neo4j_ladder, neo4j_local
from tests.neo4j_ladder import Server, neo4j_server
from tests.neo4j_local import LocalNeo4j, Unavailable


@pytest.fixture
def said():
    return []


@pytest.fixture
def rungs(monkeypatch):
    """Sets what each rung answers: a server's address, or why it cannot be had. Returns the rungs tried."""
    tried = []
    monkeypatch.delenv("PATHWAYS_TEST_RUNG", raising=False)

    def rung(name, answer):
        def climb(held: ExitStack) -> Server:
            tried.append(name)
            if isinstance(answer, Unavailable):
                raise answer
            return Server(answer, "neo4j", "")

        return climb

    def put(**answers):
        assert answers.keys() == neo4j_ladder.RUNGS.keys()
        monkeypatch.setattr(neo4j_ladder, "RUNGS", {name: rung(name, answers[name]) for name in neo4j_ladder.RUNGS})
        return tried

    return put


def test_the_server_that_is_given_comes_before_all_others(rungs, said):
    """Where NEO4J_URL names a server, no container and no process is started."""
    tried = rungs(url="bolt://given", container="bolt://container", java="bolt://java")
    with neo4j_server(require=False, say=said.append) as server:
        assert server.url == "bolt://given"
    assert tried == ["url"]


def test_a_container_comes_before_the_jars(rungs, said):
    """The container is nearer to what is deployed than the server's bare jars."""
    tried = rungs(url=Unavailable("no url"), container="bolt://container", java="bolt://java")
    with neo4j_server(require=False, say=said.append) as server:
        assert server.url == "bolt://container"
    assert tried == ["url", "container"]


def test_it_says_which_rung_was_taken_and_why_not_the_ones_above(rungs, said):
    """A reader of the test run can tell what the tests ran against."""
    rungs(url=Unavailable("no url"), container=Unavailable("no daemon"), java="bolt://java")
    with neo4j_server(require=False, say=said.append):
        pass
    assert said == ["Neo4j for the tests: java, bolt://java (not url: no url; not container: no daemon)"]


NOTHING = {name: Unavailable(f"no {name}") for name in ("url", "container", "java")}
ALL_REASONS = "No Neo4j for the tests: url: no url; container: no container; java: no java"


def test_no_server_skips_and_says_so(rungs, said):
    """Without --require-neo4j the tests are skipped, with every reason said."""
    rungs(**NOTHING)
    with pytest.raises(pytest.skip.Exception, match=ALL_REASONS), neo4j_server(require=False, say=said.append):
        pass
    assert said == [ALL_REASONS]


def test_a_required_server_that_cannot_be_had_fails(rungs, said):
    """With --require-neo4j the same absence is a failure."""
    rungs(**NOTHING)
    with pytest.raises(pytest.fail.Exception, match=ALL_REASONS), neo4j_server(require=True, say=said.append):
        pass
    assert said == [ALL_REASONS]


def test_a_failure_inside_the_block_is_not_taken_for_a_missing_rung(rungs, said):
    """A test that fails on one server is not run again on the next."""
    tried = rungs(url="bolt://given", container="bolt://container", java="bolt://java")
    with pytest.raises(Unavailable, match="mine"), neo4j_server(require=False, say=said.append):
        raise Unavailable("mine")
    assert tried == ["url"]


def test_a_named_rung_is_the_only_one_tried(rungs, said, monkeypatch):
    """CI's container stage must not pass on the strength of the jars."""
    tried = rungs(url="bolt://given", container=Unavailable("no daemon"), java="bolt://java")
    monkeypatch.setenv("PATHWAYS_TEST_RUNG", "container")
    with pytest.raises(pytest.fail.Exception, match="container: no daemon"):
        neo4j_server(require=True, say=said.append).__enter__()
    assert tried == ["container"]


def test_a_rung_that_does_not_exist_is_wrong_usage(rungs, said, monkeypatch):
    """A misspelt rung does not silently become another one."""
    rungs(**NOTHING)
    monkeypatch.setenv("PATHWAYS_TEST_RUNG", "contaner")
    with pytest.raises(pytest.UsageError, match="not one of url, container, java"):
        neo4j_server(require=False, say=said.append).__enter__()


def test_the_given_server_is_read_from_the_environment(monkeypatch):
    """NEO4J_URL, NEO4J_USER and NEO4J_PASSWORD name it; without the first there is none."""
    monkeypatch.setenv("NEO4J_URL", "bolt://there:7687")
    monkeypatch.setenv("NEO4J_USER", "ada")
    monkeypatch.setenv("NEO4J_PASSWORD", "secret")
    assert neo4j_ladder.given(ExitStack()) == Server("bolt://there:7687", "ada", "secret")
    monkeypatch.setenv("NEO4J_URL", "")
    with pytest.raises(Unavailable, match="NEO4J_URL is not set"):
        neo4j_ladder.given(ExitStack())


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a program of our making first in the search path."""

    def make(name: str, script: str) -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return make


def test_a_daemon_that_does_not_answer_is_given_up_in_time(program):
    """A hanging docker costs seconds, not the whole run."""
    program("docker", "exec sleep 30")
    with pytest.raises(Unavailable, match="no docker daemon answers"):
        neo4j_ladder.docker("no docker daemon answers", 0.2, "version")


def test_the_image_is_pulled_only_where_it_is_not_here(program, tmp_path):
    """An image that is here is used as it is; one that cannot be pulled is a rung that cannot be had."""
    program("docker", f'echo "$1" >>{tmp_path}/asked')
    neo4j_ladder.require_image()
    assert (tmp_path / "asked").read_text().split() == ["version", "image"]
    program("docker", '[ "$1" = version ]')
    with pytest.raises(Unavailable, match="could not be pulled"):
        neo4j_ladder.require_image()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of jars that is empty, with Java and Maven at hand."""
    monkeypatch.setattr(neo4j_local, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(neo4j_local.shutil, "which", lambda tool: f"/usr/bin/{tool}")
    return tmp_path / "cache"


def test_two_runs_at_once_fetch_the_jars_once(cache, monkeypatch):
    """The second waits for the first one's download and uses it."""
    fetched, both = [], threading.Barrier(2)

    def fetch(pom: Path, ready: Path) -> None:
        fetched.append(ready)
        threading.Event().wait(0.2)  # long enough for the other to come in, were there no lock
        ready.mkdir()

    def run() -> None:
        both.wait()
        neo4j_local.jars()

    monkeypatch.setattr(neo4j_local, "fetch", fetch)
    runs = [threading.Thread(target=run) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert len(fetched) == 1


def test_a_download_that_broke_off_is_not_taken_for_the_jars(cache, monkeypatch):
    """Jars come into their place all at once, so that half of them are never started."""

    def breaks_off(command: list[str], **_: object) -> None:
        folder = next(word for word in command if word.startswith("-DoutputDirectory="))
        Path(folder.partition("=")[2]).mkdir(parents=True)
        raise subprocess.CalledProcessError(1, command, output=b"no route to the artefacts")

    monkeypatch.setattr(neo4j_local.subprocess, "run", breaks_off)
    for _ in range(2):
        with pytest.raises(Unavailable, match="no route to the artefacts"):
            neo4j_local.jars()


def test_a_server_that_does_not_start_says_why(program, tmp_path, monkeypatch):
    """What the process printed is in the reason, and no process is left."""
    program("java", "echo the port is taken; exit 1")
    monkeypatch.setattr(neo4j_local, "jars", lambda: tmp_path)
    server = LocalNeo4j(tmp_path / "home")
    with pytest.raises(Unavailable, match="the port is taken"):
        server.start()
    assert server.pid is None


def test_a_half_written_port_is_not_read(tmp_path):
    """The log is read while it is written: only a complete line counts."""
    assert neo4j_local.said_port("noise\nready on port 43") is None
    assert neo4j_local.said_port("noise\nready on port 43210\n") == 43210
