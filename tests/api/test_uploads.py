"""`POST /v1/lists` and `POST /v1/bases`: the files of the loaders over HTTP, on both engines."""

import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from loaders.bases import read_bases
from loaders.lists import read_list
from service.app import create_app
from service.application.files import uploads
from service.application.files.load import LoadOptions
from service.application.files.load import load_bases as bases_loaded
from service.application.files.load import load_list as list_loaded
from service.application.files.uploads import MAX_REFUSALS
from service.domain.limits import Limits
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.repositories import amendment_chain, compartments
from service.repositories.overview import finding_standards
from service.schemas.requests.files import UPLOAD_MEDIA_TYPES
from service.settings import Settings
from tests.conftest import EXAMPLES
from tests.loaders.files import entry, heading, list_csv, list_workbook

pytestmark = pytest.mark.seconds(13)

FIRST, SECOND = (EXAMPLES / f"central-products-list-v1.{minor}" for minor in ("001.xlsx", "002.csv"))
BASES = EXAMPLES / "bases.csv"
HEAD = "Entry.number,Firmware_Upgrade_Path\n"


def send(client, kind, path, content=None, **asked):
    """Posts a file; unless told otherwise with its own content, by a tester and for a reason."""
    given = {"file": path.name, "by": "tester"} | ({"reason": "because"} if kind == "bases" else {}) | asked
    told = {"Content-Type": UPLOAD_MEDIA_TYPES[f".{given['file'].rpartition('.')[2]}"]}
    body = path.read_bytes() if content is None else content
    return client.post(f"/v1/{kind}?{urlencode(given)}", content=body, headers=told)


def loaded(client, kind, path, content=None, **asked):
    """The report of a file that was taken."""
    response = send(client, kind, path, content, **asked)
    assert response.status_code == 200, response.text
    return response.json()


def refused(response, status=422, slug="file-refused"):
    """The problem of a file that was not."""
    problem = response.json()
    assert (response.status_code, problem["type"].rpartition(":")[2]) == (status, slug), problem
    assert response.headers["content-type"] == "application/problem+json"
    return problem


@pytest.fixture
def client(graph, clock, served):
    """A client of an empty graph."""
    with served(graph, clock) as found:
        yield found


@pytest.fixture
def listed(client):
    """A client of the first list of the examples."""
    assert loaded(client, "lists", FIRST)["applied"]
    return client


@pytest.fixture
def alone(tmp_path, clock):
    """A client on Ladybug alone, for what no engine sees: what is sent, and within which limits."""
    graph = LadybugGraph(tmp_path / "alone.lbdb")
    migrate(graph)
    with TestClient(create_app(Settings(), graph, clock, limits=Limits(file_bytes=20_000, rows=70))) as found:
        yield found
    graph.close()


def test_files_are_loaded_as_by_the_command_line(client, graph, clock):
    """Dry run and load alike report what the loaders report; what is loaded is answered from then on, at once."""
    question = {"from": "1", "to": "34"}
    assert client.get("/v1/pathways", params=question).json()["type"].endswith("before-first-record")
    for path in (FIRST, SECOND):
        found = read_list(path, Limits())
        foreseen = list_loaded(
            graph,
            clock,
            found,
            path.name,
            LoadOptions(dry_run=True, made_by="tester", standards=finding_standards(Settings())),
        )
        assert send(client, "lists", path, dry_run=True).text == foreseen.model_dump_json(by_alias=True)
        report = loaded(client, "lists", path)
        assert report == foreseen.model_dump(mode="json", by_alias=True) | {
            "applied": True,
            "dry_run": False,
            "impact": None,
        }
        clock.forward(hours=1)
    assert client.get("/v1/pathways", params=question).json()["outcome"] == "unknown"
    told = LoadOptions(dry_run=True, made_by="tester", standards=finding_standards(Settings()), reason="because")
    foreseen = bases_loaded(graph, clock, read_bases(BASES, Limits(), None), told)
    assert send(client, "bases", BASES, dry_run=True).text == foreseen.model_dump_json(by_alias=True)
    assert foreseen.impact.counts["gained"]
    assert client.get("/v1/pathways", params=question).json()["outcome"] == "unknown"
    assert loaded(client, "bases", BASES)["counts"] == foreseen.counts
    assert client.get("/v1/pathways", params=question).json()["outcome"] == "route"


def test_loading_twice_changes_nothing(listed, graph, clock):
    """Neither a list nor bases: not even the revision moves."""
    loaded(listed, "lists", SECOND)
    loaded(listed, "bases", BASES)
    before = compartments.read_state(graph)
    clock.forward(hours=1)
    for kind, path in (("lists", SECOND), ("lists", FIRST), ("bases", BASES)):
        report = loaded(listed, kind, path)
        assert (report["applied"], report["changes"]) == (False, [])
    assert compartments.read_state(graph) == before


def test_what_stands_in_the_record(listed, graph):
    """By whom, why, on what evidence, from which file; and from when it holds."""
    asked = {"reason": "why & so", "by": "Jo Ünal", "evidence": "notice 7", "effective": "2026-03-01"}
    report = loaded(listed, "bases", BASES, f"{HEAD}2,1\n".encode(), file="märz.csv", **asked)
    (made,) = amendment_chain.fetch_chain(graph, compartments.read_state(graph)).amendments
    assert [made.id] == report["amendments"]
    assert (made.made_by, made.reason, made.evidence, made.source) == ("Jo Ünal", "why & so", "notice 7", "märz.csv")
    history = listed.get("/v1/entries/2/history").json()["items"]
    (said,) = (item for item in history if item["kind"] == "declaration")
    assert (said["valid_from"], said["declaration"]["bases"]) == ("2026-03-01T00:00:00Z", ["000001"])


def test_a_file_with_a_bad_row_is_not_taken(listed, graph):
    """Each refusal names the file, the line, the column and the value; with `skip_refused` the good rows are taken."""
    before, content = compartments.read_state(graph), f"{HEAD}2,1\n3,x\n4,4\n999999,1\n".encode()
    for dry_run in (False, True):
        problem = refused(send(listed, "bases", BASES, content, dry_run=dry_run))
        places = [(r["file"], r["line"], r["column"], r["value"], r["code"]) for r in problem["refusals"]]
        assert places == [("bases.csv", 3, "Firmware_Upgrade_Path", "x", "bad-number")]
        assert problem["refused"] == 1
    assert compartments.read_state(graph) == before
    report = loaded(listed, "bases", BASES, content, skip_refused=True, dry_run=True)
    assert (report["applied"], report["counts"]["refused"], report["impact"]["counts"]["gained"] > 0) == (
        False,
        3,
        True,
    )
    assert compartments.read_state(graph) == before
    report = loaded(listed, "bases", BASES, content, skip_refused=True)
    assert (report["applied"], [r["line"] for r in report["refusals"]]) == (True, [3, 4, 5])
    assert listed.get("/v1/pathways?from=1&to=2").json()["outcome"] == "route"


def test_what_speaks_against_a_list_as_a_whole(client, graph, tmp_path):
    """Other content needs `correction`, many absences `allow_absent`; no `skip_refused` passes either."""
    rows = [entry(number) for number in range(1, 10)]
    write = {"csv": list_csv, "xlsx": list_workbook}
    first = list_csv(tmp_path / "a.csv", heading("1.001", "2026-01-05"), rows)
    other = list_csv(tmp_path / "b.csv", heading("1.001", "2026-01-05"), [entry(1, status="Removed"), *rows[1:]])
    short = write["xlsx"](tmp_path / "c.xlsx", heading("1.002", "2026-02-05"), rows[:2])
    loaded(client, "lists", first)
    before = compartments.read_state(graph)
    for file, code in ((other, "other-content"), (short, "many-absent")):
        problem = refused(send(client, "lists", file, skip_refused=True))
        assert [(r["file"], r["code"]) for r in problem["refusals"]] == [(file.name, code)]
    assert compartments.read_state(graph) == before
    assert loaded(client, "lists", other, correction=True)["applied"]
    assert loaded(client, "lists", short, allow_absent=True)["absent"] == [f"{n:06}" for n in range(3, 10)]


def test_two_files_at_once(listed, graph):
    """One after the other, both whole: two recorded instants, two links of the chain."""
    files = [f"{HEAD}{number},1\n".encode() for number in (2, 3)]
    with ThreadPoolExecutor(2) as together:
        reports = list(together.map(lambda content: loaded(listed, "bases", BASES, content), files))
    assert [report["applied"] for report in reports] == [True, True]
    made = amendment_chain.fetch_chain(graph, compartments.read_state(graph)).amendments
    assert [link.sequence for link in made] == [1, 2]
    assert made[0].recorded < made[1].recorded


def test_a_load_holds_up_nobody_but_the_next_load(alone, monkeypatch):
    """While one is under way questions are answered, and the next waits; its file has no name on the disk."""
    going, done, began, real = threading.Event(), threading.Event(), [], uploads.load_bases

    def slow(graph, clock, limits, by, upload):
        began.append(upload.file.name)
        going.set()
        assert done.wait(20)
        return real(graph, clock, limits, by, upload)

    loaded(alone, "lists", SECOND)
    monkeypatch.setattr(uploads, "load_bases", slow)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as together:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        sent = [together.submit(loaded, alone, "bases", BASES, f"{HEAD}2,1\n".encode(), file="1.csv")]
        assert going.wait(20)
        sent.append(together.submit(loaded, alone, "bases", BASES, f"{HEAD}3,2\n".encode(), file="2.csv"))
        assert alone.get("/v1/pathways?from=1&to=2").json()["outcome"] == "unknown"
        assert began == ["1.csv"]
        assert list(Path(folder).iterdir()) == []
        done.set()
        assert [future.result()["applied"] for future in sent] == [True, True]
    assert began == ["1.csv", "2.csv"]


def test_however_much_is_wrong_the_problem_is_short(alone):
    """So many refusals are told; all are counted."""
    loaded(alone, "lists", SECOND)
    bad = ";".join(f"x{number}" for number in range(300))
    problem = refused(send(alone, "bases", BASES, f'{HEAD}2,"{bad}"\n'.encode()))
    assert (len(problem["refusals"]), problem["refused"]) == (MAX_REFUSALS, 300)
    assert "299 more" in problem["detail"]


WHOLE = [
    ("bases", "b.csv", b"", "empty-file"),
    ("bases", "b.csv", b"\xff\xfe1", "not-utf8"),
    ("bases", "b.csv", b"Entry.number\n1\n", "missing-column"),
    ("bases", "b.csv", (HEAD + "1,N/A\n" * 80).encode(), "too-many-rows"),
    ("bases", "b.xlsx", HEAD.encode(), "wrong-kind"),
    ("bases", "b.xlsm", b"PK\3\4 no zip file", "not-a-workbook"),
    ("bases", "b.csv", b"PK\3\4 a workbook", "wrong-kind"),
    ("lists", "l.csv", HEAD.encode(), "missing-column"),
]


@pytest.mark.parametrize(("kind", "name", "content", "code"), WHOLE)
def test_a_file_that_is_none_is_refused(alone, kind, name, content, code):
    """With its own name, by the limits and rules of the command line."""
    problem = refused(send(alone, kind, BASES, content, file=name))
    assert {(refusal["file"], refusal["code"]) for refusal in problem["refusals"]} == {(name, code)}
    assert problem["detail"].startswith(name)


@pytest.mark.parametrize("kind", ["lists", "bases"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_over_the_limit_is_not_taken_in(alone, kind, chunked, monkeypatch):
    """By the size that its head tells, and by what comes; the loader never sees it."""
    monkeypatch.setattr(uploads, {"lists": "load_list", "bases": "load_bases"}[kind], None)
    told = {"file": "x.csv", "by": "x"} | ({"reason": "x"} if kind == "bases" else {})
    body = (b"x" * 1_000 for _ in range(21)) if chunked else b"x" * 20_001
    response = alone.post(f"/v1/{kind}", params=told, content=body, headers={"Content-Type": "text/csv"})
    assert "20,000 bytes" in refused(response, 413, "body-too-large")["detail"]


XLSX = UPLOAD_MEDIA_TYPES[".xlsx"]
MISSENT = [
    ("b.csv", None),
    ("b.csv", ""),
    ("b.csv", "text/plain"),
    ("b.csv", "application/x-www-form-urlencoded"),
    ("b.csv", "multipart/form-data; boundary=x"),
    ("b.csv", "application/json"),
    ("b.csv", "text/csv; charset=iso-8859-1"),
    ("b.csv", XLSX),
    ("b.xlsx", "text/csv"),
    ("b.xlsm", XLSX),
    ("b.xlsx", "x" * 5_000),
]


@pytest.mark.parametrize(("name", "media_type"), MISSENT)
def test_a_file_that_is_not_sent_as_what_it_is_is_refused(alone, name, media_type):
    """What a page elsewhere can make a browser send without asking is among it."""
    told = {"file": name, "by": "x", "reason": "x"}
    headers = {} if media_type is None else {"Content-Type": media_type}
    response = alone.post("/v1/bases", params=told, content=f"{HEAD}2,1\n".encode(), headers=headers)
    problem = refused(response, 415, "wrong-media-type")
    assert name in problem["detail"]
    assert len(response.content) < 1_000


def test_a_packed_file_is_refused(alone):
    """It would unpack to nobody knows what."""
    headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    response = alone.post("/v1/lists?file=x.csv&by=x", content=b"\x1f\x8b", headers=headers)
    refused(response, 415, "wrong-media-type")


@pytest.mark.parametrize("media_type", ["text/csv", "TEXT/CSV;charset=UTF-8", 'text/csv; charset="utf-8"'])
def test_a_media_type_in_any_spelling(alone, media_type):
    """As the standard has it."""
    response = alone.post(
        "/v1/lists?file=X.CSV&by=x", content=SECOND.read_bytes(), headers={"Content-Type": media_type}
    )
    assert (response.status_code, response.json()["file"]) == (200, "X.CSV")


GOOD = {"file": "b.csv", "by": "x", "reason": "x"}
MALFORMED = [
    ({"file": ""}, "file"),
    ({"file": "b.txt"}, "file"),
    ({"file": "../b.csv"}, "file"),
    ({"file": "C:\\b.csv"}, "file"),
    ({"file": "b\n.csv"}, "file"),
    ({"file": "b\u202e.csv"}, "file"),
    ({"file": f"{'b' * 200}.csv"}, "file"),
    ({"by": ""}, "by"),
    ({"by": " "}, "by"),
    ({"by": "x\0"}, "by"),
    ({"reason": "  "}, "reason"),
    ({"reason": "x" * 2_001}, "reason"),
    ({"evidence": "x\x1b[1m"}, "evidence"),
    ({"effective": "soon"}, "effective"),
    ({"dry_run": "perhaps"}, "dry_run"),
    ({"dryrun": "true"}, "dryrun"),
    ({"correction": "true"}, "correction"),
    ({"allow_absent": "true"}, "allow_absent"),
]


@pytest.mark.parametrize(("changed", "where"), MALFORMED)
def test_what_is_not_well_asked_is_refused(alone, changed, where):
    """Before the file is looked at: a word misspelt is no default, least of all of a dry run."""
    response = alone.post("/v1/bases", params=GOOD | changed, content=b"", headers={"Content-Type": "text/csv"})
    assert [fault["where"] for fault in refused(response, 422, "invalid-question")["errors"]] == [where]
