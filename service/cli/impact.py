"""`pathways impact FILE`: what a file of bases would do to the answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from loaders.bases import read_bases
from service.application.amendments import edit_impact as impacts
from service.application.pathways.graph_cache import GraphCache
from service.cli.session import AsJson, Effective, open_graph, print_error
from service.domain.clock import iso, now
from service.domain.limits import Limits
from service.domain.refusals import refusal_error
from service.repositories.overview import finding_standards
from service.rules.impact.counters import PageWindow
from service.schemas.responses.impact import FindingChanges, Impact, PairChange, PathwaySummary, TargetChange
from service.settings import Settings

_INSTEAD = "Ask it: POST /v1/impact."


def impact(
    file: Annotated[Path, typer.Argument(help="A file of bases: .csv, .xlsx or .xlsm.")],
    effective: Effective = None,
    most: Annotated[int, typer.Option("--limit", min=1, help="Most differences that are listed.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Say what a file of bases would do to every answer. Nothing is written; what is declared already is left out."""
    found = read_bases(file, Limits(), effective)
    if found.refusals:
        raise refusal_error(found.refusals)
    edits = [edit for edit, _ in found.edits]
    with open_graph(_INSTEAD) as graph:
        when = GraphCache(graph, now).as_of(None, None)
        answer, _ = impacts.file_impact(
            graph, edits, when.at, when.known_at, PageWindow(most), finding_standards(Settings())
        )
    for remark in answer.remarks:
        print_error(f"{remark.code}: {remark.entry}: {remark.text}")
    typer.echo(answer.model_dump_json(by_alias=True, indent=2) if as_json else "\n".join(impact_lines(answer)))


def impact_lines(answer: Impact) -> Iterator[str]:
    """An impact for a person: the summary, the counts, and the differences that are listed."""
    yield answer.summary
    yield ", ".join(f"{count} {kind}" for kind, count in answer.counts.items())
    for kind in ("lost", "gained", "longer", "shorter", "rerouted"):
        for pair in getattr(answer, kind):
            yield f"{kind}: {_pair(pair)}"
    for target in answer.now_unknown:
        yield f"now-unknown: {_target(target)}"
    for target in answer.now_known:
        yield f"now-known: {_target(target)}"
    for one in answer.stranded:
        yield f"stranded: {one.entry} from {iso(one.at)}"
    yield from _findings(answer.findings) if answer.findings else ()
    for old in answer.replaces:
        ends = [f"{word} {iso(end)}" for word, end in (("from", old.valid_from), ("until", old.valid_to)) if end]
        yield f"replaces: {old.entry} {old.kind} {' '.join(old.bases)} ({' '.join(ends) or 'at all times'})"
    yield f"impact {answer.id}"


def _findings(found: FindingChanges) -> Iterator[str]:
    yield f"findings: {', '.join(f'{count} {kind}' for kind, count in found.counts.items())}"
    for kind, changes in (("new", found.new), ("gone", found.gone)):
        for change in changes:
            yield f"finding {kind}: {change.code} at {iso(change.at)}: {change.text}"


def _pair(pair: PairChange) -> str:
    return f"{pair.from_} → {pair.to} at {iso(pair.at)}: {_way(pair.before)}; then {_way(pair.after)}"


def _way(way: PathwaySummary) -> str:
    return " → ".join(way.entries) or way.outcome


def _target(target: TargetChange) -> str:
    but = f" but {' '.join(target.from_.except_)}" if target.from_.except_ else ""
    return f"{target.to} at {iso(target.at)} from {target.count} of {target.from_.device_model}{but}"
