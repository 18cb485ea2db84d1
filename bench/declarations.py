"""Declarations for a list that has none, and questions about them; the same ones for the same list and seed."""

import csv
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.lists import Row

Declarations = dict[str, tuple[str, ...]]
"""Entry → the bases declared for it, none for N/A. What is not in it is not declared."""
Pair = tuple[str, str]
UNDECLARED = 0.05
FEW, MANY = (1, 3), (40, 49)
"""How many bases an entry names, at least and at most: as a list may have it, and where the graph is dense."""


def draw_declarations(rows: Sequence[Row], bases: tuple[int, int] = FEW, seed: int = 0) -> Declarations:
    """In each device model, in a random order: every entry names so many earlier ones; the first has none.

    One in twenty is left undeclared. Numbers say nothing about the order, as on the genuine list.
    """
    chance = random.Random(seed)
    found: Declarations = {}
    for members in by_device_model(rows).values():
        chance.shuffle(members)
        for place, row in enumerate(members):
            named = chance.sample(members[:place], min(place, chance.randint(*bases)))
            if chance.random() >= UNDECLARED:
                found[row.number] = tuple(sorted(base.number for base in named))
    return found


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


def draw_pairs(rows: Sequence[Row], said: Declarations, count: int, seed: int = 0) -> list[Pair]:
    """Questions within a device model: in turn one with a way by what is declared, and one without."""
    chance = random.Random(seed)
    families = [members for members in by_device_model(rows).values() if len(members) > 1]
    weights = [len(members) for members in families]
    onwards = _onwards(rows, said)
    near: dict[str, set[str]] = {}
    found: list[Pair] = []
    while len(found) < count:
        members = chance.choices(families, weights)[0]
        base = chance.choice(members).number
        if base not in near:
            near[base] = reachable(onwards, base)
        wanted = len(found) % 2 == 0
        targets = [row.number for row in members if row.number != base and (row.number in near[base]) is wanted]
        if targets:
            found.append((base, chance.choice(targets)))
    return found


def _onwards(rows: Sequence[Row], said: Declarations) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for base in said.get(row.number, ()) if row.listed else ():
            found[base].append(row.number)
    return found


def reachable(onwards: Mapping[str, Sequence[str]], base: str) -> set[str]:
    """All that can be reached from an entry; it alone at least."""
    found, queue = {base}, [base]
    while queue:
        new = [target for target in onwards.get(queue.pop(), ()) if target not in found]
        found.update(new)
        queue += new
    return found
