"""All facts in force at one instant as columns, from which the input of the rules that compute findings is built in
parts.

Columns reach another process in a fraction of the time that objects take, and a part has small bit sets: with all
entries of a list of 72,900 as one part, the bit sets alone take a gigabyte (measured).
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from service.domain.facts import split_bases
from service.domain.finding_thresholds import FindingThresholds
from service.domain.listings import ListVersion
from service.domain.memo import cached_property
from service.rules.findings.findings_input import FindingsInput
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

    @cached_property
    def component_of(self) -> dict[str, int]:
        """Returns the component of each entry, as a number. No rule needs facts of two components together.

        A component has all entries of one device model, and of the device models that declared bases, or images of one
        manufacturer, join to it.
        """
        models = dict(zip(*self.entries[:2], strict=True))
        components = connected_components(self._joined_models(models), dict.fromkeys(models.values()))
        of_model = {model: nth for nth, component in enumerate(components) for model in component}
        return {number: of_model[model] for number, model in models.items()}

    def inputs(self, most: int = _PART, without: Container[int] = ()) -> Iterator[FindingsInput]:
        """Yields the facts in parts, each the input of the rules. A part has whole components, except those in
        `without`.

        A part has up to about `most` entries, or more where a component has more. The first part has the lists.
        """
        lists, first_listed = self.lists, dict(zip(*self.first_listed, strict=True))
        for snapshot in self._snapshots(*self._parts(most, without)):
            yield FindingsInput(
                snapshot, lists, first_listed, self.thresholds.obliged_device_types, self.thresholds.many_routes
            )
            lists = ()

    def _snapshots(self, part_of: Mapping[str, int], parts: int) -> list[Snapshot]:
        """Returns the facts of each part. `part_of` has the part of each entry; the others are left out."""
        declared = {number: DeclarationInForce(*values) for number, *values in zip(*self.declarations, strict=True)}
        beliefs: list[dict[str, list[RecordedIdentity]]] = [defaultdict(list) for _ in range(parts)]
        confirmed = group_by_key((part_of.get(pair[0][1]), pair) for pair in self.confirmed)
        snapshots = [
            Snapshot({}, [], [], beliefs_of_part, confirmed=group_by_key(confirmed.get(part, ())))
            for part, beliefs_of_part in enumerate(beliefs)
        ]
        for number, *attributes, recorded in _rows_of(part_of, self.entries):
            rest = ("", "", recorded, declared.get(number, _NOT_SUPPLIED))  # no rule needs CPA number and date
            snapshots[part_of[number]].entries[number] = EntryInForce._make((number, *attributes, *rest))
        for step in _rows_of(part_of, self.steps, 1):
            part = snapshots[part_of[step[1]]]
            part.steps.append(Step._make((*step, part.entries[step[1]].listed)))
        for held in _rows_of(part_of, self.held, 1):
            snapshots[part_of[held[1]]].held.append(HeldPair(*held))
        for number, model, version, image, recorded_from, recorded_to in _rows_of(part_of, self.beliefs):
            belief = RecordedIdentity(recorded_from, recorded_to, (model, version, image))
            beliefs[part_of[number]][number].append(belief)
        return snapshots

    def _parts(self, most: int, without: Container[int]) -> tuple[dict[str, int], int]:
        """Returns the part of each entry, and the number of parts; one part where there is no entry."""
        sizes = Counter(component for component in self.component_of.values() if component not in without)
        part_of_component: dict[int, int] = {}
        part = size = 0
        for component, entries in sizes.items():
            if size >= most:
                part, size = part + 1, 0
            size += entries
            part_of_component[component] = part
        of_entries = self.component_of.items()
        return {number: part_of_component[nth] for number, nth in of_entries if nth in part_of_component}, part + 1

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


def _rows_of(entries: Container[str], columns: Columns, subject: int = 0) -> Iterator[tuple[Any, ...]]:
    """Yields the facts about the entries given. `subject` is the index of the column with the numbers of entries."""
    return (row for row in zip(*columns, strict=True) if row[subject] in entries)
