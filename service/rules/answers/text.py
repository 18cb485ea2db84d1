"""Text helpers that several rules, commands and pages share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from service.domain.outcomes import Outcome, ResolveOutcome, Verdict
from service.schemas.responses.holds_until import HoldsUntil


def join_with_and(words: Sequence[str]) -> str:
    """Joins words to a text such as `a`, `a and b` or `a, b and c`. Returns an empty text if there are no words."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def join_manufacturers(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """Joins manufacturer codes, each with the name of its company where `names` has one, to a text such as `FE01
    Northwind and FE02`.
    """
    return join_with_and([f"{code} {names.get(code, '')}".strip() for code in codes])


def no_pathway_text(base: str, target: str, outcome: Outcome) -> str:
    """Returns the sentence that the declarations give no pathway from the base to the target, and whether a missing
    declaration could: yes for the outcome `unknown`, no for `none`.
    """
    outlook = "but a missing declaration could" if outcome == "unknown" else "and no missing declaration could"
    return f"The declarations in force give no pathway from {base} to {target}, {outlook}."


def describe_end(outcome: ResolveOutcome | Verdict, end: HoldsUntil, write_instant: Callable[[datetime], str]) -> str:
    """Returns a sentence without its full stop about the end of an answer with the outcome given: when, why, and the
    outcome afterwards.
    """
    number = end.cause.list_version
    cause = f"list {number} takes effect" if number else "a recorded date passes"
    afterwards = f"still {end.outcome}, with other entries" if end.outcome == outcome else end.outcome
    return f"holds until {write_instant(end.at)}, when {cause}; then the outcome is {afterwards}"
