"""Provides a Neo4j server for the tests, from the first of three sources that is available.

url        NEO4J_URL (with NEO4J_USER, NEO4J_PASSWORD), used only if set; the tests delete all data on that server
container  testcontainers, where a docker daemon answers and has or can pull the image
java       the server from Maven's artefacts, cached in `.neo4j/` between runs

PATHWAYS_TEST_RUNG=container (or java, url) uses that source only. The module always prints the source in use and why
the earlier ones failed: a skipped test that nobody notices would look like a passed one.
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
    """Address and login of the Neo4j server for the tests. An empty password means no login.

    `local`: the process of a server that the tests may freeze; the other sources provide none.
    """

    url: str
    user: str
    password: str
    local: LocalNeo4j | None = None


Rung = Callable[[ExitStack], Server]


def to_stderr(line: str) -> None:
    """Writes the line to stderr, for use outside pytest."""
    sys.stderr.write(f"{line}\n")


def to_terminal(config: pytest.Config) -> Say:
    """A function that writes to the terminal and bypasses pytest's capture, which shows output of failed tests only."""

    def say(line: str) -> None:
        capture = config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            to_stderr(f"\n{line}")

    return say


@contextmanager
def neo4j_server(require: bool, say: Say = to_stderr) -> Iterator[Server]:
    """A Neo4j server for the duration of the block. Without one, tests skip, or fail if `require` is true."""
    with ExitStack() as held:
        yield first_available(held, require, say)


@contextmanager
def own_neo4j(home: Path, require: bool, say: Say = to_stderr, megabytes: int = 0) -> Iterator[LocalNeo4j]:
    """A separate server on its own folder, which the test can kill and restart. Only the Java source provides one."""
    server = LocalNeo4j(home, megabytes=megabytes)
    try:
        server.start()
    except Unavailable as why:
        raise unavailable_everywhere([f"java: {why}"], require, say) from why
    try:
        yield server
    finally:
        server.kill()


def first_available(held: ExitStack, require: bool, say: Say) -> Server:
    """The first server available. Prints its source and the reasons why earlier sources failed."""
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
    raise unavailable_everywhere(reasons, require, say)


def unavailable_everywhere(reasons: list[str], require: bool, say: Say) -> BaseException:
    """The exception for a missing server: a skip with a printed message, or a failure if `require` is true."""
    message = "No Neo4j for the tests: " + "; ".join(reasons)
    say(message)
    return pytest.fail.Exception(message, pytrace=False) if require else pytest.skip.Exception(message)


def wanted_rungs() -> dict[str, Rung]:
    """All sources in order, or only the one that PATHWAYS_TEST_RUNG names."""
    forced = os.environ.get("PATHWAYS_TEST_RUNG")
    if not forced:
        return RUNGS
    if forced not in RUNGS:
        raise pytest.UsageError(f"PATHWAYS_TEST_RUNG is {forced!r}, not one of {', '.join(RUNGS)}")
    return {forced: RUNGS[forced]}


def given(held: ExitStack) -> Server:
    """The server at NEO4J_URL."""
    url = os.environ.get("NEO4J_URL")
    if not url:
        raise Unavailable("NEO4J_URL is not set")
    return Server(url, os.environ.get("NEO4J_USER", "neo4j"), os.environ.get("NEO4J_PASSWORD", ""))


def container(held: ExitStack) -> Server:
    """A server in a container that stops with the block."""
    require_image()
    from testcontainers.community.neo4j import Neo4jContainer  # slow to import

    server = Neo4jContainer(IMAGE, username=CONTAINER_USER, password=CONTAINER_PASSWORD)
    held.callback(server.stop)
    try:
        server.start()
    except Exception as why:  # exceptions of the daemon, the reaper and the driver share no base class
        raise Unavailable(f"the container did not start: {why!r}") from why
    return Server(server.get_connection_url(), CONTAINER_USER, CONTAINER_PASSWORD)


def require_image() -> None:
    """Checks that a docker daemon answers and has the image. Every command has a time limit, so that none hangs."""
    docker("no docker daemon answers", 10, "version")
    try:
        docker("not here", 10, "image", "inspect", IMAGE)
    except Unavailable:
        docker(f"{IMAGE} is not here and could not be pulled", PULL_SECONDS, "pull", "--quiet", IMAGE)


def docker(otherwise: str, seconds: float, *words: str) -> None:
    """Runs a docker command. If it fails, raises Unavailable with `otherwise`."""
    try:
        subprocess.run(["docker", *words], check=True, capture_output=True, timeout=seconds)
    except (OSError, subprocess.SubprocessError) as why:
        raise Unavailable(otherwise) from why


def java(held: ExitStack) -> Server:
    """The server in its own process, on a temporary folder."""
    home = held.enter_context(tempfile.TemporaryDirectory(prefix="pathways-neo4j-", ignore_cleanup_errors=True))
    server = LocalNeo4j(Path(home))
    held.callback(server.kill)
    server.start()
    return Server(server.url, "neo4j", "", server)


RUNGS: dict[str, Rung] = {"url": given, "container": container, "java": java}
