"""The Cypher catalogue: every file is one query, which runs on both engines and returns its model's columns."""

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import service.repositories
from loaders.bases import read_bases
from loaders.lists import read_list
from service.application.amendments import commit
from service.application.amendments.commit import ProposedAmendment
from service.application.files.load import LoadOptions, load_bases, load_list
from service.domain.amendments import AmendmentRecord
from service.domain.clock import END
from service.domain.hash_chain import ChainLink
from service.domain.limits import Limits
from service.errors import EngineError
from service.graph import migrate
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query, parameters, statement_text, to_models
from service.repositories import access_keys, amendments, clock_acceptances, disclosures, facts, proposals
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.manufacturer_names import stated_name_changes
from service.schemas.responses.disclosures import AnswerSummary, Disclosure
from service.schemas.responses.proposals import ProposalRow
from service.security.api_keys import make_key
from tests.conftest import EXAMPLES, ROOT, Ticking
from tests.loaders.files import BASES, write_csv
from tests.loaders.zigbee_files import load_zigbee_examples

CYPHER = ROOT / "cypher"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def queries() -> dict[str, Query[Any]]:
    """Every Query of the service by its name."""
    modules = [
        importlib.import_module(f"service.repositories.{m.name}")
        for m in pkgutil.iter_modules(service.repositories.__path__)
    ]
    queries_ = [v for module in [*modules, migrate] for v in vars(module).values() if isinstance(v, Query)]
    return {query.name: query for query in queries_}


QUERIES = queries()

GIVEN: dict[str, Any] = {
    "at": NOW,
    "known_at": NOW,
    "since": NOW,
    "open": END,
    "recorded": NOW,
    "name": "public",
    "entries": ["000046", "000017", "000054"],
    "lowest": "000017",
    "highest": "000054",
    "entry": "000046",
    "id": "FE01-10010100",
    "base": "000001",
    "target": "000002",
    "through_removed": False,
    "instants": [NOW.replace(hour=10)],
    "ids": ["FE01-10010100", "nothing"],
    "after": "",
    "prefix": "abcd1234",
    "most": 5,
    "until": "~",
    **{f"word{place}": "fictional" if place == 3 else "\n" for place in range(1, 9)},
    **{f"whole{place}": " " for place in range(1, 9)},
    **{f"{kind}{place}": "-" for kind in ("codes", "named") for place in range(1, 9)},
    "exact": "\n000001\n",
    "exact_number": "000001\n",
    "exact_model": "-000001\n",
    "line": "\n",
    "certificates": [""],
    "device_types": [""],
    "model": "-10020100",
    "version": "02010000",
    "hash": "19CC83BD401A314115E5B767FFFE5D73AA0DD73A81B81D9968A17D377C661922",
    "last": 9,
} | dict.fromkeys(
    (
        "number",
        "status",
        "device_type",
        "manufacturer",
        "device_model",
        "firmware_version",
        "image_hash",
        "certificate",
    ),
    "",
)

DISCLOSURES = [
    Disclosure("Us", kind, base, target, False, False, NOW, AnswerSummary(NOW, "1.002", "none"), NOW)
    for kind, base, target in (("pathway", "000001", "000002"), ("export", "", ""))
]

READS = sorted(
    name
    for name, query in QUERIES.items()
    if query.row is not NoRow and name not in ("compartment/raise", "clock/accept", "proposal/lock")
)


ACCEPTED = ("000044", "000010;000028", "", "000010")
CONFIRMED = (*ACCEPTED[:2], "", "", "", "yes")
MOVED, UNDONE = "000053", ("000001", "000999")
KEY = make_key("batch", "A Supplier", ("party",), (), NOW - timedelta(days=1), NOW + timedelta(days=1)).key
PROPOSAL = ProposalRow(
    id="proposal-1",
    **dict.fromkeys(("made_by", "organisation", "reason", "evidence_date", "evidence_sha256", "edits"), "said"),
    **dict.fromkeys(("request", "evidence", "decided_by", "decision", "amendment"), ""),
    **dict.fromkeys(("proposed", "decided"), NOW),
    state="open",
)


@pytest.fixture(scope="module")
def example_graph(example_graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The example graph with additions, so that every read returns rows: restricted ZigBee data, disclosures, an
    acceptance, a confirmation, an accepted clock, a list that corrects a device model, a reverted amendment, an API
    key and a proposal.
    """
    graph, clock = example_graph, Ticking(NOW - timedelta(minutes=100))
    folder = tmp_path_factory.mktemp("catalogue")
    amended(graph, clock, folder / "accepted.csv", ACCEPTED)
    corrected(graph, clock, folder / "list.xlsx")
    amended(graph, clock, folder / "undone.csv", UNDONE)
    amended(graph, clock, folder / "confirmed.csv", CONFIRMED, "Confirmed")
    clock.forward(minutes=10)
    takes_back = AmendmentRecord("back", "test", "a mistake", "", "test", reverts=by_source(graph, "undone.csv").id)
    commit.revert(graph, clock, ProposedAmendment(takes_back))
    taken = AmendmentRecord("clock", "test", "the clock was ahead", "", "clock")
    graph.write(lambda transaction: clock_acceptances.accept_public(transaction, clock, taken))
    named(graph, clock)
    load_zigbee_examples(graph, Ticking(NOW - timedelta(hours=1)))
    disclosures.write_disclosures(graph, DISCLOSURES)
    access_keys.add_key(graph, KEY)
    proposals.add_proposal(graph, PROPOSAL)
    return graph


def named(graph: Graph, clock: Ticking) -> None:
    """Records the name of a manufacturer."""
    record = AmendmentRecord("names", "test", "it is their name", "", "http")

    def write(transaction: QueryRunner) -> None:
        writing = WriteTransaction(transaction, clock)
        writing.apply(
            ChangeSet(names=stated_name_changes([], {"FE01": "Us"}, None, writing.recorded, "names")), [record]
        )

    graph.write(write)


def amended(graph: Graph, clock: Ticking, path: Path, line: tuple[str, ...], *further: str) -> None:
    """Loads a bases file of one line, with further columns."""
    clock.forward(minutes=10)
    file = read_bases(write_csv(path, [[*BASES, *further], list(line)]), Limits(), None)
    assert load_bases(graph, clock, file, LoadOptions(made_by="test", reason="because")).applied


def corrected(graph: Graph, clock: Ticking, path: Path) -> None:
    """Loads the later example list as the next version, in which one entry has another hardware revision."""
    clock.forward(minutes=10)
    book = openpyxl.load_workbook(EXAMPLES / "central-products-list-v1.002.xlsx")
    for row in (row for sheet in book for row in sheet.iter_rows()):
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace("Version 1.002 Issued on 02-03", "Version 1.003 Issued on 02-04")
        if row[1].value == MOVED:
            row[6].value = "09"
    book.save(path)
    assert load_list(graph, clock, read_list(path, Limits()), path.name, LoadOptions(made_by="test")).applied


def by_source(graph: Graph, source: str) -> ChainLink:
    """The amendment made by a file."""
    links = graph.rows(amendments.LIST, known_at=NOW, before=2**62, most=99)
    return next(link for link in links if link.source == source)


@pytest.fixture(scope="module")
def parameters_with_rows(example_graph: Graph) -> dict[str, dict[str, Any]]:
    """Parameters, by statement or folder, for reads that return no rows with `GIVEN`."""
    believed = facts.all_facts(example_graph, NOW)
    (acceptance,) = [row for rows in believed.acceptances.values() for row in rows]
    accepting, undone = by_source(example_graph, "accepted.csv"), by_source(example_graph, "undone.csv")
    confirming = by_source(example_graph, "confirmed.csv")
    confirmed = {"id": confirming.id, "ids": [confirming.id], "recorded": confirming.recorded}
    moved, shown = believed.revisions[MOVED][0], believed.revisions["000046"][-1]
    assert moved.device_model != believed.revisions[MOVED][-1].device_model
    return {
        "amendment/": {"id": accepting.id, "ids": [accepting.id], "recorded": accepting.recorded, "before": 2**62},
        **dict.fromkeys(("amendment/confirmed", "amendment/confirmed_of_ids", "amendment/confirmed_at"), confirmed),
        "amendment/reverting": {"ids": [undone.id]},
        "amendment/listed_at": {"recorded": moved.recorded_from},
        "entry/search_number": {"number": MOVED},
        "entry/revisions": {"ids": [moved.id]},
        "entry/twins": {"models": [shown.device_model], "versions": [shown.firmware_version]},
        "facts/acceptances_from": {"entries": [acceptance.base]},
        "facts/acceptances_of": {"entries": [acceptance.target]},
        "facts/of_model/acceptances": {"id": acceptance.target_model},
        "history/acceptances": {"entry": acceptance.target},
        "history/confirmations": {"entry": acceptance.target},
        "history/bands": {"entry": "000054"},
        "history/beliefs_of": {"entries": [MOVED]},
        "history/beliefs_of_model": {"id": moved.device_model},
        "key/get": {"prefix": KEY.prefix},
        "proposal/get": {"id": PROPOSAL.id},
        "temporal_graph/accepted": {"ids": [acceptance.id]},
        "temporal_graph/linked": {"id": moved.device_model},
        "disclosure/": _told(example_graph),
        "disclosure/oldest_kept": {"excess": 0},
        "zigbee/audit/list": {"after": 0},
    }


def test_every_file_is_one_query_and_every_query_one_file() -> None:
    """The test fails for a statement without a Query and for a Query without a file."""
    files = {
        str(path.relative_to(CYPHER)).removesuffix(".cypher").removesuffix(".ladybug").removesuffix(".neo4j")
        for path in CYPHER.rglob("*.cypher")
        if path.relative_to(CYPHER).parts[0] != "schema"
    }
    assert files == set(QUERIES)


@pytest.mark.parametrize("name", READS)
def test_every_read_returns_the_columns_of_its_model(
    name: str, example_graph: Graph, parameters_with_rows: dict[str, dict[str, Any]]
) -> None:
    """Rows must come back: a column too many, too few or of another type raises an error."""
    known = GIVEN | parameters_with_rows.get(name.partition("/")[0] + "/", {}) | parameters_with_rows.get(name, {})
    given = {key: known[key] for key in parameters(name, example_graph.dialect)}
    rows = example_graph.rows(QUERIES[name], **given)
    assert rows, f"{name} found nothing, so its columns were not seen"


def _told(graph: Graph) -> dict[str, Any]:
    """The parameters of the disclosure log."""
    blank = dict.fromkeys(("organisation", "kind", "base", "target"), "")
    rows = disclosures.list_disclosures(graph, "~", "", 9, **blank)
    return blank | {"before": "~", "since": "", "known": NOW, "ids": [row.id for row in rows], "targets": ["000002"]}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_refuses_a_missing_and_an_unknown_parameter(name: str, example_graph: Graph) -> None:
    """Ladybug returns no rows for a missing parameter and ignores an unknown one; the service refuses both."""
    given = dict.fromkeys(parameters(name, example_graph.dialect), "")
    with pytest.raises(TypeError, match=name):
        example_graph.rows(QUERIES[name], **given, stray="")
    if given:
        given.popitem()
        with pytest.raises(TypeError, match=name):
            example_graph.rows(QUERIES[name], **given)


def test_a_row_that_its_model_does_not_allow_is_an_error() -> None:
    """A column of the wrong type is an EngineError and not a wrong answer."""
    with pytest.raises(EngineError, match="facts/instants"):
        to_models(facts.INSTANTS, [{"instant": "soon"}])
    with pytest.raises(EngineError, match="extra"):
        to_models(facts.INSTANTS, [{"instant": NOW, "extra": 1}])


def test_a_row_of_a_deleted_node_is_left_out() -> None:
    """Where nodes can be deleted during a read; elsewhere a null that the model does not allow is an error."""
    row = {"organisation": "One", "kind": "export", "base": "", "target": "", "turn": "1"}
    gone = row | {"kind": None}
    assert to_models(disclosures.LATEST, [gone, row]) == to_models(disclosures.LATEST, [row]) != []
    with pytest.raises(EngineError, match="disclosure/latest returned"):
        to_models(Query("disclosure/latest", disclosures.LATEST.row), [gone, row])


def test_only_reads_of_the_disclosure_log_allow_deleted_rows() -> None:
    """Only the disclosure log deletes nodes, so only its reads allow rows of deleted nodes."""
    deleting = [place for place in CYPHER.rglob("*.cypher") if "DELETE" in place.read_text("utf-8")]
    assert [str(place.relative_to(CYPHER)) for place in deleting] == ["disclosure/delete.cypher"]
    for name, query in QUERIES.items():
        reads = "Told" in statement_text(name, "neo4j") and query.row is not NoRow
        assert query.allow_concurrent_delete == reads, name


def test_the_readme_lists_every_override() -> None:
    """An override is a sibling file with its reason in the first line, and the README lists all overrides."""
    files = {str(p.relative_to(CYPHER)) for e in ("ladybug", "neo4j") for p in CYPHER.rglob(f"*.{e}.cypher")}
    listed = {line.split("`")[1] for line in (CYPHER / "README.md").read_text().splitlines() if line.startswith("| `")}
    assert files == listed
    assert all((CYPHER / name).read_text().startswith("// override: ") for name in files)


HOLDS = "{v}.valid_from <= $at AND $at < {v}.valid_to"
BELIEVED = "{v}.recorded_from <= $known_at AND $known_at < {v}.recorded_to"
DATED = [path for path in sorted(CYPHER.rglob("*.cypher")) if "$known_at" in path.read_text()]


@pytest.mark.parametrize("path", DATED, ids=lambda p: str(p.relative_to(CYPHER)))
def test_a_statement_with_instants_has_the_complete_half_open_predicate(path: Path) -> None:
    """Both clocks use half-open intervals in the same words, so that a boundary belongs to one side only."""
    text = " ".join(path.read_text().split())
    holding = {v for v in "rdcspbqtlhe" if f"{v}.valid_from <= $at" in text}
    assert all(HOLDS.format(v=v) in text for v in holding)
    assert bool(holding) == ("$at" in text)
    believed = {v for v in "rdcspbqtlhe" if BELIEVED.format(v=v) in text}
    # These statements read earlier rows on purpose: `p` is any earlier revision, `q` any earlier device model.
    looks_back = path.parent.name in ("history", "amendment") or path.stem in (
        "ever_known",
        "device_models",
        "instants",
        "linked",
        "revisions",
    )
    assert believed or looks_back
    assert holding - believed <= {"p"}
    assert "recorded_to <=" not in text.replace("p.recorded_to <= $known_at", "")
    assert "valid_to <=" not in text
