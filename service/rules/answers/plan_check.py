"""Whether a plan is right: each step judged by the first code that holds, then the whole (design 7).

A step is a step of the plan, from the entry before to the next; a route is what the pathway from the one to the other
would be. The codes are tried in the order of `_RULES`, so that what comes later may rely on there being no route.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from service.rules.answers.question import QuestionContext
from service.rules.answers.text import join_with_and
from service.rules.answers.warnings import StepContext, fragment_of, step_warnings
from service.rules.facts.edit_warnings import WHY_HELD
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.possible_paths import could_reach, vertices_to_ask
from service.rules.pathfinding.snapshot import HeldPair
from service.schemas.responses.pathways import StepWarning
from service.schemas.responses.plan_check import PlanStep, PlanVerdict, StepCode, UnfinishedPlan, Verdict

ContextFactory = Callable[[str, str], QuestionContext]


class StepJudgement(NamedTuple):
    """What a code says of a step: words, the entries concerned, and the way that proves it."""

    text: str
    entries: Sequence[str] = ()
    steps: Sequence[str] = ()


def judge_plan(plan: Sequence[str], ask: ContextFactory) -> PlanVerdict:
    """A plan of two entries or more, the first being what the meter runs."""
    steps = [_step(ask(base, target)) for base, target in pairwise(plan)]
    unfinished = _unfinished(ask(plan[-1], plan[-1]))
    faults = [*_wrong(steps), *([unfinished.text] if unfinished else [])]
    doubts = [_told(step) for step in steps if step.code == "not-declared"]
    if faults:
        return PlanVerdict(verdict="stop", text=_line("stop", faults), steps=steps, unfinished=unfinished)
    if doubts:
        return PlanVerdict(verdict="ask", text=_line("ask", doubts), steps=steps, unfinished=None)
    return PlanVerdict(verdict="go", text=_go(steps), steps=steps, unfinished=None)


def common_judgement(plans: Sequence[PlanVerdict]) -> PlanVerdict | None:
    """The verdict on a plan that begins at any one of several entries; None where it matters at which.

    It does not where every step has the same code, and the same stops are missing or the same entries to ask about.
    """
    alike = {(plan.verdict, *(_essence(step) for step in plan.steps)) for plan in plans}
    return plans[0] if len(alike) == 1 else None


def judge_device_plans(plans: Sequence[PlanVerdict], starts: Sequence[str], advice: str | None) -> PlanVerdict:
    """The verdict on a plan for a device that may run any of these entries, or none that is known.

    Where it matters which, none is judged step by step: stop, if each is a stop for reasons of its own; else ask.
    """
    if found := common_judgement(plans):
        return found
    if not plans:
        text = f"ask: nobody can say what the device runs. {advice or ''}".strip()
        return PlanVerdict(verdict="ask", text=text, steps=[], unfinished=None)
    said = "; ".join(f"if it runs {start}, {plan.text}" for start, plan in zip(starts, plans, strict=True))
    verdict: Verdict = "stop" if all(plan.verdict == "stop" for plan in plans) else "ask"
    return PlanVerdict(verdict=verdict, text=f"{verdict}: {said}", steps=[], unfinished=plans[0].unfinished)


def _essence(step: PlanStep) -> tuple[StepCode, tuple[str, ...]]:
    return step.code, tuple(step.entries) if step.code in ("not-a-base", "not-declared") else ()


def _step(here: QuestionContext) -> PlanStep:
    found = ((code, rule(here)) for code, rule in _RULES.items())
    code, said = next((code, said) for code, said in found if said)
    return PlanStep(
        base=here.question.base,
        target=here.question.target,
        code=code,
        text=said.text,
        entries=list(said.entries),
        steps=list(said.steps),
        warnings=_warnings(here, *here.path) if code == "ok" and here.path else [],
    )


def _warnings(here: QuestionContext, base: int, target: int) -> list[StepWarning]:
    return step_warnings(StepContext(here.network, base, target, here.question.through_removed, here.question.at))


def _already_there(here: QuestionContext) -> StepJudgement | None:
    if here.start is None or here.start != here.goal:
        return None
    base, target = here.question.base, here.question.target
    if base == target:
        return StepJudgement(f"{target} is named twice: there is nothing to do.", [target])
    text = f"{base} and {target} name the same firmware: there is nothing to do."
    if here.network.vertices[here.start].imageless:
        text += " The list has no image hash for them, so nothing proves that they are one."
    return StepJudgement(text, sorted([base, target]))


def _ok(here: QuestionContext) -> StepJudgement | None:
    way = here.path
    base, target = here.question.base, here.question.target
    return StepJudgement(f"{base} is a declared base of {target}.") if way and len(way) == 2 else None


def _not_a_base(here: QuestionContext) -> StepJudgement | None:
    """There is no step, or the way would be it; but there is a way of more steps."""
    if not here.path:
        return None
    steps = here.numbers(here.path)
    base, target = here.question.base, here.question.target
    return StepJudgement(f"{base} is not a base of {target}: first to {_then(steps[1:-1])}.", steps[1:-1], steps)


def _wrong_order(here: QuestionContext) -> StepJudgement | None:
    if not here.reverse_path:
        return None
    steps, base, target = here.numbers(here.reverse_path), here.question.base, here.question.target
    text = f"There is no way from {base} to {target}, but one from {target} to {base}: {' → '.join(steps)}."
    return StepJudgement(text, sorted([base, target]), steps)


def _held(here: QuestionContext) -> StepJudgement | None:
    pairs = sorted({one for one in here.network.snapshot.held if _joins(here, one)})
    if not pairs:
        return None
    waiting = join_with_and([f"{one.base} as a base of {one.target} ({WHY_HELD[one.code]})" for one in pairs])
    text = f"Declared, but awaiting acceptance by name: {waiting}."
    return StepJudgement(text, sorted({number for one in pairs for number in (one.base, one.target)}))


def _joins(here: QuestionContext, one: HeldPair) -> bool:
    """Whether the pair that is held, or twins of it, are the step's. An entry not in force has no place."""
    of = here.network.of
    return here.start is not None and (of.get(one.base), of.get(one.target)) == (here.start, here.goal)


def _not_listed(here: QuestionContext) -> StepJudgement | None:
    base, target = here.question.base, here.question.target
    missing = sorted({base, target} - here.network.of.keys())
    if missing:
        return StepJudgement(f"No list in force at that time has {join_with_and(missing)} yet.", missing)
    if here.goal is None or here.enterable >> here.goal & 1:
        return None
    return StepJudgement(
        f"{target} is not listed: its status is {here.network.snapshot.entries[target].status}.", [target]
    )


def _other_device_model(here: QuestionContext) -> StepJudgement | None:
    base, target = here.question.base, here.question.target
    models = [here.network.snapshot.entries[number].device_model for number in (base, target)]
    if models[0] == models[1]:
        return None
    text = f"{base} is for device model {models[0]}, {target} for {models[1]}: a meter keeps its hardware."
    return StepJudgement(text, sorted([base, target]))


def _not_declared(here: QuestionContext) -> StepJudgement | None:
    """The outcome of the pathway is `unknown`."""
    if here.start is None or here.goal is None:
        return None
    if not could_reach(here.network, here.start, here.goal, here.enterable):
        return None
    asked = list(indices(vertices_to_ask(here.network, here.start, here.goal, here.enterable)))
    makers = sorted({here.network.vertices[place].shown.manufacturer for place in asked})
    base, target, entries = here.question.base, here.question.target, here.members(asked)
    declared = "" if here.goal in asked else f" {target} is declared, and {base} is not among its bases."
    text = (
        f"No Firmware Upgrade Path was supplied for {join_with_and(entries)}, so nobody can say how to get from "
        f"{base} to "
        f"{target}.{declared} Ask the manufacturer ({join_with_and(makers)})."
    )
    return StepJudgement(text, entries)


def _no_way(here: QuestionContext) -> StepJudgement:
    base, target = here.question.base, here.question.target
    return StepJudgement(
        f"Nothing declared leads from {base} to {target}, and nothing still undeclared could.", [base, target]
    )


_RULES: dict[StepCode, Callable[[QuestionContext], StepJudgement | None]] = {
    "already-there": _already_there,
    "ok": _ok,
    "not-a-base": _not_a_base,
    "wrong-order": _wrong_order,
    "held": _held,
    "not-listed": _not_listed,
    "other-device-model": _other_device_model,
    "not-declared": _not_declared,
    "no-way": _no_way,
}


def _unfinished(here: QuestionContext) -> UnfinishedPlan | None:
    """What must not be said of the entry on which a plan ends: that more of it is to come."""
    part, parts = (here.goal is not None and fragment_of(here.network.vertices[here.goal])) or (1, 1)
    if part == parts:
        return None
    entry = here.question.target
    text = f"The plan ends on {entry}, which is fragment {part} of {parts}: do not stop there."
    return UnfinishedPlan(entry=entry, fragment=part, fragments=parts, text=text)


def _wrong(steps: Iterable[PlanStep]) -> Iterable[str]:
    """What speaks against each step, whatever is found out. One that cannot be performed leaves the meter behind."""
    for step in steps:
        if step.code not in ("ok", "already-there", "not-declared"):
            yield _told(step)
        yield from (f"{step.base} → {step.target}: {w.text}" for w in step.warnings if w.code == "no-image")


def _told(step: PlanStep) -> str:
    return f"{step.base} → {step.target}: {step.code}. {step.text}"


def _line(verdict: str, said: Sequence[str]) -> str:
    more = f" And {len(said) - 1} more." if len(said) > 1 else ""
    return f"{verdict}: {said[0]}{more}"


def _go(steps: Sequence[PlanStep]) -> str:
    if all(step.code == "already-there" for step in steps):
        return "go: there is nothing to do."
    count = sum(len(step.warnings) for step in steps)
    read = f" Read the warnings: {count}." if count else ""
    return f"go: every step is declared, and its target listed.{read}"


def _then(numbers: Sequence[str]) -> str:
    return ", then ".join(numbers)
