"""`POST /v1/lists` and `POST /v1/bases`: the loaders' files over HTTP, on both engines."""

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
from service.application.files.load import load_bases as apply_bases
from service.application.files.load import load_list as apply_list
from service.application.files.uploads import MAX_REFUSALS
from service.application.findings import finding_thresholds
from service.domain.limits import Limits
from service.repositories import amendment_chain, compartments
from service.schemas.requests.files import UPLOAD_MEDIA_TYPES
from service.settings import Settings
from tests.conftest import EXAMPLES, open_empty
from tests.loaders.files import entry, heading, list_csv, list_workbook

pytestmark = pytest.mark.seconds(6)

FIRST, SECOND = (EXAMPLES / f"central-products-list-v1.{minor}" for minor in ("001.xlsx", "002.csv"))
BASES = EXAMPLES / "bases.csv"
LISTS_OF_IMPACT = (
    "lost", "gained", "longer", "shorter", "rerouted", "now-unknown", "now-known", "stranded",
)  # fmt: skip
NO_DISCLOSURES = {"counts": {}, "by_date": [], "answers": [], "exports": [], "more": False}
HEAD = "Entry.number,Firmware_Upgrade_Path\n"


def send(client, kind, path, content=None, **parameters):
    """Posts a file, by default with the content of `path`, by a tester and with a reason."""
    query = {"file": path.name, "by": "tester"} | ({"reason": "because"} if kind == "bases" else {}) | parameters
    headers = {"Content-Type": UPLOAD_MEDIA_TYPES[f".{query['file'].rpartition('.')[2]}"]}
    body = path.read_bytes() if content is None else content
    return client.post(f"/v1/{kind}?{urlencode(query)}", content=body, headers=headers)


def loaded(client, kind, path, content=None, **parameters):
    """The report of a file that was loaded."""
    response = send(client, kind, path, content, **parameters)
    assert response.status_code == 200, response.text
    return response.json()


def foreseen(report):
    """The report of a dry run, without the cursor and the disclosures that only the service gives."""
    told = report.json() if hasattr(report, "text") else report.model_dump(mode="json", by_alias=True)
    assert told["impact"].pop("disclosures", NO_DISCLOSURES) == NO_DISCLOSURES
    return told | {"impact": {name: value for name, value in told["impact"].items() if name != "next"}}


def problem_of(response, status=422, slug="file-refused"):
    """The problem of a file that was refused."""
    problem = response.json()
    assert (response.status_code, problem["type"].rpartition(":")[2]) == (status, slug), problem
    assert response.headers["content-type"] == "application/problem+json"
    return problem


@pytest.fixture
def client(graph, clock, served):
    """A test client over an empty graph."""
    with served(graph, clock) as client:
        yield client


@pytest.fixture
def listed(client):
    """A test client over the first list of the examples."""
    assert loaded(client, "lists", FIRST)["applied"]
    return client


@pytest.fixture
def limited(request, tmp_path, clock):
    """A test client on Ladybug alone with small limits, for requests that reach no engine."""
    graph = open_empty("ladybug", request, tmp_path)
    with TestClient(create_app(Settings(), graph, clock, limits=Limits(file_bytes=20_000, rows=70))) as client:
        yield client
    graph.close()


def test_uploads_report_and_apply_like_the_loaders(client, graph, clock):
    """Dry run and load report the same as the loaders; answers change at once after the load."""
    question = {"from": "1", "to": "34"}
    assert client.get("/v1/pathways", params=question).json()["type"].endswith("before-first-record")
    for path in (FIRST, SECOND):
        parsed = read_list(path, Limits())
        expected = apply_list(
            graph,
            clock,
            parsed,
            path.name,
            LoadOptions(dry_run=True, made_by="tester", thresholds=finding_thresholds(Settings())),
        )
        assert foreseen(send(client, "lists", path, dry_run=True)) == foreseen(expected)
        report = loaded(client, "lists", path)
        assert report == expected.model_dump(mode="json", by_alias=True) | {
            "applied": True,
            "dry_run": False,
            "impact": None,
        }
        clock.forward(hours=1)
    assert client.get("/v1/pathways", params=question).json()["outcome"] == "unknown"
    options = LoadOptions(dry_run=True, made_by="tester", thresholds=finding_thresholds(Settings()), reason="because")
    expected = apply_bases(graph, clock, read_bases(BASES, Limits(), None), options)
    assert foreseen(send(client, "bases", BASES, dry_run=True)) == foreseen(expected)
    assert expected.impact.counts["gained"]
    assert client.get("/v1/pathways", params=question).json()["outcome"] == "unknown"
    assert loaded(client, "bases", BASES)["counts"] == expected.counts
    assert client.get("/v1/pathways", params=question).json()["outcome"] == "route"


@pytest.mark.parametrize(("kind", "path"), [("lists", SECOND), ("bases", BASES)])
def test_the_impact_of_a_dry_run_comes_in_pages(listed, clock, kind, path):
    """The same file with the cursor gives every difference once, although the file is loaded meanwhile."""
    if kind == "bases":
        loaded(listed, "lists", SECOND)
    whole = loaded(listed, kind, path, dry_run=True, limit=1000)
    assert whole["impact"].pop("next") is None
    wanted = [row for name in LISTS_OF_IMPACT for row in whole["impact"][name]]
    wanted += [row for name in ("new", "gone") for row in whole["impact"]["findings"][name]]
    limit = len(wanted) // 4  # each page computes the impact anew
    page, rows = loaded(listed, kind, path, dry_run=True, limit=limit), []
    clock.forward(minutes=1)
    assert loaded(listed, kind, path)["applied"]
    assert not any(loaded(listed, kind, path, dry_run=True)["impact"]["counts"].values())
    pages = [page]
    while cursor := page["impact"]["next"]:
        page = loaded(listed, kind, path, dry_run=True, limit=limit, cursor=cursor)
        pages.append(page)
    for page in pages:
        impact = page["impact"]
        rows += [row for name in LISTS_OF_IMPACT for row in impact[name]]
        rows += [row for name in ("new", "gone") for row in impact["findings"][name]]
        assert (impact["id"], impact["counts"], impact["by_date"]) == tuple(
            whole["impact"][name] for name in ("id", "counts", "by_date")
        )
        assert page["changes"] == whole["changes"]
    assert rows == wanted
    assert len(pages) > 3


def test_a_cursor_belongs_to_the_file_and_the_dry_run(listed):
    """The service refuses the cursor with another file, with other options, and without `dry_run`."""
    loaded(listed, "lists", SECOND)
    cursor = loaded(listed, "bases", BASES, dry_run=True, limit=1)["impact"]["next"]
    content = BASES.read_bytes()
    for sent, options in [
        (content + b"000034,N/A\n", {"dry_run": True}),
        (content, {"dry_run": True, "skip_refused": True}),
        (content, {}),
    ]:
        problem = problem_of(send(listed, "bases", BASES, sent, cursor=cursor, **options), slug="invalid-question")
        assert [error["where"] for error in problem["errors"]] == ["cursor"]


def test_loading_twice_changes_nothing(listed, graph, clock):
    """Neither lists nor bases change anything the second time, not even the revision."""
    loaded(listed, "lists", SECOND)
    loaded(listed, "bases", BASES)
    before = compartments.read_state(graph)
    clock.forward(hours=1)
    for kind, path in (("lists", SECOND), ("lists", FIRST), ("bases", BASES)):
        report = loaded(listed, kind, path)
        assert (report["applied"], report["changes"]) == (False, [])
    assert compartments.read_state(graph) == before


def test_the_record_names_author_reason_evidence_and_file(listed, graph):
    """The amendment has author, reason, evidence and file name; the declaration has its effective date."""
    parameters = {"reason": "why & so", "by": "Jo Ünal", "evidence": "notice 7", "effective": "2026-03-01"}
    report = loaded(listed, "bases", BASES, f"{HEAD}2,1\n".encode(), file="märz.csv", **parameters)
    (amendment,) = amendment_chain.fetch_chain(graph, compartments.read_state(graph)).amendments
    assert [amendment.id] == report["amendments"]
    assert (amendment.made_by, amendment.reason, amendment.evidence, amendment.source) == (
        "Jo Ünal",
        "why & so",
        "notice 7",
        "märz.csv",
    )
    history = listed.get("/v1/entries/2/history").json()["items"]
    (declaration,) = (item for item in history if item["kind"] == "declaration")
    assert (declaration["valid_from"], declaration["declaration"]["bases"]) == ("2026-03-01T00:00:00Z", ["000001"])


def test_a_file_with_a_bad_row_is_refused(listed, graph):
    """Each refusal names file, line, column and value, those of the loader and of the rules in one answer.

    With `skip_refused` the valid rows are loaded.
    """
    before, content = compartments.read_state(graph), f"{HEAD}2,1\n3,x\n4,4\n999999,1\n".encode()
    for dry_run in (False, True):
        problem = problem_of(send(listed, "bases", BASES, content, dry_run=dry_run))
        places = [(r["file"], r["line"], r["column"], r["value"], r["code"]) for r in problem["refusals"]]
        assert places == [
            ("bases.csv", 3, "Firmware_Upgrade_Path", "x", "bad-number"),
            ("bases.csv", 4, "Firmware_Upgrade_Path", "000004", "own-base"),
            ("bases.csv", 5, "Entry.number", "999999", "unknown-entry"),
        ]
        assert problem["refused"] == 3
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


def test_a_list_with_a_general_objection_is_refused(client, graph, tmp_path):
    """Different content needs `correction`, many absences need `allow_absent`; `skip_refused` overrides neither."""
    rows = [entry(number) for number in range(1, 10)]
    write = {"csv": list_csv, "xlsx": list_workbook}
    first = list_csv(tmp_path / "a.csv", heading("1.001", "2026-01-05"), rows)
    other = list_csv(tmp_path / "b.csv", heading("1.001", "2026-01-05"), [entry(1, status="Removed"), *rows[1:]])
    short = write["xlsx"](tmp_path / "c.xlsx", heading("1.002", "2026-02-05"), rows[:2])
    loaded(client, "lists", first)
    before = compartments.read_state(graph)
    for file, code in ((other, "other-content"), (short, "many-absent")):
        problem = problem_of(send(client, "lists", file, skip_refused=True))
        assert [(r["file"], r["code"]) for r in problem["refusals"]] == [(file.name, code)]
    assert compartments.read_state(graph) == before
    assert loaded(client, "lists", other, correction=True)["applied"]
    assert loaded(client, "lists", short, allow_absent=True)["absent"] == [f"{n:06}" for n in range(3, 10)]


def test_two_files_at_once(listed, graph):
    """One file after the other, each complete: two recorded instants, two links of the chain."""
    files = [f"{HEAD}{number},1\n".encode() for number in (2, 3)]
    with ThreadPoolExecutor(2) as together:
        reports = list(together.map(lambda content: loaded(listed, "bases", BASES, content), files))
    assert [report["applied"] for report in reports] == [True, True]
    amendments = amendment_chain.fetch_chain(graph, compartments.read_state(graph)).amendments
    assert [link.sequence for link in amendments] == [1, 2]
    assert amendments[0].recorded < amendments[1].recorded


def test_a_load_blocks_only_the_next_load(limited, monkeypatch):
    """During a load the service answers requests, and the next load waits; an uploaded file has no name on the disk."""
    started, done, began, original = threading.Event(), threading.Event(), [], uploads.load_bases

    def slow(graph, clock, limits, by, upload):
        began.append(upload.file.name)
        started.set()
        assert done.wait(20)
        return original(graph, clock, limits, by, upload)

    loaded(limited, "lists", SECOND)
    monkeypatch.setattr(uploads, "load_bases", slow)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as together:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        futures = [together.submit(loaded, limited, "bases", BASES, f"{HEAD}2,1\n".encode(), file="1.csv")]
        assert started.wait(20)
        futures.append(together.submit(loaded, limited, "bases", BASES, f"{HEAD}3,2\n".encode(), file="2.csv"))
        assert limited.get("/v1/pathways?from=1&to=2").json()["outcome"] == "unknown"
        assert began == ["1.csv"]
        assert list(Path(folder).iterdir()) == []
        done.set()
        assert [future.result()["applied"] for future in futures] == [True, True]
    assert began == ["1.csv", "2.csv"]


def test_a_problem_lists_a_limited_number_of_refusals(limited):
    """The problem lists the first refusals and counts all."""
    loaded(limited, "lists", SECOND)
    bad = ";".join(f"x{number}" for number in range(300))
    problem = problem_of(send(limited, "bases", BASES, f'{HEAD}2,"{bad}"\n'.encode()))
    assert (len(problem["refusals"]), problem["refused"]) == (MAX_REFUSALS, 300)
    assert "299 more" in problem["detail"]


UNREADABLE = [
    ("bases", "b.csv", b"", "empty-file"),
    ("bases", "b.csv", b"\xff\xfe1", "not-utf8"),
    ("bases", "b.csv", b"Entry.number\n1\n", "missing-column"),
    ("bases", "b.csv", (HEAD + "1,N/A\n" * 80).encode(), "too-many-rows"),
    ("bases", "b.xlsx", HEAD.encode(), "wrong-kind"),
    ("bases", "b.xlsm", b"PK\3\4 no zip file", "not-a-workbook"),
    ("bases", "b.csv", b"PK\3\4 a workbook", "wrong-kind"),
    ("lists", "l.csv", HEAD.encode(), "missing-column"),
]


@pytest.mark.parametrize(("kind", "name", "content", "code"), UNREADABLE)
def test_an_unreadable_file_is_refused(limited, kind, name, content, code):
    """The refusal has the name of the file, and follows the limits and rules of the command line."""
    problem = problem_of(send(limited, kind, BASES, content, file=name))
    assert {(refusal["file"], refusal["code"]) for refusal in problem["refusals"]} == {(name, code)}
    assert problem["detail"].startswith(name)


@pytest.mark.parametrize("kind", ["lists", "bases"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_over_the_limit_is_not_read(limited, kind, chunked, monkeypatch):
    """The service checks the Content-Length and counts the bytes; the loader is not called."""
    monkeypatch.setattr(uploads, {"lists": "load_list", "bases": "load_bases"}[kind], None)
    parameters = {"file": "x.csv", "by": "x"} | ({"reason": "x"} if kind == "bases" else {})
    body = (b"x" * 1_000 for _ in range(21)) if chunked else b"x" * 20_001
    response = limited.post(f"/v1/{kind}", params=parameters, content=body, headers={"Content-Type": "text/csv"})
    assert "20,000 bytes" in problem_of(response, 413, "body-too-large")["detail"]


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
def test_a_file_with_the_wrong_media_type_is_refused(limited, name, media_type):
    """This includes the media types that a page on another site can send without a CORS preflight."""
    parameters = {"file": name, "by": "x", "reason": "x"}
    headers = {} if media_type is None else {"Content-Type": media_type}
    response = limited.post("/v1/bases", params=parameters, content=f"{HEAD}2,1\n".encode(), headers=headers)
    problem = problem_of(response, 415, "wrong-media-type")
    assert name in problem["detail"]
    assert len(response.content) < 1_000


def test_a_compressed_body_is_refused(limited):
    """The size after decompression is unknown."""
    headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    response = limited.post("/v1/lists?file=x.csv&by=x", content=b"\x1f\x8b", headers=headers)
    problem_of(response, 415, "wrong-media-type")


@pytest.mark.parametrize("media_type", ["text/csv", "TEXT/CSV;charset=UTF-8", 'text/csv; charset="utf-8"'])
def test_a_media_type_is_accepted_in_any_spelling(limited, media_type):
    """The spellings conform to RFC 9110."""
    response = limited.post(
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
def test_malformed_parameters_are_refused(limited, changed, where):
    """The service checks parameters before the file, so that a misspelt `dry_run` does not become a load."""
    response = limited.post("/v1/bases", params=GOOD | changed, content=b"", headers={"Content-Type": "text/csv"})
    assert [fault["where"] for fault in problem_of(response, 422, "invalid-question")["errors"]] == [where]
