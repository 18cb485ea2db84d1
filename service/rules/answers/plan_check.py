"""Checks a plan (a list of entries to upgrade through): gives a code for each step, and a verdict on the plan (design
7).

A step of the plan leads from one entry to the next. The code of a step is the first in `_RULES` whose rule applies, so
the later rules may assume that no route leads from the base to the target.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from service.rules.answers.question import QuestionContext
from service.rules.answers.reasons import ReasonEvidence, not_yet_listed, target_not_listed
from service.rules.answers.text import join_manufacturers, join_with_and, no_pathway_text
from service.rules.answers.warnings import fragment_of, step_warnings
from service.rules.facts.edit_warnings import WHY_HELD
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.possible_paths import undeclared_on_possible_paths
from service.rules.pathfinding.snapshot import HeldPair
from service.schemas.responses.plan_check import MissingFragments, PlanStep, PlanVerdict, StepCode, Verdict

ContextFactory = Callable[[str, str], QuestionContext]


def judge_plan(plan: Sequence[str], make_context: ContextFactory) -> PlanVerdict:
    """Returns the verdict on an upgrade plan: a list of at least two entries, of which the meter runs the first."""
    contexts = [make_context(base, target) for base, target in pairwise(plan)]
    steps = [_step(context) for context in contexts]
    unfinished = _unfinished(make_context(plan[-1], plan[-1]))
    faults = [*_faults(steps), *([unfinished.text] if unfinished else [])]
    doubts = [_describe(step) for step in steps if step.code == "not-declared"]
    if faults:
        return PlanVerdict(verdict="stop", text=_verdict_text("stop", faults), steps=steps, unfinished=unfinished)
    if doubts:
        return PlanVerdict(verdict="ask", text=_verdict_text("ask", doubts), steps=steps, unfinished=None)
    return PlanVerdict(verdict="go", text=_go_text(contexts, steps), steps=steps, unfinished=None)


def common_judgement(plans: Sequence[PlanVerdict]) -> PlanVerdict | None:
    """Returns the verdict on which all upgrade plans given agree, or None. The plans differ only in their first entry.

    Verdicts agree if all steps have the same codes, the same missing stops and the same entries to ask about.
    """
    keys = {(plan.verdict, *(_comparison_key(step) for step in plan.steps)) for plan in plans}
    return plans[0] if len(keys) == 1 else None


def judge_device_plans(plans: Sequence[PlanVerdict], starts: Sequence[str], advice: str | None) -> PlanVerdict:
    """Returns one verdict on an upgrade plan for a device that may run any of the entries `starts`, from the verdicts
    `plans` for each of them. Without any start, the verdict is `ask`.

    If the verdicts differ, the result has no steps. It is then `stop` if every verdict is `stop`, else `ask`.
    """
    if common := common_judgement(plans):
        return common
    if not plans:
        text = f"ask: nobody can say what the device runs. {advice or ''}".strip()
        return PlanVerdict(verdict="ask", text=text, steps=[], unfinished=None)
    judgements = "; ".join(f"if it runs {start}, {plan.text}" for start, plan in zip(starts, plans, strict=True))
    verdict: Verdict = "stop" if all(plan.verdict == "stop" for plan in plans) else "ask"
    return PlanVerdict(verdict=verdict, text=f"{verdict}: {judgements}", steps=[], unfinished=plans[0].unfinished)


def _comparison_key(step: PlanStep) -> tuple[StepCode, tuple[str, ...]]:
    return step.code, tuple(step.entries) if step.code in ("not-a-base", "not-declared") else ()


def _step(context: QuestionContext) -> PlanStep:
    results = ((code, rule(context)) for code, rule in _RULES.items())
    code, evidence = next((code, evidence) for code, evidence in results if evidence)
    return PlanStep(
        base=context.question.base,
        target=context.question.target,
        code=code,
        text=evidence.text,
        entries=evidence.entries,
        steps=evidence.steps,
        warnings=step_warnings(context, *context.path) if code == "ok" and context.path else [],
    )


def _already_there(context: QuestionContext) -> ReasonEvidence | None:
    if context.start is None or context.start != context.goal:
        return None
    base, target = context.question.base, context.question.target
    if base == target:
        return ReasonEvidence(f"{target} is named twice: there is nothing to do.", [target])
    text = f"{base} and {target} name the same firmware: there is nothing to do."
    if context.network.vertices[context.start].imageless:
        text += " The list has no image hash for them, so nothing proves that they are one."
    return ReasonEvidence(text, sorted([base, target]))


def _ok(context: QuestionContext) -> ReasonEvidence | None:
    path = context.path
    base, target = context.question.base, context.question.target
    if not path or len(path) != 2:
        return None
    if context.network.step_between(*path).by_twin:
        text = f"{base} is a base of {target} by a declaration for twins (one firmware, listed twice)."
        return ReasonEvidence(text)
    return ReasonEvidence(f"{base} is a declared base of {target}.")


def _not_a_base(context: QuestionContext) -> ReasonEvidence | None:
    """Returns the evidence for a route of more than one step. A route of one step has the code `ok`."""
    if not context.path:
        return None
    steps = context.numbers(context.path)
    base, target = context.question.base, context.question.target
    link = f"{base} is not a base of {target}"
    if _held_pairs(context):
        link = f"{base} is declared as a base of {target}, but awaits acceptance by name"
    text = f"{link}: first to {', then '.join(steps[1:-1])}."
    return ReasonEvidence(text, steps[1:-1], steps)


def _wrong_order(context: QuestionContext) -> ReasonEvidence | None:
    if not context.reverse_path:
        return None
    steps, base, target = context.numbers(context.reverse_path), context.question.base, context.question.target
    text = no_pathway_text(base, target, context.outcome)
    text += f" A declared pathway leads from {target} to {base}: {' → '.join(steps)}."
    return ReasonEvidence(text, sorted([base, target]), steps)


def _held(context: QuestionContext) -> ReasonEvidence | None:
    pairs = _held_pairs(context)
    if not pairs:
        return None
    awaiting = join_with_and([f"{pair.base} as a base of {pair.target} ({WHY_HELD[pair.code]})" for pair in pairs])
    text = f"Declared, but awaiting acceptance by name: {awaiting}."
    return ReasonEvidence(text, sorted({number for pair in pairs for number in (pair.base, pair.target)}))


def _held_pairs(context: QuestionContext) -> list[HeldPair]:
    """Returns the declared bases that await acceptance by name and that join base and target of the question."""
    return sorted({pair for pair in context.network.snapshot.held if _is_same_step(context, pair)})


def _is_same_step(context: QuestionContext, pair: HeldPair) -> bool:
    """Returns whether a held pair leads from base to target of the question, or between their twins."""
    index_of = context.network.index_of
    return context.start is not None and (index_of.get(pair.base), index_of.get(pair.target)) == (
        context.start,
        context.goal,
    )


def _not_listed(context: QuestionContext) -> ReasonEvidence | None:
    return not_yet_listed(context) or target_not_listed(context)


def _other_device_model(context: QuestionContext) -> ReasonEvidence | None:
    base, target = context.question.base, context.question.target
    models = [context.network.snapshot.entries[number].device_model for number in (base, target)]
    if models[0] == models[1]:
        return None
    text = f"{base} is for device model {models[0]}, {target} for {models[1]}: a meter keeps its hardware."
    if context.outcome == "unknown":
        text += " A missing declaration could make a route all the same."
    return ReasonEvidence(text, sorted([base, target]))


def _not_declared(context: QuestionContext) -> ReasonEvidence | None:
    """Returns the evidence if the pathway from base to target has the outcome `unknown`, else None."""
    if context.outcome != "unknown" or context.start is None or context.goal is None:
        return None
    to_ask = list(
        indices(undeclared_on_possible_paths(context.network, context.start, context.goal, context.enterable))
    )
    manufacturers = sorted({context.network.vertices[index].shown.manufacturer for index in to_ask})
    base, target, entries = context.question.base, context.question.target, context.members(to_ask)
    names = context.network.snapshot.names
    kind = context.network.snapshot.entries[target].declared.kind
    owner = target if kind == "bases" else f"A twin of {target}"
    declared = "" if context.goal in to_ask else f" {owner} is declared, and {base} is not among its bases."
    text = (
        f"No Firmware Upgrade Path was supplied for {join_with_and(entries)}, so nobody can say how to get from "
        f"{base} to "
        f"{target}.{declared} Ask the manufacturer ({join_manufacturers(manufacturers, names)})."
    )
    return ReasonEvidence(text, entries)


def _no_way(context: QuestionContext) -> ReasonEvidence:
    base, target = context.question.base, context.question.target
    return ReasonEvidence(no_pathway_text(base, target, context.outcome), [base, target])


_RULES: dict[StepCode, Callable[[QuestionContext], ReasonEvidence | None]] = {
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


def _unfinished(context: QuestionContext) -> MissingFragments | None:
    """A remark if the plan ends on a fragment other than the last, since the meter then runs an incomplete image."""
    part, parts = (context.goal is not None and fragment_of(context.network.vertices[context.goal])) or (1, 1)
    if part == parts:
        return None
    entry = context.question.target
    text = f"The plan ends on {entry}, which is fragment {part} of {parts}: do not stop there."
    return MissingFragments(entry=entry, fragment=part, fragments=parts, text=text)


def _faults(steps: Iterable[PlanStep]) -> Iterable[str]:
    """Yields the faults of the steps: wrong steps, and steps into entries without an image, which a meter cannot
    perform.
    """
    for step in steps:
        if step.code not in ("ok", "already-there", "not-declared"):
            yield _describe(step)
        yield from (f"{step.base} → {step.target}: {w.text}" for w in step.warnings if w.code == "no-image")


def _describe(step: PlanStep) -> str:
    return f"{step.base} → {step.target}: {step.code}. {step.text}"


def _verdict_text(verdict: str, sentences: Sequence[str]) -> str:
    more = f" And {len(sentences) - 1} more." if len(sentences) > 1 else ""
    return f"{verdict}: {sentences[0]}{more}"


def _go_text(contexts: Sequence[QuestionContext], steps: Sequence[PlanStep]) -> str:
    taken = [context for context, step in zip(contexts, steps, strict=True) if step.code == "ok"]
    if not taken:
        return "go: there is nothing to do."
    removed = [context.question.target for context in taken if _is_removed(context)]
    listed = f"; removed from the list: {join_with_and(removed)}" if removed else ", and its image listed"
    idle = len(steps) - len(taken)
    which = f"steps with nothing to do: {idle}; every other step" if idle else "every step"
    count = sum(len(step.warnings) for step in steps)
    read = f" Read the warnings: {count}." if count else ""
    return f"go: {which} is declared{listed}.{read}"


def _is_removed(context: QuestionContext) -> bool:
    """Returns whether no list in force has the image of the target as listed."""
    return context.goal is not None and not context.network.listed >> context.goal & 1
