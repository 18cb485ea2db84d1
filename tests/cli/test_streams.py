"""Output that cannot be written: exit code 1 and one sentence, not a traceback and not the exit code of the answer."""

import os
import subprocess

import pytest

from tests.cli.conftest import COMMAND, LISTS, environment, run_here

FULL, CLOSED = "No space left on device", "Broken pipe"


def run_into(stdout, folder, *words):
    """Runs a command in a process with a stdout of its own: its exit code and its lines on stderr."""
    process = [*COMMAND, *words]
    ran = subprocess.run(process, cwd=folder, env=environment(), stdout=stdout, stderr=subprocess.PIPE, text=True)
    return ran.returncode, ran.stderr.splitlines()


def sentence(reason):
    """The line that says why the output cannot be written."""
    return f"The output cannot be written: {reason}. If the command has changed the graph, the change stays."


@pytest.mark.parametrize(
    "words",
    [
        ("path", "8", "50"),
        ("path", "--batch", "pairs.csv"),
        ("export", "fir"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_full_disk_is_exit_code_1(folder, words):
    """Without this, `path 8 50` would end with 4, its answer, and a batch with the 120 of Python."""
    (folder / "pairs.csv").write_text("From,To\n1,34\n")
    with open("/dev/full", "w") as full:
        assert run_into(full, folder, *words) == (1, [sentence(FULL)])


def test_a_pipe_that_nobody_reads_is_exit_code_1(folder):
    """As with `pathways path … | head -0`."""
    reader, writer = os.pipe()
    os.close(reader)
    assert run_into(writer, folder, "path", "1", "34") == (1, [sentence(CLOSED)])
    os.close(writer)


def test_a_load_stays_though_its_report_cannot_be_written(tmp_path):
    """The list was loaded before the report was written: the sentence says so, and a second load changes nothing."""
    with open("/dev/full", "w") as full:
        assert run_into(full, tmp_path, "load", "list", str(LISTS[0])) == (1, [sentence(FULL)])
    again = run_here("load", "list", str(LISTS[0]), PATHWAYS_GRAPH=f"ladybug:{tmp_path}/pathways.lbdb")
    assert (again.code, again.out.splitlines()[-1]) == (0, "Nothing to change.")
