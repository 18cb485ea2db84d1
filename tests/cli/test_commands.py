"""Commands: exit codes according to the contract, JSON alone on stdout, remarks and progress bars on stderr."""

import json
import os
import pty
import re
import subprocess

import pytest

from tests.cli.conftest import ACCEPT, BASES, COMMAND, LISTS, environment, run, run_here

DONE, REFUSED, USAGE, UNREACHABLE, UNKNOWN = 0, 1, 2, 3, 4


def test_loads_report_counts_and_remarks(loading):
    """Counts and the result are on stdout, remarks on stderr; without a terminal there is no progress bar."""
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
        (("path", "8", "50"), UNKNOWN),
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
def test_a_command_has_the_exit_code_of_the_contract(loading, words, code):
    """0 done, 1 refused or no pathway, 2 wrong usage, 4 unknown; a failure has a reason on stderr and no traceback."""
    ran = run_here(*words, PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")
    assert ran.code == code, ran.err
    assert "Traceback" not in ran.out + ran.err
    assert bool(ran.err) == (code == USAGE or not ran.out) or words == ()


def test_a_process_ends_with_the_exit_code(loading):
    """As a script sees the code, with the default graph in the working directory."""
    folder, _ = loading
    assert [run(folder, "path", *pair.split()).code for pair in ("34 1", "8 50")] == [REFUSED, UNKNOWN]


def test_a_pathway_as_text(loading):
    """The text has each step with its warnings, reasons where there is no route, and always the notice."""
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
    """One document with the JSON names of the HTTP interface, whatever the outcome."""
    ran = run_here("path", *pair.split(), "--json", PATHWAYS_GRAPH=f"ladybug:{loading[0]}/pathways.lbdb")
    answer = json.loads(ran.out)
    assert (answer["from"], answer["to"]) == tuple(number.zfill(6) for number in pair.split())
    assert ran.err == ""


def test_a_load_as_json_prints_its_report(folder):
    """The document includes the remarks; the file was loaded before, so nothing changes."""
    graph = f"ladybug:{folder}/pathways.lbdb"
    ran = run_here("load", "bases", str(BASES), "--reason", "again", "--json", PATHWAYS_GRAPH=graph)
    report = json.loads(ran.out)
    assert (ran.code, ran.err) == (DONE, "")
    assert (report["kind"], report["applied"], report["changes"]) == ("bases", False, [])
    assert {remark["code"] for remark in report["remarks"]} >= {"held", "pending", "cycle", "removed-base"}


def test_a_dry_run_changes_nothing(folder):
    """The report states what would change; the answers do not change."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    ran = run_here("load", "bases", str(ACCEPT), "--reason", "x", "--dry-run", **settings)
    assert (ran.code, "A dry run: nothing was changed." in ran.out) == (DONE, True)
    assert run_here("path", "10", "46", **settings).code == REFUSED
    ran = run_here("load", "bases", str(ACCEPT), "--reason", "x", "--json", **settings)
    assert (ran.code, json.loads(ran.out)["applied"]) == (DONE, True)
    assert run_here("path", "10", "46", **settings).code == DONE
    again = run_here("load", "bases", str(ACCEPT), "--reason", "x", **settings)
    assert (again.code, "Nothing to change." in again.out) == (DONE, True)


def test_an_impact_as_text_and_json(folder):
    """The text has a summary, the gained pathways and the id; the JSON equals that of the interface; nothing is
    written."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    ran = run_here("impact", str(ACCEPT), **settings)
    assert ran.code == DONE, ran.err
    assert ran.out.startswith("0 steps are withdrawn and 1 added. ")
    assert "gained: 000010 → 000046" in ran.out
    impact = json.loads(run_here("impact", str(ACCEPT), "--json", "--limit", "1", **settings).out)
    assert len(impact["gained"]) == impact["counts"]["gained"] > 1
    assert (ran.out.splitlines()[-1], "more differences" in ran.out) == (f"impact {impact['id']}", False)
    load = ("load", "bases", str(ACCEPT), "--reason", "x", "--dry-run")
    for words in (("impact", str(ACCEPT)), load):
        cut = run_here(*words, "--limit", "1", **settings).out
        assert (cut.count("gained: "), "There are more differences: --limit N" in cut) == (1, True)
    report = json.loads(run_here(*load, "--json", "--limit", "1", **settings).out)
    assert (len(report["impact"]["gained"]), report["impact"]["next"]) == (len(impact["gained"]), None)
    again = json.loads(run_here("load", "bases", str(ACCEPT), "--reason", "x", "--dry-run", "--json", **settings).out)
    assert again["impact"]["id"] == impact["id"]
    assert "finding gone: held-base at " in ran.out
    assert again["impact"]["findings"]["counts"] == impact["findings"]["counts"]


def test_an_impact_of_invalid_edits_is_refused(folder):
    """Invalid rows and refused edits are reported with their place, all of a file in one pass."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    for row, expected in (
        ("2,x", ["line 2, column Firmware_Upgrade_Path"]),
        ("2,2", ["line 2, column Firmware_Upgrade_Path", "[own-base]"]),
        ("999999,1", ["line 2, column Entry.number", "999999"]),
        ("2,x\n3,3\n999999,1", ["line 2, ", "line 3, ", "line 4, "]),
    ):
        (folder / "wrong.csv").write_text(f"Entry.number,Firmware_Upgrade_Path\n{row}\n")
        ran = run_here("impact", str(folder / "wrong.csv"), **settings)
        assert (ran.code, ran.out, ran.err.count("refused: ")) == (REFUSED, "", row.count("\n") + 1)
        assert all(text in ran.err for text in expected), ran.err


def test_a_refused_row_refuses_the_file_without_skip_refused(folder):
    """Each refusal is on stderr with its place, and nothing changes; --skip-refused loads the valid rows."""
    file = folder / "edits.csv"
    file.write_text("Entry.number,Firmware_Upgrade_Path\n000050,000026\n000099x,000001\n000050,000050\n")
    settings = {"PATHWAYS_GRAPH": f"ladybug:{folder}/pathways.lbdb"}
    ran = run_here("load", "bases", str(file), "--reason", "x", **settings)
    assert (ran.code, ran.out.splitlines()[-1]) == (REFUSED, "Refused: nothing was changed.")
    assert "refused: edits.csv, line 3, column Entry.number" in ran.err
    assert run_here("path", "26", "50", **settings).code == UNKNOWN
    as_json = run_here("load", "bases", str(file), "--reason", "x", "--json", **settings)
    assert (as_json.code, len(json.loads(as_json.out)["refusals"]) > 0, as_json.err) == (REFUSED, True, "")
    ran = run_here("load", "bases", str(file), "--reason", "x", "--skip-refused", **settings)
    assert (ran.code, "Loaded." in ran.out) == (DONE, True)
    assert run_here("path", "26", "50", **settings).code == DONE


def test_verify_finds_no_faults_in_a_sound_graph(loading):
    """The output counts what was recomputed, as text or JSON."""
    settings = {"PATHWAYS_GRAPH": f"ladybug:{loading[0]}/pathways.lbdb"}
    ran = run_here("verify", "--pairs", "20", **settings)
    assert re.search(r"63 entries, \d+ steps, 1 held bases, 3 recorded instants, 20 pairs: no faults", ran.out)
    assert run_here("verify", "--pairs", "0", "--json", **settings).code == DONE


def test_verify_finds_a_missing_step(folder):
    """A missing step gives exit code 1 and the fault on stderr."""
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
def test_an_unreachable_engine_gives_exit_code_3(tmp_path, monkeypatch, words, graph):
    """The engine is down, the path does not exist, or the setting names no engine."""
    monkeypatch.chdir(tmp_path)
    ran = run_here(*words, PATHWAYS_GRAPH=graph)
    assert (ran.code, ran.out) == (UNREACHABLE, "")
    assert "cannot be reached" in ran.err
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_a_graph_gives_exit_code_3(tmp_path):
    """The command does not overwrite the file."""
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
def test_an_invalid_setting_is_named(tmp_path, monkeypatch, name, value):
    """The command ends with wrong usage, names the variable and opens nothing."""
    monkeypatch.chdir(tmp_path)
    ran = run_here("load", "list", str(LISTS[0]), **{name: value})
    assert (ran.code, ran.out) == (USAGE, "")
    assert name in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_never_printed():
    """This includes the message that Neo4j cannot be reached."""
    ran = run_here("verify", PATHWAYS_GRAPH="bolt://127.0.0.1:1", PATHWAYS_NEO4J_PASSWORD="open-sesame")
    assert ran.code == UNREACHABLE
    assert "open-sesame" not in ran.out + ran.err


def run_on_a_terminal(folder, *words):
    """Runs a command with a terminal as stderr and a pipe as stdout: its exit code and both outputs."""
    master, slave = pty.openpty()
    env = environment(TERM="xterm-256color")
    process = subprocess.Popen([*COMMAND, *words], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=slave)
    os.close(slave)
    terminal_output = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # Linux raises this error once the other side of the terminal is closed
            break
        if not chunk:
            break
        terminal_output += chunk
    out, _ = process.communicate(timeout=60)
    os.close(master)
    return process.returncode, out.decode(), terminal_output.decode()


def test_a_progress_bar_is_shown_only_on_a_terminal(folder):
    """The bar goes to stderr, and stdout holds only JSON; without a terminal there is neither bar nor colour."""
    words = ("load", "list", str(LISTS[1]), "--json")
    code, out, seen = run_on_a_terminal(folder, *words)
    assert (code, json.loads(out)["list_version"]) == (DONE, "1.002")
    assert "reading" in seen
    assert "\x1b[" in seen
    assert run_here(*words, PATHWAYS_GRAPH=f"ladybug:{folder}/pathways.lbdb").err == ""
