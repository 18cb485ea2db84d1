"""The impact said a second time: every pair of entries is asked before and after, and what differs is told."""

from collections import defaultdict
from itertools import permutations

from service.domain.clock import END
from tests.unit.oracles.pathway import Oracle, hardware
from tests.worlds import World


def answers(given: World, at, numbers):
    """Every ordered pair with its outcome and the entries of its route."""
    oracle = Oracle(given, at)
    found = {}
    for base, target in permutations(numbers, 2):
        outcome = oracle.outcome(base, target)
        found[base, target] = (outcome, tuple(oracle.preferred(base, target)) if outcome == "route" else ())
    return found


def instants(before: World, after: World, now):
    """Now, and every later instant at which a fact begins or ends, before or after."""
    rows = [*before.revisions, *before.declarations, *before.acceptances]
    rows += [*after.revisions, *after.declarations, *after.acceptances]
    return [now, *sorted({edge for row in rows for edge in (row.valid_from, row.valid_to) if now < edge < END})]


def kind_of(old, new):
    """The class of a pair that is answered otherwise."""
    ways = ("route", "already-there")
    if old[0] in ways and new[0] in ways:
        lengths = len(old[1]), len(new[1])
        return "longer" if lengths[0] < lengths[1] else "shorter" if lengths[0] > lengths[1] else "rerouted"
    if old[0] in ways:
        return "lost"
    if new[0] in ways:
        return "gained"
    return f"now-{'unknown' if new[0] == 'unknown' else 'known'}"


def difference(before: World, after: World, at):
    """Class → the pairs that differ at an instant, each with both answers; and the entries that are stranded."""
    numbers = sorted({*before.numbers, *after.numbers})
    old, new = answers(before, at, numbers), answers(after, at, numbers)
    found = defaultdict(set)
    for pair in old:
        if old[pair] != new[pair]:
            found[kind_of(old[pair], new[pair])].add((*pair, old[pair], new[pair]))
    found["stranded"] = {number for number in numbers if reaches(old, number) and not reaches(new, number)}
    return {kind: rows for kind, rows in found.items() if rows}


def reaches(answered, number):
    """Whether anything is a route from here."""
    return any(outcome == "route" for (base, _), (outcome, _) in answered.items() if base == number)


def models(before: World, after: World, at):
    """Device model → its entries, as after the change, or else as before it."""
    found = defaultdict(set)
    known = {**Oracle(before, at).entries, **Oracle(after, at).entries}
    for number, row in known.items():
        found["{}-{}{}{}".format(*hardware(row))].add(number)
    return found
