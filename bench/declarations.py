"""Random declarations for a list, and questions about them. The same list and seed give the same ones."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.lists import Row

Declarations = dict[str, tuple[str, ...]]
"""The declared bases of each entry, an empty tuple for N/A. An entry without a key is undeclared."""
Pair = tuple[str, str]
UNDECLARED = 0.05
FEW, MANY = (1, 3), (40, 49)
"""The least and the greatest number of bases of an entry: of a usual list, and of a dense graph."""


def draw_declarations(rows: Sequence[Row], bases: tuple[int, int] = FEW, seed: int = 0) -> Declarations:
    """Random declarations. The entries of a device model get a random order, and each has some earlier ones as bases.

    One entry in twenty stays undeclared. As on the genuine list, the order does not follow the numbers.
    """
    generator = random.Random(seed)
    declarations: Declarations = {}
    for members in by_device_model(rows).values():
        generator.shuffle(members)
        for position, row in enumerate(members):
            bases_drawn = generator.sample(members[:position], min(position, generator.randint(*bases)))
            if generator.random() >= UNDECLARED:
                declarations[row.number] = tuple(sorted(base.number for base in bases_drawn))
    return declarations


def by_device_model(rows: Sequence[Row]) -> dict[tuple[str, ...], list[Row]]:
    """The rows of each device model."""
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[row.device_model].append(row)
    return found


def write_bases(said: Mapping[str, tuple[str, ...]], path: Path) -> Path:
    """Writes a file of bases."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Entry.number", "Firmware_Upgrade_Path"])
        out.writerows([entry, ";".join(bases) or "N/A"] for entry, bases in said.items())
    return path


def draw_removals(declarations: Mapping[str, Sequence[str]], count: int, seed: int) -> Declarations:
    """New bases of some random entries: those declared, without the first. At most as many as have any base."""
    declared = sorted(entry for entry, bases in declarations.items() if bases)
    chosen = random.Random(seed).sample(declared, min(count, len(declared)))
    return {entry: tuple(declarations[entry][1:]) for entry in chosen}


def impact_body(removals: Mapping[str, Sequence[str]]) -> bytes:
    """The body of a request for the impact of new bases."""
    return json.dumps({"edits": [{"entry": entry, "bases": bases} for entry, bases in removals.items()]}).encode()


def draw_pairs(rows: Sequence[Row], said: Declarations, count: int, seed: int = 0) -> list[Pair]:
    """Questions within a device model: in turn one with a route by the declarations, and one without."""
    generator = random.Random(seed)
    device_models = [members for members in by_device_model(rows).values() if len(members) > 1]
    weights = [len(members) for members in device_models]
    targets_of = _targets_of(rows, said)
    reached: dict[str, set[str]] = {}
    found: list[Pair] = []
    while len(found) < count:
        members = generator.choices(device_models, weights)[0]
        base = generator.choice(members).number
        if base not in reached:
            reached[base] = reachable(targets_of, base)
        wanted = len(found) % 2 == 0
        targets = [row.number for row in members if row.number != base and (row.number in reached[base]) is wanted]
        if targets:
            found.append((base, generator.choice(targets)))
    return found


def _targets_of(rows: Sequence[Row], said: Declarations) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for base in said.get(row.number, ()) if row.listed else ():
            found[base].append(row.number)
    return found


def reachable(targets_of: Mapping[str, Sequence[str]], base: str) -> set[str]:
    """All entries that can be reached from an entry, and the entry itself."""
    found, queue = {base}, [base]
    while queue:
        new = [target for target in targets_of.get(queue.pop(), ()) if target not in found]
        found.update(new)
        queue += new
    return found
