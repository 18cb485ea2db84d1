"""A Neo4j for the tests, by the first rung that holds: one that is given, a container, or the server's own jars.

url        NEO4J_URL (with NEO4J_USER, NEO4J_PASSWORD), used only where it is set; its data is the tests' to destroy
container  testcontainers, where a docker daemon answers and has or can pull the image
java       the server from Maven's artefacts, kept in `.neo4j/` between runs

PATHWAYS_TEST_RUNG=container (or java, url) takes that rung alone. Which rung was taken, and why not the ones
above it, is always said: a test that was skipped unseen would read as a test that passed.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.neo4j_local import LocalNeo4j, Unavailable

IMAGE = "neo4j:5.26-community"
PULL_SECONDS = 300
CONTAINER_USER, CONTAINER_PASSWORD = "neo4j", "for-tests-alone"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Server:
    """Where the tests find Neo4j; an empty password means no login."""

    url: str
    user: str
    password: str


Rung = Callable[[ExitStack], Server]


def to_stderr(line: str) -> None:
    """Say it where a person looks, when pytest is not in between."""
    sys.stderr.write(f"{line}\n")


def to_terminal(config: pytest.Config) -> Say:
    """Say it on the terminal, past pytest's capture, which would keep it for failures alone."""

    def say(line: str) -> None:
        capture = config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            to_stderr(f"\n{line}")

    return say


@contextmanager
def neo4j_server(require: bool, say: Say = to_stderr) -> Iterator[Server]:
    """A server until the block ends. With none to be had: skip, or fail where Neo4j is required."""
    with ExitStack() as held:
        yield climb(held, require, say)


@contextmanager
def own_neo4j(home: Path, require: bool, say: Say = to_stderr) -> Iterator[LocalNeo4j]:
    """A server of the test's own on a folder of its own, to kill and start again. The Java rung alone offers it."""
    server = LocalNeo4j(home)
    try:
        server.start()
    except Unavailable as why:
        raise none_left([f"java: {why}"], require, say) from why
    try:
        yield server
    finally:
        server.kill()


def climb(held: ExitStack, require: bool, say: Say) -> Server:
    """The first rung that holds, saying which and why the others did not."""
    reasons: list[str] = []
    for name, rung in wanted_rungs().items():
        try:
            server = rung(held)
        except Unavailable as why:
            reasons.append(f"{name}: {why}")
            continue
        passed = f" (not {'; not '.join(reasons)})" if reasons else ""
        say(f"Neo4j for the tests: {name}, {server.url}{passed}")
        return server
    raise none_left(reasons, require, say)


def none_left(reasons: list[str], require: bool, say: Say) -> BaseException:
    """What to raise: a skip that is said aloud, or a failure where Neo4j is required."""
    message = "No Neo4j for the tests: " + "; ".join(reasons)
    say(message)
    return pytest.fail.Exception(message, pytrace=False) if require else pytest.skip.Exception(message)


def wanted_rungs() -> dict[str, Rung]:
    """All rungs in their order, or the one that the environment names."""
    forced = os.environ.get("PATHWAYS_TEST_RUNG")
    if not forced:
        return RUNGS
    if forced not in RUNGS:
        raise pytest.UsageError(f"PATHWAYS_TEST_RUNG is {forced!r}, not one of {', '.join(RUNGS)}")
    return {forced: RUNGS[forced]}


def given(held: ExitStack) -> Server:
    """The server that the environment names."""
    url = os.environ.get("NEO4J_URL")
    if not url:
        raise Unavailable("NEO4J_URL is not set")
    return Server(url, os.environ.get("NEO4J_USER", "neo4j"), os.environ.get("NEO4J_PASSWORD", ""))


def container(held: ExitStack) -> Server:
    """A container that ends with the block."""
    require_image()
    from testcontainers.community.neo4j import Neo4jContainer  # slow to import, and of use here alone

    server = Neo4jContainer(IMAGE, username=CONTAINER_USER, password=CONTAINER_PASSWORD)
    held.callback(server.stop)
    try:
        server.start()
    except Exception as why:  # the daemon's, the reaper's and the driver's failures share no parent
        raise Unavailable(f"the container did not start: {why!r}") from why
    return Server(server.get_connection_url(), CONTAINER_USER, CONTAINER_PASSWORD)


def require_image() -> None:
    """A daemon that answers, with the image; each question has its time limit, so that nothing hangs."""
    docker("no docker daemon answers", 10, "version")
    try:
        docker("not here", 10, "image", "inspect", IMAGE)
    except Unavailable:
        docker(f"{IMAGE} is not here and could not be pulled", PULL_SECONDS, "pull", "--quiet", IMAGE)


def docker(otherwise: str, seconds: float, *words: str) -> None:
    """Run a docker command, or say what its failure means."""
    try:
        subprocess.run(["docker", *words], check=True, capture_output=True, timeout=seconds)
    except (OSError, subprocess.SubprocessError) as why:
        raise Unavailable(otherwise) from why


def java(held: ExitStack) -> Server:
    """The server in a process of its own, on a folder that goes with it."""
    home = held.enter_context(tempfile.TemporaryDirectory(prefix="pathways-neo4j-", ignore_cleanup_errors=True))
    server = LocalNeo4j(Path(home))
    held.callback(server.kill)
    server.start()
    return Server(server.url, "neo4j", "")


RUNGS: dict[str, Rung] = {"url": given, "container": container, "java": java}
