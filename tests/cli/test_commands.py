"""Commands as processes: exit codes by the contract, JSON alone on stdout, remarks and bars on stderr."""

import json
import os
import pty
import re
import subprocess

import pytest

from tests.cli.conftest import ACCEPT, BASES, COMMAND, LISTS, environment, run, run_here

DONE, REFUSED, USAGE, UNREACHABLE, CANNOT_SAY = 0, 1, 2, 3, 4


def test_loads_say_what_they_did(loading):
    """Counts and a verdict on stdout, remarks on stderr, nothing else; and no bar where there is no terminal."""
    _, (first, second, bases) = loading
    assert [ran.code for ran in (first, second, bases)] == [DONE] * 3
    assert "list 1.001 of 2026-01-05: 59 rows, 59 new" in first.out
    assert "list 1.002 of 2026-03-02: 63 rows, 4 new, 2 changed, 57 unchanged" in second.out
    assert "57 declared" in bases.out
    assert all(ran.out.endswith("Loaded.\n") for ran in (first, second, bases))
    assert (first.err, second.err) == ("", "")
    assert "held: line 43, 000046: 000010 is held" in bases.err
    assert "pending: line 56, 000060: 000070" in bases.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("path", "1", "34"), DONE),
        (("path", "17", "28"), DONE),
        (("path", "34", "1"), REFUSED),
        (("path", "8", "50"), CANNOT_SAY),
        (("path", "15", "55"), REFUSED),
        (("path", "15", "55", "--through-removed"), DONE),
        (("path", "15", "55", "--at", "2026-02-01"), DONE),
        (("path", "99", "1"), REFUSED),
        (("path", "1", "34", "--at", "2025-01-01"), REFUSED),
        (("path", "1", "34", "--known-at", "2025-01-01"), REFUSED),
        (("path", "1", "34", "--known-at", "9999-01-01"), REFUSED),
        (("path", "1", "1234567"), USAGE),
        (("path", "one", "34"), USAGE),
        (("path", "0", "34"), USAGE),
        (("path", "١", "34"), USAGE),
        (("path", "1"), USAGE),
        (("path", "1", "34", "50"), USAGE),
        (("path", "1", "34", "--at", "2026-13-01"), USAGE),
        (("path", "1", "34", "--at", "9999-12-31"), USAGE),
        (("path", "1", "34", "--known-at", ""), USAGE),
        (("path", "1", "34", "--colour"), USAGE),
        (("verify", "--pairs", "-1"), USAGE),
        (("load", "bases", str(BASES)), USAGE),
        (("load", "bases", str(BASES), "--reason", " "), USAGE),
        (("load", "bases", str(BASES), "--reason", "x", "--effective", "soon"), USAGE),
        (("load", "list"), USAGE),
        (("load", "list", "no-such-file.xlsx"), REFUSED),
        (("load", "list", str(BASES)), REFUSED),
        (("load", "bases", str(LISTS[0]), "--reason", "x"), REFUSED),
        (("load", "something"), USAGE),
        (("serve", "--port", "70000"), USAGE),
        (("frobnicate",), USAGE),
        ((), USAGE),
        (("--help",), DONE),
    ],
    ids=lambda value: " ".join(map(os.path.basename, value)) if isinstance(value, tuple) else "",
)
def test_a_command_ends_by_the_contract(loading, words, code):
    """0 done, 1 refused or none, 2 wrong usage, 4 we cannot say; a failure says why on stderr, and no trace of it."""
    ran = run_here(*words, PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.out + ran.err
    assert bool(ran.err) == (code == USAGE or not ran.out) or words == ()


def test_the_exit_code_is_that_of_the_process(loading):
    """As a script sees it, from the default graph in the working directory."""
    folder, _ = loading
    assert [run(folder, "path", *pair.split()).code for pair in ("34 1", "8 50")] == [REFUSED, CANNOT_SAY]


def test_a_pathway_is_told_to_a_person(loading):
    """Every step with what is sent, warnings beside it; reasons where there is no route; the notice always."""
    graph = f"ladybug:{loading[0]}/pathways.lbdb"
    ran = run_here("path", "16", "42", "--at", "2026-06-01", PATHWAYS_GRAPH=graph)
    assert ran.err == ""
    assert "000016 → 000042: there is a pathway" in ran.out
    assert "list 1.002 of 2026-03-02, at 2026-06-01T00:00:00Z" in ran.out
    assert re.search(r"^1\. 000016 → 000033  device model 20030100  firmware 30000002$", ran.out, re.MULTILINE)
    assert len(re.findall(r"image hash [0-9A-F]{64}$", ran.out, re.MULTILINE)) == 2
    assert ran.out.count("! certificate-date-passed: The ") == 2
    ran = run_here("path", "8", "50", PATHWAYS_GRAPH=graph)
    assert "nobody can say" in ran.out
    assert "- not-declared: No Firmware Upgrade Path was supplied" in ran.out
    assert "does not replace the Release Notes" in ran.out


@pytest.mark.parametrize("pair", ["1 34", "17 28", "34 1", "8 50"])
def test_json_is_alone_on_stdout(loading, pair):
    """One document, with the names of the interface, whatever the outcome."""
    ran = run_here("path", *pair.split(), "--json", PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")
    answer = json.loads(ran.out)
    assert (answer["from"], answer["to"]) == tuple(number.zfill(6) for number in pair.split())
    assert ran.err == ""


def test_a_load_as_json_is_its_report(folder):
    """Remarks and all in the document; the file is loaded already, so nothing changes."""
    graph = f"ladybug:{folder}/pathways.lbdb"
    ran = run_here("load", "bases", str(BASES), "--reason", "again", "--json", PATHWAYS_GRAPH=graph)
    report = json.loads(ran.out)
    assert (ran.code, ran.err) == (DONE, "")
    assert (report["kind"], report["applied"], report["changes"]) == ("bases", False, [])
    assert {remark["code"] for remark in report["remarks"]} >= {"held", "pending", "cycle", "removed-base"}


def test_a_dry_run_changes_nothing(folder):
    """It says what would change; the answer stays."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    ran = run_here("load", "bases", str(ACCEPT), "--reason", "x", "--dry-run", **settings)
    assert (ran.code, "A dry run: nothing was changed." in ran.out) == (DONE, True)
    assert run_here("path", "10", "46", **settings).code == REFUSED
    ran = run_here("load", "bases", str(ACCEPT), "--reason", "x", "--json", **settings)
    assert (ran.code, json.loads(ran.out)["applied"]) == (DONE, True)
    assert run_here("path", "10", "46", **settings).code == DONE
    again = run_here("load", "bases", str(ACCEPT), "--reason", "x", **settings)
    assert (again.code, "Nothing to change." in again.out) == (DONE, True)


def test_an_impact_is_told(folder):
    """A summary for an email, what is gained, and the id; as JSON the answer of the interface; nothing is written."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    ran = run_here("impact", str(ACCEPT), **settings)
    assert ran.code == DONE, ran.err
    assert ran.out.startswith("0 steps are withdrawn and 1 added. ")
    assert "gained: 000010 → 000046" in ran.out
    found = json.loads(run_here("impact", str(ACCEPT), "--json", "--limit", "1", **settings).out)
    assert (len(found["gained"]), found["counts"]["gained"] > 1) == (1, True)
    assert ran.out.splitlines()[-1] == f"impact {found['id']}"
    again = json.loads(run_here("load", "bases", str(ACCEPT), "--reason", "x", "--dry-run", "--json", **settings).out)
    assert again["impact"]["id"] == found["id"]
    assert "finding gone: held-base at " in ran.out
    assert again["impact"]["findings"]["counts"] == found["findings"]["counts"]


def test_an_impact_that_cannot_be_told(folder):
    """Rows that cannot be read, and edits that cannot be taken, are refused with their place."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    for row, said in (
        ("2,x", "line 2, column Firmware_Upgrade_Path"),
        ("2,2", "000002, bases: "),
        ("999999,1", "999999"),
    ):
        (folder / "wrong.csv").write_text(f"Entry.number,Firmware_Upgrade_Path\n{row}\n")
        ran = run_here("impact", str(folder / "wrong.csv"), **settings)
        assert (ran.code, ran.out, said in ran.err) == (REFUSED, "", True), ran.err


def test_a_refused_row_refuses_the_file_unless_it_may_be_skipped(folder):
    """Each refusal with its place, on stderr; exit 1 and nothing changed; --skip-refused takes the good rows."""
    file = folder / "edits.csv"
    file.write_text("Entry.number,Firmware_Upgrade_Path\n000050,000026\n000099x,000001\n000050,000050\n")
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    ran = run_here("load", "bases", str(file), "--reason", "x", **settings)
    assert (ran.code, ran.out.splitlines()[-1]) == (REFUSED, "Refused: nothing was changed.")
    assert "refused: edits.csv, line 3, column Entry.number" in ran.err
    assert run_here("path", "26", "50", **settings).code == CANNOT_SAY
    as_json = run_here("load", "bases", str(file), "--reason", "x", "--json", **settings)
    assert (as_json.code, len(json.loads(as_json.out)["refusals"]) > 0, as_json.err) == (REFUSED, True, "")
    ran = run_here("load", "bases", str(file), "--reason", "x", "--skip-refused", **settings)
    assert (ran.code, "Loaded." in ran.out) == (DONE, True)
    assert run_here("path", "26", "50", **settings).code == DONE


def test_verify_finds_a_sound_graph_sound(loading):
    """What was recomputed is counted, in words or as JSON."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{loading[0]}/pathways.lbdb"}
    ran = run_here("verify", "--pairs", "20", **settings)
    assert re.search(r"63 entries, \d+ steps, 1 held bases, 3 recorded instants, 20 pairs: no faults", ran.out)
    assert run_here("verify", "--pairs", "0", "--json", **settings).code == DONE


def test_verify_finds_what_is_wrong(folder):
    """A step that no fact gives: exit 1, and the fault on stderr."""
    import ladybug

    graph = folder / "pathways.lbdb"
    database = ladybug.Database(str(graph))
    ladybug.Connection(database).execute(
        "MATCH (:Entry {number: '000001'})-[s:UPGRADES_TO]->(:Entry {number: '000002'}) DELETE s"
    )
    database.close()
    ran = run_here("verify", "--pairs", "0", PATHWAYS_GRAPH=f"ladybug:{graph}")
    assert ran.code == REFUSED
    assert "UPGRADES_TO lacks a row" in ran.err


@pytest.mark.parametrize("words", [("path", "1", "2"), ("verify",), ("load", "list", str(LISTS[0])), ("serve",)])
@pytest.mark.parametrize(
    "graph", ["bolt://127.0.0.1:1", "ladybug:no/such/folder/graph.lbdb", "mongodb://host", "", "x"]
)
def test_an_engine_that_cannot_be_reached_is_3(tmp_path, monkeypatch, words, graph):
    """Away, nowhere, or no engine at all: another try, or another PATHWAYS_GRAPH, not another question."""
    monkeypatch.chdir(tmp_path)
    ran = run_here(*words, PATHWAYS_GRAPH=graph)
    assert (ran.code, ran.out) == (UNREACHABLE, "")
    assert "cannot be reached" in ran.err
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_graph_is_3(tmp_path):
    """It is neither read as one nor overwritten."""
    file = tmp_path / "pathways.lbdb"
    file.write_text("these are my notes\n" * 1000)
    assert run_here("path", "1", "2", PATHWAYS_GRAPH=f"ladybug:{file}").code == UNREACHABLE
    assert file.read_text().startswith("these are my notes")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATHWAYS_PORT", "abc"),
        ("PATHWAYS_PORT", "70000"),
        ("PATHWAYS_LOG_LEVEL", "loud"),
        ("PATHWAYS_MAX_ROWS", "0"),
        ("PATHWAYS_MAX_FILE_BYTES", "much"),
    ],
)
def test_a_setting_that_is_rubbish_is_named(tmp_path, monkeypatch, name, value):
    """Wrong usage, by the name that was set; nothing is opened."""
    monkeypatch.chdir(tmp_path)
    ran = run_here("load", "list", str(LISTS[0]), **{name: value})
    assert (ran.code, ran.out) == (USAGE, "")
    assert name in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_never_told():
    """Not even where Neo4j cannot be reached."""
    ran = run_here("verify", PATHWAYS_GRAPH="bolt://127.0.0.1:1", PATHWAYS_NEO4J_PASSWORD="open-sesame")
    assert ran.code == UNREACHABLE
    assert "open-sesame" not in ran.out + ran.err


def on_a_terminal(folder, *words):
    """A command whose stderr is a terminal, and its stdout a pipe: its exit code and both."""
    ours, theirs = pty.openpty()
    env = environment(TERM="xterm-256color")
    process = subprocess.Popen([*COMMAND, *words], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # what Linux says when the other side of a terminal is gone
            break
        if not part:
            break
        seen += part
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    return process.returncode, out.decode(), seen.decode()


def test_a_bar_is_shown_on_a_terminal_alone(folder):
    """It goes to stderr, and JSON stays alone on stdout; without a terminal there is neither bar nor colour."""
    words = ("load", "list", str(LISTS[1]), "--json")
    code, out, seen = on_a_terminal(folder, *words)
    assert (code, json.loads(out)["list_version"]) == (DONE, "1.002")
    assert "reading" in seen
    assert "\x1b[" in seen
    assert run_here(*words, PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb").err == ""
