"""The summary of an impact: sentences that a person can paste into an email."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service.rules.answers.text import join_with_and
from service.schemas.responses.impact import ImpactClass

StepPairs = set[tuple[str, str]]
_MAX_NAMED = 5
_MAX_SENTENCES = 5


@dataclass
class ImpactSummary:
    """Collects the data of the differences that the summary needs."""

    withdrawn: StepPairs = field(default_factory=set)
    added: StepPairs = field(default_factory=set)
    device_models: set[str] = field(default_factory=set)
    _bases_by_target: dict[ImpactClass, dict[str, dict[str, None]]] = field(default_factory=lambda: defaultdict(dict))
    _counts: dict[ImpactClass, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    _targets: dict[ImpactClass, set[str]] = field(default_factory=lambda: defaultdict(set))
    _stranded: set[str] = field(default_factory=set)

    def steps(self, before: StepPairs, after: StepPairs) -> None:
        """Adds the declared pairs that give a step at an instant, before and after the change."""
        self.withdrawn |= before - after
        self.added |= after - before

    def pair(self, kind: ImpactClass, base: str, target: str) -> None:
        """Adds a differing pathway."""
        if kind in ("lost", "gained"):
            self._bases_by_target[kind].setdefault(target, {})[base] = None
        else:
            self._counts[kind].add((base, target))

    def target(self, kind: ImpactClass, target: str) -> None:
        """Adds a target whose outcome changes from `none` to `unknown` (`now-unknown`), or back (`now-known`)."""
        self._targets[kind].add(target)

    def stranded(self, entry: str) -> None:
        """Adds an entry that reaches nothing after the change."""
        self._stranded.add(entry)

    def add_device_models(self, *device_models: str) -> None:
        """Adds the device models of entries that are edited or whose answers differ."""
        self.device_models.update(filter(None, device_models))

    @property
    def manufacturers(self) -> list[str]:
        """The manufacturer codes of the device models."""
        return sorted({model.partition("-")[0] for model in self.device_models})

    def text(self) -> str:
        """The summary: steps first, then the lost and gained pathways by entry, then counts of the other classes."""
        sentences = [self._steps_text(), *self._pathway_texts("lost", "lose"), *self._pathway_texts("gained", "gain")]
        sentences += self._stranded_texts()
        sentences += [_count_text(kind, len(self._counts[kind])) for kind in _COUNT_TEXTS if self._counts[kind]]
        sentences += [
            _TARGET_TEXTS[kind].format(_name_entries(self._targets[kind]))
            for kind in _TARGET_TEXTS
            if self._targets[kind]
        ]
        return " ".join(sentences if sentences[1:] else [*sentences, "No pathway changes."])

    def _steps_text(self) -> str:
        withdrawn, added = len(self.withdrawn), len(self.added)
        return f"{_count(withdrawn, 'step is withdrawn', 'steps are withdrawn')} and {added} added."

    def _pathway_texts(self, kind: ImpactClass, verb: str) -> Iterator[str]:
        """One sentence for all targets that the same bases lose or gain; only the largest groups, then a count."""
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for target, starts in self._bases_by_target[kind].items():
            groups[tuple(sorted(starts))].append(target)
        ordered = sorted(groups.items(), key=lambda group: (-len(group[0]) * len(group[1]), group))
        for bases, targets in ordered[:_MAX_SENTENCES]:
            predicate = f"{verb} their pathway" if len(bases) > 1 else f"{verb}s its pathway"
            yield f"{_name_entries(bases)} {predicate} to {_name_entries(targets)}."
        rest = sum(len(bases) * len(targets) for bases, targets in ordered[_MAX_SENTENCES:])
        if rest:
            yield f"{_count(rest, 'more pathway is', 'more pathways are')} {kind}."

    def _stranded_texts(self) -> Iterator[str]:
        if self._stranded:
            verb = "reaches" if len(self._stranded) == 1 else "reach"
            yield f"{_name_entries(self._stranded)} no longer {verb} any entry."


_COUNT_TEXTS: dict[ImpactClass, tuple[str, str]] = {
    "longer": ("becomes longer", "become longer"),
    "shorter": ("becomes shorter", "become shorter"),
    "rerouted": ("leads through other entries", "lead through other entries"),
}
_TARGET_TEXTS: dict[ImpactClass, str] = {
    "now-unknown": "From some entries, the facts no longer show whether {} can be reached.",
    "now-known": "From some entries, the facts now show that no pathway leads to {}.",
}


def _count_text(kind: ImpactClass, count: int) -> str:
    return f"{count} {'pathway' if count == 1 else 'pathways'} {_COUNT_TEXTS[kind][count > 1]}."


def _count(count: int, singular: str, plural: str) -> str:
    return f"{count} {singular if count == 1 else plural}"


def _name_entries(entries: Iterable[str]) -> str:
    ordered = sorted(entries)
    rest = len(ordered) - _MAX_NAMED
    return join_with_and([*ordered[:_MAX_NAMED], f"{rest} more"] if rest > 0 else ordered)
