"""Writes the summary of an impact (changed pathway answers): sentences that a person can paste into an email."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service.rules.findings.findings_input import shorten_numbers
from service.rules.pathfinding.twins import group_by_key
from service.schemas.responses.impact import ImpactClass

StepPairs = set[tuple[str, str]]
_MAX_NAMED = 5
_MAX_SENTENCES = 5


@dataclass
class SummaryBuilder:
    """Collects the pathway changes of an impact one by one, and writes the sentences of the summary from them."""

    withdrawn: StepPairs = field(default_factory=set)
    added: StepPairs = field(default_factory=set)
    device_models: set[str] = field(default_factory=set)
    _bases_by_target: dict[ImpactClass, dict[str, dict[str, None]]] = field(default_factory=lambda: defaultdict(dict))
    _counts: dict[ImpactClass, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    _entries: dict[ImpactClass, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add_steps(self, before: StepPairs, after: StepPairs) -> None:
        """Adds the pairs (base, target) with a declared step at one instant, those before the change and those after
        it.
        """
        self.withdrawn |= before - after
        self.added |= after - before

    def add_pair(self, kind: ImpactClass, base: str, target: str) -> None:
        """Adds a change of the pathway from `base` to `target` to the summary; `kind` is its class, such as lost or
        longer.
        """
        if kind in ("lost", "gained"):
            self._bases_by_target[kind].setdefault(target, {})[base] = None
        else:
            self._counts[kind].add((base, target))

    def add_entry(self, kind: ImpactClass, entry: str) -> None:
        """Adds an entry to the changes in the summary that concern one entry: `stranded` (no path leads on),
        `now-unknown` or `now-known` (whether a path leads to it).
        """
        self._entries[kind].add(entry)

    def add_device_models(self, *device_models: str) -> None:
        """Adds device models that the change concerns to the summary. Ignores a blank device model."""
        self.device_models.update(filter(None, device_models))

    @property
    def manufacturers(self) -> list[str]:
        """Returns the sorted codes of the manufacturers whose device models a change concerns."""
        return sorted({model.partition("-")[0] for model in self.device_models})

    def text(self) -> str:
        """Returns the summary of a change: its steps, then lost and gained pathways by entry, then counts of the other
        changes.
        """
        withdrawn = _count(len(self.withdrawn), "step is withdrawn", "steps are withdrawn")
        sentences = [f"{withdrawn} and {len(self.added)} added."]
        sentences += [*self._pathway_texts("lost", "lose"), *self._pathway_texts("gained", "gain")]
        if stranded := self._entries["stranded"]:
            verb = "reaches" if len(stranded) == 1 else "reach"
            sentences.append(f"{_name_entries(stranded)} no longer {verb} any entry.")
        sentences += [
            _count(len(self._counts[kind]), f"pathway {singular}.", f"pathways {plural}.")
            for kind, (singular, plural) in _COUNT_TEXTS.items()
            if self._counts[kind]
        ]
        sentences += [
            template.format(_name_entries(self._entries[kind]))
            for kind, template in _ENTRY_TEXTS.items()
            if self._entries[kind]
        ]
        return " ".join(sentences if sentences[1:] else [*sentences, "No pathway changes."])

    def _pathway_texts(self, kind: ImpactClass, verb: str) -> Iterator[str]:
        """Yields a sentence for each of the largest sets of targets that the same bases lose or gain."""
        groups = group_by_key((tuple(sorted(bases)), target) for target, bases in self._bases_by_target[kind].items())
        ordered = sorted(groups.items(), key=lambda group: (-len(group[0]) * len(group[1]), group))
        for bases, targets in ordered[:_MAX_SENTENCES]:
            predicate = f"{verb} their pathway" if len(bases) > 1 else f"{verb}s its pathway"
            yield f"{_name_entries(bases)} {predicate} to {_name_entries(targets)}."
        rest = sum(len(bases) * len(targets) for bases, targets in ordered[_MAX_SENTENCES:])
        if rest:
            yield f"{_count(rest, 'more pathway is', 'more pathways are')} {kind}."


_COUNT_TEXTS: dict[ImpactClass, tuple[str, str]] = {
    "longer": ("becomes longer", "become longer"),
    "shorter": ("becomes shorter", "become shorter"),
    "rerouted": ("leads through other entries", "lead through other entries"),
}
_ENTRY_TEXTS: dict[ImpactClass, str] = {
    "now-unknown": "From some entries, the facts no longer show whether {} can be reached.",
    "now-known": "From some entries, the facts now show that no pathway leads to {}.",
}


def _count(count: int, singular: str, plural: str) -> str:
    """Returns the count with the words after it, in the singular or plural."""
    return f"{count} {singular if count == 1 else plural}"


def _name_entries(entries: Iterable[str]) -> str:
    """Returns the entry numbers as text; beyond a limit, the first of them and a count of the others."""
    return shorten_numbers(sorted(entries), _MAX_NAMED)
