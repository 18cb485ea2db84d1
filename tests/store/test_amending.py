"""Concurrent and killed amendments: no update is lost, none is half visible, and every acknowledged one is durable."""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from service.application.amendments import commit
from service.application.amendments.amendment_details import amendments_before
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.pathways import find_pathway
from service.application.verify import verify
from service.domain.clock import END, now
from service.domain.edits import Edit
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.repositories import amendments, compartments, facts
from service.settings import Settings
from tests.conftest import ROOT
from tests.neo4j_ladder import own_neo4j, to_terminal
from tests.store.amending import ENTRIES, amending, of
from tests.store.crash_worker import load, recorded, write_list
from tests.templates import wipe

READERS, WRITERS, ENOUGH, SECONDS, COMPARED = 8, 8, 40, 60, 2_000
KILLS, SERVER_KILLS, LONGEST = 14, 6, 0.6
LEAST_AMIDST = 4  # with fewer kills between `try` and `made` the test would prove nothing


@pytest.fixture
def other(graph, engine, request):
    """A second connection to the same graph, as another process has; on an embedded graph the only connection."""
    second = connect(request.getfixturevalue("neo4j_settings")) if engine == "neo4j" else graph
    yield second
    second.close()


@pytest.mark.deep("readers and writers at the same time")
def test_concurrent_writers_lose_no_update_and_readers_see_no_half_amendment(graph, other, tmp_path, capsys):
    """Eight writers amend and revert the same entries; eight readers ask as of the last recorded instant.

    Replayed one by one in sequence, the amendments give the declarations in force at each recorded instant; and every
    answer that a reader got equals the answer for the same instant once all writers have stopped.
    """
    load(graph, write_list(tmp_path, 1, 7), recorded(1))
    start = believed(graph, compartments.read_state(graph).recorded)
    ended = threading.Event()
    with ThreadPoolExecutor(READERS + WRITERS) as threads:
        graphs = [graph, other] * (READERS // 2)
        writing = [threads.submit(written, g, nth, ended) for nth, g in enumerate(graphs)]
        reading = [threads.submit(read, g, nth, ended) for nth, g in enumerate(graphs)]
        wait_for_amendments(graph, ended)
    done = sorted((row for work in writing for row in work.result()), key=lambda row: row[2].link.sequence)
    seen = [row for work in reading for row in work.result()]
    with capsys.disabled():
        sys.stdout.write(f"\n{len(done)} amendments at once, {len(seen)} answers meanwhile\n")
    replayed(graph, start, done)
    last = compartments.read_state(graph)
    assert last.sequence == done[-1][2].link.sequence
    assert len({known_at for known_at, *_ in seen}) > 3, "the readers saw no amendment happen"
    quiet = GraphCache(graph, now)
    for known_at, base, target, answer in random.Random(0).sample(seen, min(len(seen), COMPARED)):
        assert asked(quiet, known_at, base, target) == answer
    assert verify(graph, now, 20).faults == []


def wait_for_amendments(graph, ended):
    """Waits until there are enough amendments or the time limit has passed."""
    deadline = time.monotonic() + SECONDS
    while compartments.read_state(graph).sequence < ENOUGH and time.monotonic() < deadline:
        time.sleep(0.2)
    ended.set()


def written(graph, nth, ended):
    """The amendments of one writer."""
    return list(amending(graph, nth, lambda: not ended.is_set()))


def read(graph, nth, ended):
    """The answers that one reader got, each with its recorded instant, base and target."""
    chance, memory, found = random.Random(nth), GraphCache(graph, now), []
    while not ended.is_set():
        base, target = chance.sample(ENTRIES, 2)
        known_at = memory.as_of(None, None).known_at
        found.append((known_at, base, target, asked(memory, known_at, base, target)))
    return found


def asked(memory, known_at, base, target):
    """The answer as of a recorded instant: outcome, steps and reason codes."""
    answer = find_pathway(memory, memory.as_of(None, known_at), base, target, False)
    return answer.outcome, [step.target for step in answer.steps], [reason.code for reason in answer.reasons]


def believed(graph, known_at):
    """The declarations of each entry."""
    declared = facts.declared_facts(graph, ENTRIES, known_at).declarations
    return {entry: [(d.kind, d.given) for d in rows] for entry, rows in declared.items()}


def replayed(graph, start, done):
    """Asserts that each amendment builds on the previous one, so that no update is lost."""
    have, states = dict(start), {}
    for name, change, result in done:
        before = dict(have)
        if isinstance(change, Edit):
            have[change.entry] = [(change.kind, change.given)]
            states[name] = (change.entry, before.get(change.entry))
        else:
            entry, was = states[change]
            states[name] = (entry, have.get(entry))
            have = {**have, entry: was} if was else {k: v for k, v in have.items() if k != entry}
        assert believed(graph, result.link.recorded) == have, name


@contextmanager
def process(settings, seed):
    """A process that amends; yields once the process has opened the graph."""
    environment = os.environ | {"PATHWAYS_GRAPH": settings.graph, "PATHWAYS_NEO4J_USER": settings.neo4j_user}
    environment["PATHWAYS_NEO4J_PASSWORD"] = settings.neo4j_password.get_secret_value()
    command = [sys.executable, "-m", "tests.store.amending", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT, text=True) as running:
        assert [running.stdout.readline() for _ in range(2)] == ["opening\n", "opened\n"]
        yield running


def until_made(running, count):
    """Everything that the process prints until it has made so many amendments, however slow the machine is."""
    pairs = []
    while Counter(word for word, *_ in pairs)["made"] < count:
        pairs.append(tuple(running.stdout.readline().split()))
    return pairs


def ended(running):
    """The remaining pairs that the process printed: `try` or `made`, and the id."""
    lines = running.communicate(timeout=120)[0].splitlines()
    return [tuple(line.split()) for line in lines if len(line.split()) == 2]


def recorded_unacknowledged(settings, said):
    """Asserts that every acknowledged amendment is there, and that a retry of the last try does not amend twice.

    Returns whether the last try was recorded without an acknowledgement.
    """
    graph = connect(settings)
    try:
        acknowledged = {name for word, name in said if word == "made"}
        links = amendments_before(graph, END, "", 2**62, 10**6)
        there = {link.id for link in links if link.source == "test"}
        last = said[-1][1] if said and said[-1][0] == "try" else None
        assert acknowledged <= there
        assert verify(graph, now, 5).faults == []
        if last is None or last not in there:
            return False
        before = compartments.read_state(graph)
        link = amendments.find_amendment(graph, last)
        again = commit.amend(graph, now, commit.ProposedAmendment(of(last, link.reverts)), [Edit(ENTRIES[0], None)])
        assert (again.link, again.impact, compartments.read_state(graph)) == (link, None, before)
        return True
    finally:
        graph.close()


def settings_with_list(engine, request, folder):
    """The settings of an empty graph with a list."""
    settings = Settings(graph=f"ladybug:{folder}/graph.lbdb")
    settings = settings if engine == "ladybug" else request.getfixturevalue("neo4j_settings")
    graph = connect(settings)
    if engine == "neo4j":
        wipe(graph)
    prepared(graph, folder)
    return settings


def prepared(graph, folder):
    """Migrates the graph and loads seven entries of one device model."""
    migrate(graph)
    load(graph, write_list(folder, 1, 7), recorded(1))
    graph.close()


@pytest.mark.deep("processes killed at random moments")
def test_a_killed_writer_loses_no_acknowledged_amendment(engine, request, tmp_path, capsys):
    """SIGKILL of the amending process loses no acknowledged amendment and leaves none half applied."""
    settings, chance, hits = settings_with_list(engine, request, tmp_path), random.Random(), Counter()
    for kill in range(KILLS):
        with process(settings, kill) as running:
            begun = until_made(running, kill % 4)
            time.sleep(chance.uniform(0, LONGEST))
            running.kill()
            pairs = begun + ended(running)
        hits["made"] += len([word for word, _ in pairs if word == "made"])
        hits["amidst one"] += [word for word, _ in pairs[-1:]] == ["try"]
        hits["recorded, and nobody was told"] += recorded_unacknowledged(settings, pairs)
    with capsys.disabled():
        sys.stdout.write(f"\n{engine}: amendments killed {KILLS} times: {dict(hits)}\n")
    assert hits["made"] > KILLS
    assert hits["amidst one"] >= LEAST_AMIDST


@pytest.mark.deep("processes killed at random moments")
def test_a_killed_server_loses_no_acknowledged_amendment(request, tmp_path, capsys):
    """SIGKILL of Neo4j: the writer continues after the restart or gets an error; acknowledged amendments stay."""
    chance, hits = random.Random(), Counter()
    with own_neo4j(tmp_path, request.config.getoption("--require-neo4j"), to_terminal(request.config)) as server:
        settings = Settings(graph=server.url)
        prepared(connect(settings), tmp_path)
        for kill in range(SERVER_KILLS):
            with process(settings, kill) as running:
                begun = until_made(running, 1)  # statements are slow just after a server start
                time.sleep(chance.uniform(0, LONGEST))
                server.kill()
                server.start()
                time.sleep(LONGEST)
                running.kill()
                pairs = begun + ended(running)
            words = [pair for pair in pairs if pair[0] in ("try", "made")]
            hits["made"] += len([word for word, _ in words if word == "made"])
            hits["recorded, and nobody was told"] += recorded_unacknowledged(settings, words)
    with capsys.disabled():
        sys.stdout.write(f"\nserver killed {SERVER_KILLS} times: {dict(hits)}\n")
    assert hits["made"] >= SERVER_KILLS
