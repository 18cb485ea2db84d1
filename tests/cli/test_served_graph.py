"""`pathways serve` on a graph that was lost, and who may read the files of the graph."""

import json
import os
import socket
import urllib.request
from pathlib import Path

from service.cli.session import open_graph
from service.repositories import compartments
from tests.cli.conftest import BASES, run_here
from tests.conftest import reset_logging


def test_a_lost_graph_is_not_served_as_new(folder, serve, tmp_path):
    """Refused with exit code 1, without a new file in its place; `--accept-graph` is the way out."""
    setting = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb", "PATHWAYS_RECEIPT_KEYS": str(tmp_path / "keys")}
    server = serve(folder, **setting)
    with urllib.request.urlopen(f"{server.url}/v1/pathways?from=1&to=34", timeout=20) as answer:
        assert json.load(answer)["outcome"] == "route"
    server.process.terminate()
    server.process.wait(20)
    for file in Path(folder).glob("pathways.lbdb*"):
        file.unlink()
    refused = run_here("serve", **setting)
    assert refused.code == 1
    assert "has no graph" in refused.err and "up to revision 3" in refused.err and "--accept-graph" in refused.err
    assert list(Path(folder).glob("pathways.lbdb*")) == []
    with socket.create_server(("127.0.0.1", 0)) as taken:  # the accepted start ends at its port
        port = str(taken.getsockname()[1])
        accepted = run_here("serve", "--accept-graph", "the disk was lost", "--port", port, **setting)
    assert "another graph accepted" in accepted.err and "the disk was lost" in accepted.err
    (kept,) = (tmp_path / "keys").glob("graph-*.json")
    assert [one["before"]["revision"] for one in json.loads(kept.read_text())["accepted"]] == [3]


def test_only_the_owner_reads_the_files_of_the_graph(folder, tmp_path, monkeypatch):
    """The graph, its log and the keys, also those that others could read before; exports are as usual."""
    graph = folder / "pathways.lbdb"
    log = folder / "pathways.lbdb.wal.torn-1"
    log.write_bytes(b"")
    for file in (graph, log):
        file.chmod(0o644)
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o755)
    setting = {"PATHWAYS_GRAPH": f"ladybug:{graph}", "PATHWAYS_RECEIPT_KEYS": str(keys)}
    before = os.umask(0o022)
    try:
        assert run_here("path", "1", "34", "--json", **setting).code == 0
        assert run_here("export", "fir", "--out", str(folder / "fir.csv"), **setting).code == 0
        new = {"PATHWAYS_GRAPH": f"ladybug:{tmp_path}/new.lbdb"}
        run_here("load", "bases", str(BASES), "--reason", "example", **new)
    finally:
        os.umask(before)
    monkeypatch.setenv("PATHWAYS_GRAPH", f"ladybug:{graph}")
    with open_graph("") as opened:  # the engine makes the log with the first write
        opened.write(lambda transaction: transaction.rows(compartments.RAISE, name="public"))
        assert (folder / "pathways.lbdb.wal").stat().st_mode & 0o777 == 0o600
    reset_logging()
    private = [graph, log, tmp_path / "new.lbdb", *keys.iterdir()]
    assert {file.name: file.stat().st_mode & 0o777 for file in private} == {file.name: 0o600 for file in private}
    assert [path.stat().st_mode & 0o777 for path in (keys, folder / "fir.csv")] == [0o700, 0o644]
