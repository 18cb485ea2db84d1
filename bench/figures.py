"""Computes ratios from measured times, each with its range over the rounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import median
from typing import Any

Measure = Callable[["Sample"], float]


@dataclass(frozen=True)
class Sample:
    """The measured times of one side in one round, or in all rounds together."""

    latencies: Sequence[float]
    seconds: float

    @property
    def median_ms(self) -> float:
        """The median time of a question."""
        return median(self.latencies) * 1000

    @property
    def p99_ms(self) -> float:
        """The 99th percentile of the time of a question."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, len(self.latencies) * 99 // 100)] * 1000

    @property
    def rate(self) -> float:
        """Questions a second."""
        return len(self.latencies) / self.seconds


MEASURES: dict[str, Measure] = {"median": lambda s: s.median_ms, "p99": lambda s: s.p99_ms, "rate": lambda s: s.rate}


@dataclass
class Side:
    """One way to answer the questions of some clients, with its samples by round."""

    name: str
    clients: int
    rounds: list[Sample] = field(default_factory=list)

    @property
    def whole(self) -> Sample:
        """All rounds as one sample."""
        return Sample([took for part in self.rounds for took in part.latencies], sum(r.seconds for r in self.rounds))

    def figures(self) -> dict[str, Any]:
        """The figures by name."""
        whole = self.whole
        figures = {name: measure(whole) for name, measure in MEASURES.items()}
        return {"side": self.name, "clients": self.clients, "questions": len(whole.latencies)} | figures


@dataclass(frozen=True)
class Ratio:
    """The ratio of two sides, with the least and the greatest value of a single round."""

    name: str
    clients: int
    measure: str
    value: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.least:.3g}–{self.most:.3g})"


@dataclass(frozen=True)
class Target:
    """A figure, with the least and the greatest value that it may have."""

    name: str
    value: float
    least: float = 0
    most: float = inf

    @property
    def met(self) -> bool:
        """Whether the figure is within its bounds."""
        return self.least <= self.value <= self.most

    def __str__(self) -> str:
        return f"{self.value:.3g}{'' if self.met else ': missed'}"


def ratios(side: Side, other: Side) -> list[Ratio]:
    """The ratios of one side to another: above 1 a time is longer, and a rate is higher."""
    return [_ratio(side, other, name, measure) for name, measure in MEASURES.items()]


def _ratio(side: Side, other: Side, name: str, measure: Measure) -> Ratio:
    each = [measure(mine) / measure(theirs) for mine, theirs in zip(side.rounds, other.rounds, strict=True)]
    value = measure(side.whole) / measure(other.whole)
    return Ratio(f"{side.name} ÷ {other.name}", side.clients, name, value, min(each), max(each))


def sides_table(sides: Sequence[Side]) -> list[str]:
    """The table of plain figures, which hold for this machine at this hour only."""
    lines = ["| side | clients | median ms | p99 ms | requests/s |", "|---|---|---|---|---|"]
    for side in sides:
        all_ = side.whole
        lines.append(f"| {side.name} | {side.clients} | {all_.median_ms:.2f} | {all_.p99_ms:.2f} | {all_.rate:,.0f} |")
    return lines


def ratios_table(where: str, found: Sequence[Ratio]) -> list[str]:
    """The table of ratios, with one client and with many; the brackets have the range of single rounds."""
    lines = ["| engine, entries | ratio | median | p99 | requests/s |", "|---|---|---|---|---|"]
    for name in dict.fromkeys(ratio.name for ratio in found):
        mine = [ratio for ratio in found if ratio.name == name]
        times = [" · ".join(f"{r.value:.3g}" for r in mine if r.measure == measure) for measure in ("median", "p99")]
        rates = " · ".join(str(ratio) for ratio in mine if ratio.measure == "rate")
        lines.append(f"| {where} | {name} | {' | '.join(times)} | {rates} |")
    return lines


def targets_table(where: str, found: Sequence[Target]) -> list[str]:
    """The table of targets, each with its figure and a mark where it is missed."""
    if not found:
        return []
    heads = " | ".join(target.name for target in found)
    values = " | ".join(map(str, found))
    return [f"| engine, entries | {heads} |", "|---" * (len(found) + 1) + "|", f"| {where} | {values} |"]
