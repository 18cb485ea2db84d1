"""What a person is told of an impact: sentences that can be pasted into an email."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service.rules.answers.text import join_with_and
from service.schemas.responses.impact import ImpactClass

StepPairs = set[tuple[str, str]]
_MOST_NAMED = 5
_MOST_SENTENCES = 5


@dataclass
class ImpactSummary:
    """What is remembered of the differences, to tell of them in words."""

    withdrawn: StepPairs = field(default_factory=set)
    added: StepPairs = field(default_factory=set)
    device_models: set[str] = field(default_factory=set)
    _ways: dict[ImpactClass, dict[str, dict[str, None]]] = field(default_factory=lambda: defaultdict(dict))
    _counts: dict[ImpactClass, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    _targets: dict[ImpactClass, set[str]] = field(default_factory=lambda: defaultdict(set))
    _stranded: set[str] = field(default_factory=set)

    def steps(self, before: StepPairs, after: StepPairs) -> None:
        """The declared pairs that give a step, at an instant, before the change and after."""
        self.withdrawn |= before - after
        self.added |= after - before

    def pair(self, kind: ImpactClass, base: str, target: str) -> None:
        """A pathway that differs."""
        if kind in ("lost", "gained"):
            self._ways[kind].setdefault(target, {})[base] = None
        else:
            self._counts[kind].add((base, target))

    def target(self, kind: ImpactClass, target: str) -> None:
        """A target of which nobody can say any more, or of which it is known now."""
        self._targets[kind].add(target)

    def stranded(self, entry: str) -> None:
        """An entry that reaches nothing any more."""
        self._stranded.add(entry)

    def add_device_models(self, *device_models: str) -> None:
        """Device models of entries edited, or whose answers differ."""
        self.device_models.update(filter(None, device_models))

    @property
    def manufacturers(self) -> list[str]:
        """Whose device models these are."""
        return sorted({model.partition("-")[0] for model in self.device_models})

    def text(self) -> str:
        """The summary: steps first, then who loses or gains a way to what, then the rest in numbers."""
        said = [self._of_steps(), *self._of_ways("lost", "lose"), *self._of_ways("gained", "gain")]
        said += self._of_stranded()
        said += [_counted(kind, len(self._counts[kind])) for kind in _CHANGED if self._counts[kind]]
        said += [_OF_TARGETS[kind].format(_named(self._targets[kind])) for kind in _OF_TARGETS if self._targets[kind]]
        return " ".join(said if said[1:] else [*said, "No pathway changes."])

    def _of_steps(self) -> str:
        gone, new = len(self.withdrawn), len(self.added)
        return f"{_many(gone, 'step is withdrawn', 'steps are withdrawn')} and {new} added."

    def _of_ways(self, kind: ImpactClass, verb: str) -> Iterator[str]:
        """Targets that the same entries lose or gain stand together; the largest groups are told, the rest counted."""
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for target, starts in self._ways[kind].items():
            groups[tuple(sorted(starts))].append(target)
        ordered = sorted(groups.items(), key=lambda group: (-len(group[0]) * len(group[1]), group))
        for bases, targets in ordered[:_MOST_SENTENCES]:
            they = verb if len(bases) > 1 else f"{verb}s"
            yield f"{_named(bases)} {they} {'their' if len(bases) > 1 else 'its'} way to {_named(targets)}."
        rest = sum(len(bases) * len(targets) for bases, targets in ordered[_MOST_SENTENCES:])
        if rest:
            yield f"{_many(rest, 'pathway more is', 'pathways more are')} {kind}."

    def _of_stranded(self) -> Iterator[str]:
        if self._stranded:
            verb = "reaches" if len(self._stranded) == 1 else "reach"
            yield f"{_named(self._stranded)} {verb} nothing any more."


_CHANGED: dict[ImpactClass, tuple[str, str]] = {
    "longer": ("becomes longer", "become longer"),
    "shorter": ("becomes shorter", "become shorter"),
    "rerouted": ("leads through other entries", "lead through other entries"),
}
_OF_TARGETS: dict[ImpactClass, str] = {
    "now-unknown": "From some entries nobody can say any more whether {} can be reached.",
    "now-known": "From some entries it becomes known that there is no way to {}.",
}


def _counted(kind: ImpactClass, count: int) -> str:
    return f"{count} {'pathway' if count == 1 else 'pathways'} {_CHANGED[kind][count > 1]}."


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _named(entries: Iterable[str]) -> str:
    ordered = sorted(entries)
    rest = len(ordered) - _MOST_NAMED
    return join_with_and([*ordered[:_MOST_NAMED], f"{rest} more"] if rest > 0 else ordered)
