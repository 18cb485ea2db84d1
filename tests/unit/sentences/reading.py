"""Reads the sentences of an answer back into claims, each of which a slow check compares with the facts."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from tests.reached import reached

NUMBER = r"\d{6}"
MANY = rf"{NUMBER}(?:, {NUMBER})*(?: and {NUMBER})?"
HOLES = {
    **dict.fromkeys(("base", "target", "entry", "owner", "first", "last"), NUMBER),
    **dict.fromkeys(("entries", "others"), MANY),
    **dict.fromkeys(("count", "part", "parts", "before"), r"\d+"),
    **dict.fromkeys(("some", "targets"), rf"{MANY}(?: and \d+ more)?"),
    "route": rf"{NUMBER}(?: → {NUMBER})+",
    "makers": r"[^()]+",
    "word": r"[\w-]+",
    "verb": r"is|are",
    "model": r"FE\d\d-[0-9A-F]{8}",
    "other_model": r"FE\d\d-[0-9A-F]{8}",
    "version": r"[0-9A-F]{8}",
    "pairs": r"\d{6} as a base of \d{6} \([^()]+\)(?:(?:, | and )\d{6} as a base of \d{6} \([^()]+\))*",
    "any": r".+?",
}
"""What may stand in the place of a name in braces."""

Values = Mapping[str, str]


class Sentence(NamedTuple):
    """A fixed sentence with names in braces for what it fills in, and the check of what it claims."""

    form: str
    holds: Callable[[Any, Values], object]

    @property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression that the sentence matches."""
        parts = re.split(r"\{(\w+)\}", self.form)
        return re.compile(
            "".join(f"(?P<{part}>{HOLES[part]})" if nth % 2 else re.escape(part) for nth, part in enumerate(parts))
            + r"(?=\s|$)"
        )


class Catalogue:
    """All sentences of one kind of text, by their code."""

    def __init__(self, name: str, sentences: Mapping[str, list[Sentence]]) -> None:
        self.name, self.sentences = name, sentences

    @cached_property
    def _patterns(self) -> dict[str, list[tuple[Sentence, re.Pattern[str]]]]:
        return {code: [(row, row.pattern) for row in rows] for code, rows in self.sentences.items()}

    @property
    def cases(self) -> list[str]:
        """Every sentence, in the form in which `check` counts it."""
        return [f"{self.name} {code}: {row.form}" for code, rows in self.sentences.items() for row in rows]

    def check_any(self, text: str, case: Any) -> None:
        """Compares every claim of a text, whose sentences have several codes, with the facts of its case."""
        whole = Catalogue(self.name, {"": [row for rows in self.sentences.values() for row in rows]})
        code_of = {row.form: code for code, rows in self.sentences.items() for row in rows}
        for sentence, values in whole.read("", text):
            reached(f"{self.name} {code_of[sentence.form]}: {sentence.form}")
            assert sentence.holds(case, values), f"{self.name}: untrue is {sentence.form!r} in {text!r}"

    def read(self, code: str, text: str) -> Iterator[tuple[Sentence, Values]]:
        """The sentences of which a text consists, each with what it fills in."""
        rest = text
        while rest:
            found = [(row, match) for row, pattern in self._patterns[code] if (match := pattern.match(rest))]
            assert found, f"{self.name} {code}: no claim is known for {rest!r}"
            sentence, match = max(found, key=lambda pair: pair[1].end())
            yield sentence, match.groupdict()
            rest = rest[match.end() :].lstrip()

    def check(self, code: str, text: str, case: Any) -> None:
        """Compares every claim of a text with the facts of its case, and counts its sentences."""
        assert text, f"{self.name} {code} says nothing"
        for sentence, values in self.read(code, text):
            reached(f"{self.name} {code}: {sentence.form}")
            assert sentence.holds(case, values), f"{self.name} {code}: untrue is {sentence.form!r} in {text!r}"


def numbers(text: str) -> list[str]:
    """The entry numbers in a text, in their order."""
    return re.findall(NUMBER, text)


def pairs(text: str) -> dict[tuple[str, str], str]:
    """The pairs of base and target in a text, each with what stands in brackets after it."""
    found = re.findall(rf"({NUMBER}) as a base of ({NUMBER}) \(([^()]+)\)", text)
    return {(base, target): why for base, target, why in found}
