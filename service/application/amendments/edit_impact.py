"""What edits would do to the answers: the neighbourhood is fetched, the rules compare, nothing is written."""

from collections.abc import Sequence
from datetime import datetime

from service.application.disclosures.disclosure_impact import DisclosureImpactFinder, add_disclosures
from service.application.facts import connected_facts
from service.domain.edits import Edit, StatusEdit
from service.domain.standards import Standards
from service.errors import AmbiguousPeriod, EditChangesNothing, EditsRefused
from service.graph.protocol import Runner
from service.repositories import facts, list_versions
from service.rules.facts.derive_edges import Facts
from service.rules.findings.overview_from_facts import FormerBelief
from service.rules.impact.affected_findings import affected_entries, declared_bases
from service.rules.impact.affected_models import affected_model_groups, changed_entries
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import EditFault, ProposedChange, edit_digest_lines, propose_change
from service.rules.impact.finding_changes import FindingContext
from service.rules.impact.response import impact_response
from service.schemas.responses.impact import Impact

_ALIKE: tuple[type[EditsRefused], ...] = (EditChangesNothing, AmbiguousPeriod)


def edits_impact(
    graph: Runner,
    edits: Sequence[Edit | StatusEdit],
    now: datetime,
    known_at: datetime,
    window: PageWindow,
    standards: Standards | None = None,
    heard: DisclosureImpactFinder | None = None,
) -> tuple[Impact, PageWindow | None]:
    """A page of the impact of edits on what is known at an instant, and which page comes next.

    With the findings, where it is said by what they are judged, and with whose answers it makes untrue, where that is
    asked. Raises EditsRefused, or the kind of it that all the refusals are of.
    """
    here = judge_edits(graph, edits, now, known_at)
    beside = fetch_finding_facts(graph, here, known_at, standards) if standards else None
    found, then = impact_response(here, edit_digest_lines(edits), now, known_at, window, beside)
    return add_disclosures(found, here, heard), then


def file_impact(
    graph: Runner,
    edits: Sequence[Edit],
    now: datetime,
    known_at: datetime,
    window: PageWindow,
    standards: Standards | None = None,
) -> tuple[Impact, PageWindow | None]:
    """The same of a file of bases: a row that changes nothing is no fault there, for a file may be loaded twice."""
    here = propose_change(facts_around_edits(graph, edits, known_at), edits, now)
    faults = [fault for fault in here.faults if fault.code != EditChangesNothing.slug]
    if faults:
        raise to_edits_refused(faults)
    beside = fetch_finding_facts(graph, here, known_at, standards) if standards else None
    said = edit_digest_lines(edit for edit in edits if edit not in here.verdict.no_effect)
    return impact_response(here, said, now, known_at, window, beside)


def judge_edits(graph: Runner, edits: Sequence[Edit | StatusEdit], now: datetime, known_at: datetime) -> ProposedChange:
    """Edits with all that they change. Raises EditsRefused where one of them cannot be taken."""
    here = propose_change(facts_around_edits(graph, edits, known_at), edits, now)
    if here.faults:
        raise to_edits_refused(here.faults)
    return here


def fetch_finding_facts(
    graph: Runner, here: ProposedChange, known_at: datetime, standards: Standards
) -> FindingContext:
    """What the findings that a change of declarations or statuses may touch rest on, beside what was fetched for it."""
    groups = affected_model_groups(here.before, here.after, changed_entries(here.changes))
    near = [entry for group in groups for entry in group]
    return FindingContext(
        standards,
        connected_facts.sibling_facts(graph, known_at, changed_entries(here.changes), near),
        former_beliefs(graph, here, known_at),
        list_versions.known_list_versions(graph, known_at),
    )


def former_beliefs(graph: Runner, here: ProposedChange, known_at: datetime) -> list[FormerBelief]:
    """What was believed before of the entries whose declarations rest on what a change touches, and of their bases."""
    both = (here.before, here.after)
    targets = affected_entries(*both, here.changes).targets
    wanted = targets | declared_bases(both, targets)
    said = [[row for some in both for row in some.revisions.get(entry, ())] for entry in wanted]
    models = {row.device_model for rows in said for row in rows} if all(said) else set[str]()
    return facts.former_beliefs(graph, known_at, wanted, sorted(models))


def facts_around_edits(graph: Runner, edits: Sequence[Edit | StatusEdit], known_at: datetime) -> Facts:
    """The facts that edits bear on."""
    named = {base for edit in edits if isinstance(edit, Edit) for base in edit.bases or ()}
    return connected_facts.facts_near(graph, known_at, {edit.entry for edit in edits}, named)


def to_edits_refused(faults: Sequence[EditFault]) -> EditsRefused:
    """The error that tells of faults."""
    codes = {fault.code for fault in faults}
    kind = next((kind for kind in _ALIKE if codes == {kind.slug}), EditsRefused)
    more = f" (and {len(faults) - 1} more)" if faults[1:] else ""
    return kind(f"{faults[0].reason}{more}", refusals=[vars(fault) for fault in faults])
