"""All facts in force at one instant as columns, from which the input of the rules that compute findings is built in
parts.

Columns reach another process in a fraction of the time that objects take, and a part has small bit sets: with all
entries of a list of 72,900 as one part, the bit sets alone take a gigabyte (measured).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from service.domain.facts import split_bases
from service.domain.finding_thresholds import FindingThresholds
from service.domain.listings import ListVersion
from service.rules.findings.overview import Overview
from service.rules.pathfinding.connected_components import connected_components
from service.rules.pathfinding.snapshot import (
    ConfirmedPair,
    DeclarationInForce,
    EntryInForce,
    HeldPair,
    RecordedIdentity,
    Snapshot,
    Step,
)
from service.rules.pathfinding.twins import group_by_key

Columns = Sequence[Sequence[Any]]
"""Facts of one kind, as one list for each attribute: index i of every list belongs to fact i."""

_PART = 500  # entries: larger parts have longer bit sets, and smaller ones cost more between two rules
_NOT_SUPPLIED = DeclarationInForce()


@dataclass(frozen=True)
class FactsInForce:
    """All facts in force at one instant, and the thresholds by which the rules decide what counts as a finding.

    The columns of `entries` are the number, device model, firmware version, image hash, status, manufacturer, device
    type, image descriptor and recorded instant; of `beliefs` the number, device model, firmware version and image hash
    that an entry was once said to have, and when; of `first_listed` the number and the instant at which a list first
    had the entry. The other columns have the order of the fields of DeclarationInForce (after the number), Step and
    HeldPair. `confirmed` has bases and targets with the identities for which somebody confirmed them.
    """

    entries: Columns
    declarations: Columns
    steps: Columns
    held: Columns
    beliefs: Columns
    first_listed: Columns
    lists: Sequence[ListVersion]
    thresholds: FindingThresholds
    confirmed: Sequence[ConfirmedPair] = ()

    @property
    def snapshot(self) -> Snapshot:
        """Returns all facts as one snapshot, without the lists."""
        return self._snapshots(dict.fromkeys(self.entries[0], 0), 1)[0]

    def overviews(self, most: int = _PART) -> Iterator[Overview]:
        """Yields the facts in parts, each the input of the rules. No rule needs facts of two parts together.

        A part has all entries of several device models, and of those that declared bases, or images of one
        manufacturer, join to these. It has up to about `most` entries, or more where more are joined. The first part
        has the lists.
        """
        lists, first_listed = self.lists, dict(zip(*self.first_listed, strict=True))
        for snapshot in self._snapshots(*self._parts(most)):
            yield Overview(
                snapshot, lists, first_listed, self.thresholds.obliged_device_types, self.thresholds.many_routes
            )
            lists = ()

    def _snapshots(self, part_of: Mapping[str, int], parts: int) -> list[Snapshot]:
        """Returns the facts of each part. `part_of` has the part of each entry."""
        declared = {number: DeclarationInForce(*values) for number, *values in zip(*self.declarations, strict=True)}
        beliefs: list[dict[str, list[RecordedIdentity]]] = [defaultdict(list) for _ in range(parts)]
        confirmed = group_by_key((part_of.get(pair[0][1]), pair) for pair in self.confirmed)
        snapshots = [
            Snapshot({}, [], [], beliefs_of_part, confirmed=group_by_key(confirmed.get(part, ())))
            for part, beliefs_of_part in enumerate(beliefs)
        ]
        for number, *attributes, recorded in zip(*self.entries, strict=True):
            rest = ("", "", recorded, declared.get(number, _NOT_SUPPLIED))  # no rule needs CPA number and date
            snapshots[part_of[number]].entries[number] = EntryInForce._make((number, *attributes, *rest))
        for step in zip(*self.steps, strict=True):
            part = snapshots[part_of[step[1]]]
            part.steps.append(Step._make((*step, part.entries[step[1]].listed)))
        for held in map(HeldPair, *self.held):
            snapshots[part_of[held.target]].held.append(held)
        for number, model, version, image, recorded_from, recorded_to in zip(*self.beliefs, strict=True):
            belief = RecordedIdentity(recorded_from, recorded_to, (model, version, image))
            beliefs[part_of[number]][number].append(belief)
        return snapshots

    def _parts(self, most: int) -> tuple[dict[str, int], int]:
        """Returns the part of each entry, and the number of parts; one part where there is no entry."""
        models = dict(zip(*self.entries[:2], strict=True))
        sizes = Counter(models.values())
        part_of_model: dict[str, int] = {}
        part = size = 0
        for component in connected_components(self._joined_models(models), sizes):
            if size >= most:
                part, size = part + 1, 0
            size += sum(sizes[model] for model in component)
            part_of_model |= dict.fromkeys(component, part)
        return {number: part_of_model[model] for number, model in models.items()}, part + 1

    def _joined_models(self, models: Mapping[str, str]) -> dict[str, set[str]]:
        """Returns the device models that have to be in the same part as a device model, in both directions."""
        joined: dict[str, set[str]] = defaultdict(set)
        image_models: dict[tuple[str, str], str] = {}
        images = zip(self.entries[1], self.entries[5], self.entries[3], strict=True)
        pairs = chain(
            ((models.get(base), models.get(target)) for base, target in self._declared_pairs()),
            ((image_models.setdefault((maker, image), model), model) for model, maker, image in images if image),
        )
        for model, other in pairs:
            if model != other and model and other:
                joined[model].add(other)
                joined[other].add(model)
        return joined

    def _declared_pairs(self) -> Iterator[tuple[str, str]]:
        """Yields each declared base with its target. The twins between which further steps lead have the same device
        models as these two.
        """
        for target, given in zip(self.declarations[0], self.declarations[3], strict=True):
            for base in split_bases(given):
                yield base, target
