"""`pathways impact FILE`: prints which pathway answers (routes, or why there is none) a file of declared bases would
change.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from loaders.bases import read_bases
from service.application.amendments import edit_impact
from service.application.findings import finding_thresholds
from service.cli.input_file import input_file
from service.cli.options import AsJson, Effective, ImpactLimit
from service.cli.output import print_answer, print_remarks, print_source, summary_text
from service.cli.session import open_cache, server_call
from service.domain.clock import iso
from service.domain.limits import Limits
from service.rules.impact.counters import ALL_ROWS, PageWindow
from service.schemas.responses.impact import (
    DatedFindingCounts,
    DatedImpactCounts,
    FindingChanges,
    Impact,
    PairChange,
    ReachabilityKnowledgeChange,
)
from service.settings import Settings


def impact(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A file of bases: .csv, .xlsx or .xlsm; - reads stdin.")],
    effective: Effective = None,
    limit: ImpactLimit = 100,
    as_json: AsJson = False,
) -> None:
    """Print how a file of declared bases would change every pathway answer. Changes nothing in the graph."""
    bases = read_bases(input_file(path), Limits(), effective)
    print_source(bases)
    with open_cache(server_call("POST /v1/impact")) as cache:
        as_of = cache.as_of(None, None)
        answer, following = edit_impact.file_impact(
            cache.graph, bases, as_of.at, as_of.known_at, impact_window(limit, as_json), finding_thresholds(Settings())
        )
    print_remarks(answer.remarks)
    print_answer(answer, lambda: impact_lines(answer, cut=following is not None), as_json)


def impact_window(limit: int, as_json: bool) -> PageWindow:
    """Returns the differences that a command prints: all of them as JSON, and the first `limit` as text."""
    return ALL_ROWS if as_json else PageWindow(limit)


def impact_lines(answer: Impact, *, cut: bool) -> Iterator[str]:
    """Yields the lines that show an impact (changed pathway answers) to a person: the summary, the counts and the
    listed differences. `cut`: whether the impact has more differences than it lists.
    """
    yield answer.summary
    yield from _count_lines("", answer.counts, answer.by_date)
    for kind in ("lost", "gained", "longer", "shorter", "rerouted"):
        yield from (f"{kind}: {_pair_text(pair)}" for pair in getattr(answer, kind))
    yield from (f"now-unknown: {_target_text(target)}" for target in answer.now_unknown)
    yield from (f"now-known: {_target_text(target)}" for target in answer.now_known)
    yield from (f"stranded: {stranded.entry} from {iso(stranded.at)}" for stranded in answer.stranded)
    yield from _finding_lines(answer.findings) if answer.findings else ()
    if cut:
        yield "There are more differences: --limit N prints more of them, --json prints all."
    for replaced in answer.replaces:
        ends = [
            f"{word} {iso(end)}" for word, end in (("from", replaced.valid_from), ("until", replaced.valid_to)) if end
        ]
        interval = " ".join(ends) or "at all times"
        yield f"replaces: {replaced.entry} {replaced.kind} {' '.join(replaced.bases)} ({interval})"
    yield f"impact {answer.id}"


def _finding_lines(findings: FindingChanges) -> Iterator[str]:
    yield from _count_lines("findings: ", findings.counts, findings.by_date)
    for kind, changes in (("new", findings.new), ("gone", findings.gone)):
        yield from (f"finding {kind}: {change.code} at {iso(change.at)}: {change.text}" for change in changes)


def _count_lines(
    label: str, counts: Mapping[Any, int], by_date: Sequence[DatedImpactCounts | DatedFindingCounts]
) -> Iterator[str]:
    """Yields the numbers of different differences, and beneath them the numbers at each date if there are several."""
    yield f"{label}{_counts_text(counts)}"
    for dated in by_date if by_date[1:] else ():
        yield f"  at {iso(dated.at)}: {_counts_text(dated.counts)}"


def _counts_text(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in counts.items())


def _pair_text(pair: PairChange) -> str:
    before, after = summary_text(pair.before), summary_text(pair.after)
    return f"{pair.from_} → {pair.to} at {iso(pair.at)}: {before}; then {after}"


def _target_text(target: ReachabilityKnowledgeChange) -> str:
    exceptions = f" but {' '.join(target.from_.except_)}" if target.from_.except_ else ""
    return f"{target.to} at {iso(target.at)} from {target.count} of {target.from_.device_model}{exceptions}"
