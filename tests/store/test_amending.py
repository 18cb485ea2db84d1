"""Amendments at once and amendments killed: no update is lost, none is seen half, none acknowledged is gone."""

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
LEAST_AMIDST = 4  # with fewer kills between a try and what is said of it the test would prove nothing


@pytest.fixture
def other(graph, engine, request):
    """A second way to the same graph, as another process has it; an embedded graph has but one process."""
    second = connect(request.getfixturevalue("neo4j_settings")) if engine == "neo4j" else graph
    yield second
    second.close()


@pytest.mark.deep("readers and writers at the same time")
def test_writers_and_readers_at_once(graph, other, tmp_path, capsys):
    """Eight writers amend and take back what the others amend too; eight readers ask as of the last instant.

    Replayed one by one in the order of the record, the amendments give what is believed at each instant of theirs; and
    each answer that a reader got is the one that is given as of that instant when all is quiet.
    """
    load(graph, write_list(tmp_path, 1, 7), recorded(1))
    start = believed(graph, compartments.read_state(graph).recorded)
    ended = threading.Event()
    with ThreadPoolExecutor(READERS + WRITERS) as threads:
        graphs = [graph, other] * (READERS // 2)
        writing = [threads.submit(written, g, nth, ended) for nth, g in enumerate(graphs)]
        reading = [threads.submit(read, g, nth, ended) for nth, g in enumerate(graphs)]
        enough(graph, ended)
    done = sorted((one for work in writing for one in work.result()), key=lambda one: one[2].link.sequence)
    seen = [one for work in reading for one in work.result()]
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


def enough(graph, ended):
    """Waits for so many amendments, and not for ever."""
    deadline = time.monotonic() + SECONDS
    while compartments.read_state(graph).sequence < ENOUGH and time.monotonic() < deadline:
        time.sleep(0.2)
    ended.set()


def written(graph, nth, ended):
    """What one writer made."""
    return list(amending(graph, nth, lambda: not ended.is_set()))


def read(graph, nth, ended):
    """What one reader was answered, each with the instant as of which."""
    chance, memory, found = random.Random(nth), GraphCache(graph, now), []
    while not ended.is_set():
        base, target = chance.sample(ENTRIES, 2)
        known_at = memory.as_of(None, None).known_at
        found.append((known_at, base, target, asked(memory, known_at, base, target)))
    return found


def asked(memory, known_at, base, target):
    """An answer as of a recorded instant."""
    answer = find_pathway(memory, memory.as_of(None, known_at), base, target, False)
    return answer.outcome, [step.target for step in answer.steps], [reason.code for reason in answer.reasons]


def believed(graph, known_at):
    """What is declared of each entry."""
    declared = facts.declared_facts(graph, ENTRIES, known_at).declarations
    return {entry: [(d.kind, d.given) for d in rows] for entry, rows in declared.items()}


def replayed(graph, start, done):
    """Each amendment on top of the one before it, and nothing between: so nobody's was lost."""
    have, states = dict(start), {}
    for name, said, one in done:
        before = dict(have)
        if isinstance(said, Edit):
            have[said.entry] = [(said.kind, said.given)]
            states[name] = (said.entry, before.get(said.entry))
        else:
            entry, was = states[said]
            states[name] = (entry, have.get(entry))
            have = {**have, entry: was} if was else {k: v for k, v in have.items() if k != entry}
        assert believed(graph, one.link.recorded) == have, name


@contextmanager
def process(settings, seed):
    """A process that amends, from the moment at which it has opened the graph."""
    environment = os.environ | {"PATHWAYS_GRAPH": settings.graph, "PATHWAYS_NEO4J_USER": settings.neo4j_user}
    environment["PATHWAYS_NEO4J_PASSWORD"] = settings.neo4j_password.get_secret_value()
    command = [sys.executable, "-m", "tests.store.amending", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT, text=True) as running:
        assert [running.stdout.readline() for _ in range(2)] == ["opening\n", "opened\n"]
        yield running


def until_made(running, count):
    """What the process says until it made so many amendments, however slow the machine is."""
    said = []
    while Counter(word for word, *_ in said)["made"] < count:
        said.append(tuple(running.stdout.readline().split()))
    return said


def ended(running):
    """What the process said, pair by pair: `try` or `made`, and the id."""
    lines = running.communicate(timeout=120)[0].splitlines()
    return [tuple(line.split()) for line in lines if len(line.split()) == 2]


def whole(settings, said):
    """All that was acknowledged is there, at most the last try besides; and a retry of that finds it or makes it once.

    Gives whether the last try was recorded, though nobody was told.
    """
    graph = connect(settings)
    try:
        acknowledged = {name for word, name in said if word == "made"}
        links = amendments.list_amendments(graph, END, "", 2**62, 10**6)
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


def place(engine, request, folder):
    """An empty graph with a list."""
    settings = Settings(graph=f"ladybug:{folder}/graph.lbdb")
    settings = settings if engine == "ladybug" else request.getfixturevalue("neo4j_settings")
    graph = connect(settings)
    if engine == "neo4j":
        wipe(graph)
    prepared(graph, folder)
    return settings


def prepared(graph, folder):
    """Seven entries of one device model."""
    migrate(graph)
    load(graph, write_list(folder, 1, 7), recorded(1))
    graph.close()


@pytest.mark.deep("processes killed at random moments")
def test_amendments_killed_at_any_moment(engine, request, tmp_path, capsys):
    """SIGKILL of the process that amends: nothing that was acknowledged is lost, and nothing is half applied."""
    settings, chance, hits = place(engine, request, tmp_path), random.Random(), Counter()
    for kill in range(KILLS):
        with process(settings, kill) as running:
            begun = until_made(running, kill % 4)
            time.sleep(chance.uniform(0, LONGEST))
            running.kill()
            said = begun + ended(running)
        hits["made"] += len([word for word, _ in said if word == "made"])
        hits["amidst one"] += [word for word, _ in said[-1:]] == ["try"]
        hits["recorded, and nobody was told"] += whole(settings, said)
    with capsys.disabled():
        sys.stdout.write(f"\n{engine}: amendments killed {KILLS} times: {dict(hits)}\n")
    assert hits["made"] > KILLS
    assert hits["amidst one"] >= LEAST_AMIDST


@pytest.mark.deep("processes killed at random moments")
def test_amendments_while_the_server_is_killed(request, tmp_path, capsys):
    """SIGKILL of Neo4j: whoever amends goes on once it is back, or is told; and all that was acknowledged is there."""
    chance, hits = random.Random(), Counter()
    with own_neo4j(tmp_path, request.config.getoption("--require-neo4j"), to_terminal(request.config)) as server:
        settings = Settings(graph=server.url)
        prepared(connect(settings), tmp_path)
        for kill in range(SERVER_KILLS):
            with process(settings, kill) as running:
                begun = until_made(running, 1)  # a server that has just started takes its time over each statement
                time.sleep(chance.uniform(0, LONGEST))
                server.kill()
                server.start()
                time.sleep(LONGEST)
                running.kill()
                said = begun + ended(running)
            words = [pair for pair in said if pair[0] in ("try", "made")]
            hits["made"] += len([word for word, _ in words if word == "made"])
            hits["recorded, and nobody was told"] += whole(settings, words)
    with capsys.disabled():
        sys.stdout.write(f"\nserver killed {SERVER_KILLS} times: {dict(hits)}\n")
    assert hits["made"] >= SERVER_KILLS
