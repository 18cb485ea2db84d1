"""The findings that an impact predicts equal the findings of the whole graph after the edit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, event, example, given, reject, settings
from hypothesis import strategies as st

from loaders.bases import BasesFile
from service.application.amendments import edit_impact
from service.application.facts.fetch_facts import facts_of_connected_models, sibling_facts
from service.application.files.load import LoadOptions, load_bases
from service.application.findings import finding_thresholds
from service.domain.amendments import AmendmentRecord
from service.domain.as_of import AsOf
from service.domain.edits import Edit
from service.domain.listings import ListVersion
from service.errors import FileRefused
from service.repositories import compartments, facts, facts_by_model
from service.repositories.write_transaction import WriteTransaction
from service.rules.facts.changeset import ChangeSet, RowChanges, row_id
from service.rules.impact.counters import PageWindow
from service.settings import Settings
from tests.properties import share
from tests.reached import reached, reaching
from tests.store.packed import moved, written
from tests.unit.impact.test_differences_against_oracle import edits
from tests.unit.impact.test_finding_changes import families, keys
from tests.whole_findings import compute_findings
from tests.worlds import DATES, NOW, declaration, revision, world, worlds

TURNS = share(20, least=3)
LIST = ListVersion(number="1.0", issued="2022-01-01", effective_from=DATES[0], sha256="", entries=0, recorded=NOW)
OBLIGED = Settings(obliged_types="Gas Smart Meter", many_routes=1)
THRESHOLDS = finding_thresholds(OBLIGED)
WINDOW = PageWindow(10**9)
THEN = NOW + timedelta(hours=1)
OPTIONS = LoadOptions(made_by="test", reason="test", thresholds=THRESHOLDS)


@st.composite
def situations(draw):
    """Two worlds, an entry of the first one that once had another image, and edits to that world."""
    first = draw(st.one_of(worlds(7, draw(st.booleans()), "AABBC"), families().map(lambda family: family[0])))
    both = [declared_now(moved(world_, nth)) for nth, world_ in enumerate((first, draw(worlds(5, False, "AB"))))]
    statements = draw(edits(both[0]))
    return both, draw(st.sampled_from([statements[0].entry, *both[0].numbers])), statements


def declared_now(world_):
    """The world with all declarations made at the instant at which the world is written."""
    return replace(world_, declarations=[row.model_copy(update={"declared": NOW}) for row in world_.declarations])


def supersede_image(graph, world_, entry):
    """Records another image for all revisions of an entry, so that its earlier identity is superseded."""

    def work(transaction):
        writing = WriteTransaction(transaction, lambda: NOW)
        old = [row for row in world_.revisions if row.entry == entry]
        new = [
            row.model_copy(update={"image_hash": "7" * 64, "id": row_id(entry, writing.recorded, nth)})
            for nth, row in enumerate(old)
        ]
        changes = ChangeSet(
            revisions=RowChanges(old, [row.model_copy(update={"recorded_from": writing.recorded}) for row in new])
        )
        writing.apply(
            writing.with_derived_rows(world_.facts, changes), [AmendmentRecord("a2", "test", "a mistake", "", "test")]
        )

    graph.write(work)


def known(graph):
    """The recorded instant of the last write."""
    return compartments.read_state(graph).recorded


def all_findings(graph, at):
    """All findings of the whole graph at an instant, computed from the store."""
    return keys(compute_findings(graph, AsOf(at, known(graph), LIST), OBLIGED))


LINE = declared_now(moved(world(*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1), declaration(3, 2)), 0))
OTHER = declared_now(moved(world(revision(1), declaration(1)), 1))


@reaching("new", "gone")
@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=situations())
@example(drawn=([LINE, OTHER], "000003", [Edit("000002", ())]))
def test_predicted_findings_occur(afresh, drawn):
    """On both engines, now and at each later date that the impact compares."""
    worlds_, entry, statements = drawn
    file = BasesFile("edits.csv", None, "", statements)
    graph = afresh()
    written(graph, worlds_)
    supersede_image(graph, worlds_[0], entry)
    try:
        impact, _ = edit_impact.file_impact(graph, file, THEN, known(graph), WINDOW, THRESHOLDS)
    except FileRefused:
        reject()
    dry = load_bases(graph, lambda: THEN, file, replace(OPTIONS, dry_run=True)).impact.findings
    before = {at: all_findings(graph, at) for at in impact.findings.dates}
    load_bases(graph, lambda: THEN, file, OPTIONS)
    for at, old in before.items():
        now_ = all_findings(graph, at)
        new, gone = (keys(f for f in some if f.at == at) for some in (impact.findings.new, impact.findings.gone))
        assert (new, gone) == (now_ - old, old - now_)
        reached("new", len(new))
        reached("gone", len(gone))
        event(f"{len(new)} new, {len(gone)} gone")
    assert (dry.counts, dry.dates) == (impact.findings.counts, impact.findings.dates)


@settings(max_examples=TURNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=situations())
def test_fetching_by_device_model_equals_fetching_in_bulk(afresh, drawn):
    """Fetching by device model and fetching in bulk give the same facts and the same earlier beliefs."""
    worlds_, entry, statements = drawn
    asked = {edit.entry for edit in statements} | {base for edit in statements for base in edit.bases or ()} | {entry}
    graph = afresh()
    written(graph, worlds_)
    supersede_image(graph, worlds_[0], entry)
    at = known(graph)
    near = facts_of_connected_models(graph, at, asked, ())
    models = sorted({row.device_model for rows in near.revisions.values() for row in rows})
    others = [
        sibling_facts(graph, at, asked, near.revisions),
        sorted(facts.former_beliefs(graph, at, near.revisions, models)),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts_by_model, "MAX_DEVICE_MODELS", 0)
        assert facts_of_connected_models(graph, at, asked, ()) == near
        assert sibling_facts(graph, at, asked, near.revisions) == others[0]
        assert sorted(facts.former_beliefs(graph, at, near.revisions, models)) == others[1]
    event(f"accepted: {bool(near.acceptances)}, siblings: {bool(others[0].revisions)}, before: {bool(others[1])}")
