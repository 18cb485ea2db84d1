"""Computes which pathway answers (the route between two entries, or why there is none) a change of declarations alters,
for edits and for recorded amendments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loaders.bases import BasesFile
from service.application.disclosures.disclosure_impact import DisclosedAnswersFinder, add_disclosures
from service.application.facts import fetch_facts
from service.application.files.load_reports import to_refusal
from service.domain.edits import Edit, StatusEdit
from service.domain.finding_thresholds import FindingThresholds
from service.domain.hash_chain import ChainLink
from service.domain.refusals import refusal_error
from service.domain.work import computing_turn, run_rules
from service.errors import AmbiguousPeriod, EditChangesNothing, EditsRefused
from service.graph.protocol import QueryRunner
from service.repositories import facts, list_versions
from service.repositories.amendments import entries_changed_at
from service.rules.facts.changeset import ChangeSet, changes_between
from service.rules.facts.edit_judgement import EditJudgement
from service.rules.facts.grouped_facts import Facts
from service.rules.findings.findings_input_from_facts import FormerBelief
from service.rules.impact.affected_findings import affected_entries, declared_bases
from service.rules.impact.affected_models import affected_model_groups, changed_entries
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import EditFault, ProposedChange, edit_digest_lines, propose_change
from service.rules.impact.finding_changes import FactsForFindings
from service.rules.impact.response import impact_response
from service.rules.records.amendment_details import MICROSECOND
from service.schemas.responses.impact import Impact

_SPECIFIC_ERRORS: tuple[type[EditsRefused], ...] = (EditChangesNothing, AmbiguousPeriod)


@dataclass(frozen=True)
class PlannedChange:
    """The changes to the facts that an amendment will write.

    `requested` has the rows that the author asked for, and `change` also the rows derived from them. `digest_lines` are
    the text from which the id of the impact (changed pathway answers) is computed.
    """

    requested: ChangeSet
    change: ProposedChange
    digest_lines: list[str]

    def impact(
        self,
        now: datetime,
        known_at: datetime,
        window: PageWindow,
        find_disclosures: DisclosedAnswersFinder | None = None,
        context: FactsForFindings | None = None,
    ) -> tuple[Impact, PageWindow | None]:
        """Returns a page of the pathway answers that the change alters, and the position of the next page or None.

        `find_disclosures` adds the answers in the disclosure log (what organisations received) that become untrue, and
        `context` the findings (faults in the data) that change.
        """
        impact, following = run_rules(impact_response, self.change, self.digest_lines, now, known_at, window, context)
        return add_disclosures(impact, self.change, find_disclosures), following


def edits_impact(
    graph: QueryRunner,
    edits: Sequence[Edit | StatusEdit],
    now: datetime,
    known_at: datetime,
    window: PageWindow,
    thresholds: FindingThresholds | None = None,
    find_disclosures: DisclosedAnswersFinder | None = None,
) -> tuple[Impact, PageWindow | None]:
    """Returns a page of the pathway answers that edits of declarations would change, and the position of the next page
    or None.

    Uses the facts recorded by `known_at`. `thresholds` adds the findings (faults in the data) that change;
    `find_disclosures` adds the answers in the disclosure log (what organisations received) that become untrue. Raises
    EditsRefused, or its subclass if all faults are of one kind.
    """
    with computing_turn():
        change = judge_edits(graph, edits, now, known_at)
        context = fetch_finding_facts(graph, change, known_at, thresholds) if thresholds else None
    planned = PlannedChange(change.verdict.changes, change, edit_digest_lines(edits))
    return planned.impact(now, known_at, window, find_disclosures, context)


def file_impact(
    graph: QueryRunner,
    bases_file: BasesFile,
    now: datetime,
    known_at: datetime,
    window: PageWindow,
    thresholds: FindingThresholds | None = None,
) -> tuple[Impact, PageWindow | None]:
    """Returns a page of the pathway answers that the edits in a file of declared bases would change, as `edits_impact`
    does.

    Accepts rows that change nothing, because a file may be loaded twice. Raises FileRefused with the refusals of both
    the loader and the rules, so that the author can correct them together.
    """
    edits = bases_file.edits
    with computing_turn():
        change = propose_change(facts_around_edits(graph, edits, known_at), edits, now)
        judged = [to_refusal(bases_file.file, bases_file.sheet, refused) for refused in change.verdict.refused]
        if refusals := [*bases_file.refusals, *judged]:
            raise refusal_error(refusals)
        context = fetch_finding_facts(graph, change, known_at, thresholds) if thresholds else None
    digest = edit_digest_lines(edit for edit in edits if edit not in change.verdict.no_effect)
    return run_rules(impact_response, change, digest, now, known_at, window, context)


def amendment_impact(
    graph: QueryRunner, link: ChainLink, window: PageWindow, find_disclosures: DisclosedAnswersFinder | None = None
) -> tuple[Impact, PageWindow | None]:
    """Returns a page of the pathway answers that the transaction of an amendment changed, and the position of the next
    page or None.

    The impact has the id that the author approved, if any. `find_disclosures` adds the answers in the disclosure log
    (what organisations received) that became untrue.
    """
    impact, following = transaction_impact(graph, link.recorded, f"amendment {link.id}", window, find_disclosures)
    return impact.model_copy(update={"id": link.impact or impact.id}), following


def transaction_impact(
    graph: QueryRunner,
    recorded: datetime,
    digest_line: str,
    window: PageWindow,
    find_disclosures: DisclosedAnswersFinder | None = None,
) -> tuple[Impact, PageWindow | None]:
    """Returns a page of the pathway answers that the transaction recorded at the instant given changed, and the
    position of the next page or None.

    The `digest_line` stands for the change in the id of the impact. `find_disclosures` adds the answers in the
    disclosure log (what organisations received) that became untrue.
    """
    earlier = recorded - MICROSECOND
    with computing_turn():
        entries = entries_changed_at(graph, recorded)
        declared = [facts.declared_facts(graph, entries, known_at) for known_at in (earlier, recorded)]
        named = {base for known in declared for base in known.base_numbers}
        old, new = (
            fetch_facts.facts_of_connected_models(graph, known_at, entries, named) if entries else Facts()
            for known_at in (earlier, recorded)
        )
        change = ProposedChange(old, new, changes_between(old, new), EditJudgement(), [])
    return PlannedChange(change.changes, change, [digest_line]).impact(recorded, earlier, window, find_disclosures)


def judge_edits(
    graph: QueryRunner, edits: Sequence[Edit | StatusEdit], now: datetime, known_at: datetime
) -> ProposedChange:
    """Checks edits of declarations by the rules. Returns the edits with all rows that they change. Raises EditsRefused
    if a rule refuses an edit.
    """
    change = propose_change(facts_around_edits(graph, edits, known_at), edits, now)
    if change.faults:
        raise to_edits_refused(change.faults)
    return change


def fetch_finding_facts(
    graph: QueryRunner, change: ProposedChange, known_at: datetime, thresholds: FindingThresholds
) -> FactsForFindings:
    """Fetches the facts that are needed, besides those that a change alters, to compute again the findings (faults in
    the data) that the change affects.
    """
    groups = affected_model_groups(change.before, change.after, changed_entries(change.changes))
    near = [entry for group in groups for entry in group]
    return FactsForFindings(
        thresholds,
        fetch_facts.sibling_facts(graph, known_at, changed_entries(change.changes), near),
        former_beliefs(graph, change, known_at),
        list_versions.known_list_versions(graph, known_at),
    )


def former_beliefs(graph: QueryRunner, change: ProposedChange, known_at: datetime) -> list[FormerBelief]:
    """Fetches the superseded list attributes of the entries whose declarations a change affects, and of their bases."""
    before_and_after = (change.before, change.after)
    targets = affected_entries(*before_and_after, change.changes).targets
    entries = targets | declared_bases(before_and_after, targets)
    revisions = [[row for known in before_and_after for row in known.revisions.get(entry, ())] for entry in entries]
    models = {row.device_model for rows in revisions for row in rows} if all(revisions) else set[str]()
    return facts.former_beliefs(graph, known_at, entries, sorted(models))


def facts_around_edits(graph: QueryRunner, edits: Sequence[Edit | StatusEdit], known_at: datetime) -> Facts:
    """Fetches the facts of all device models connected to the entries that edits change, or to the bases that edits
    name.
    """
    bases = {base for edit in edits if isinstance(edit, Edit) for base in edit.bases or ()}
    return fetch_facts.facts_of_connected_models(graph, known_at, {edit.entry for edit in edits}, bases)


def to_edits_refused(faults: Sequence[EditFault]) -> EditsRefused:
    """Builds the error for refused edits: a subclass of EditsRefused if all faults are of one kind."""
    codes = {fault.code for fault in faults}
    kind = next((kind for kind in _SPECIFIC_ERRORS if codes == {kind.slug}), EditsRefused)
    more = f" (and {len(faults) - 1} more)" if faults[1:] else ""
    return kind(f"{faults[0].reason}{more}", refusals=[vars(fault) for fault in faults])
