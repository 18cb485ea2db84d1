"""What edits would do to the answers: the neighbourhood is fetched, the rules compare, nothing is written."""

from collections.abc import Sequence
from datetime import datetime

from service.errors import ChangesNothing, EditsRefused, WhichPeriod
from service.graph.protocol import Runner
from service.model.impact import Impact
from service.rules.derive import Facts
from service.rules.impact.edits import Considered, Fault, StatusEdit, considered, digested
from service.rules.impact.tally import Window
from service.rules.impact.told import told
from service.rules.remarks import Edit
from service.store import facts

_ALIKE: tuple[type[EditsRefused], ...] = (ChangesNothing, WhichPeriod)


def of(
    graph: Runner, edits: Sequence[Edit | StatusEdit], now: datetime, known_at: datetime, window: Window
) -> tuple[Impact, Window | None]:
    """A page of the impact of edits on what is known at an instant, and which page comes next.

    Raises EditsRefused, or the kind of it that all the refusals are of.
    """
    return told(judged(graph, edits, now, known_at), digested(edits), now, known_at, window)


def of_file(
    graph: Runner, edits: Sequence[Edit], now: datetime, known_at: datetime, window: Window
) -> tuple[Impact, Window | None]:
    """The same of a file of bases: a row that changes nothing is no fault there, for a file may be loaded twice."""
    here = considered(around(graph, edits, known_at), edits, now)
    faults = [fault for fault in here.faults if fault.code != ChangesNothing.slug]
    if faults:
        raise refused(faults)
    return told(here, digested(edit for edit in edits if edit not in here.verdict.idle), now, known_at, window)


def judged(graph: Runner, edits: Sequence[Edit | StatusEdit], now: datetime, known_at: datetime) -> Considered:
    """Edits with all that they change. Raises EditsRefused where one of them cannot be taken."""
    here = considered(around(graph, edits, known_at), edits, now)
    if here.faults:
        raise refused(here.faults)
    return here


def around(graph: Runner, edits: Sequence[Edit | StatusEdit], known_at: datetime) -> Facts:
    """The facts that edits bear on."""
    named = {base for edit in edits if isinstance(edit, Edit) for base in edit.bases or ()}
    return facts.neighbourhood(graph, known_at, {edit.entry for edit in edits}, named)


def refused(faults: Sequence[Fault]) -> EditsRefused:
    """The error that tells of faults."""
    codes = {fault.code for fault in faults}
    kind = next((kind for kind in _ALIKE if codes == {kind.slug}), EditsRefused)
    more = f" (and {len(faults) - 1} more)" if faults[1:] else ""
    return kind(f"{faults[0].reason}{more}", refusals=[vars(fault) for fault in faults])
