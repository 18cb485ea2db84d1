"""Functions on bit sets: a set of vertices is one integer, in which bit n is 1 if vertex n is a member.

One integer operation joins all neighbours of a vertex. In a device model of 1,400 entries and 58,000 steps a search
over bit sets takes about 0.1 ms, a search over single steps about 20 ms (measured). In a small device model the two
cost the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import compress, count
from operator import or_

_DENSE = 32  # from this many members on, one pass over all sets is up to three times as fast (measured)
_SPARSE = 8  # if more than one bit in so many is 1, one pass over all bits is up to eight times as fast (measured)
_IS_ONE = bytes(digit == ord("1") for digit in range(256))


def bitset_of(positions: Iterable[int]) -> int:
    """Returns the bit set (an integer in which bit n is 1 if n is a member) of the vertex numbers given."""
    bits = 0
    for position in positions:
        bits |= 1 << position
    return bits


def indices(bits: int) -> Iterator[int]:
    """Returns an iterator over the vertex numbers that are members of a bit set, in ascending order."""
    if bits.bit_count() * _SPARSE > bits.bit_length():
        return compress(count(), bin(bits)[:1:-1].encode().translate(_IS_ONE))
    return _few_indices(bits)


def _few_indices(bits: int) -> Iterator[int]:
    """Yields the same vertex numbers as `indices`. This way is faster if most bits are 0."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def first_index(bits: int) -> int:
    """Returns the lowest vertex number in a bit set. The bit set must not be empty."""
    return (bits & -bits).bit_length() - 1


def union_of(sets: Sequence[int], chosen: int) -> int:
    """Returns the union of those bit sets in the list `sets` whose positions in the list are members of the bit set
    `chosen`.
    """
    if chosen.bit_count() >= _DENSE:
        return reduce(or_, compress(sets, bin(chosen)[:1:-1].encode().translate(_IS_ONE)))
    union = 0
    while chosen:
        lowest = chosen & -chosen
        union |= sets[lowest.bit_length() - 1]
        chosen ^= lowest
    return union


def transpose(sets: Sequence[int]) -> list[int]:
    """Returns a graph with all edges reversed: from the successors of every vertex, computes the predecessors of every
    vertex.
    """
    transposed = [0] * len(sets)
    for row, bits in enumerate(sets):
        row_bit = 1 << row
        for column in indices(bits):
            transposed[column] |= row_bit
    return transposed


def reachable_from(neighbours: Sequence[int], starts: int, enterable: int) -> int:
    """Returns all vertices to which a path from one of `starts` leads, including `starts`.

    `neighbours` has the successors of each vertex. A path enters vertices of `enterable` only; `starts` need not be in
    it.
    """
    reached = frontier = starts
    while frontier:
        frontier = union_of(neighbours, frontier) & enterable & ~reached
        reached |= frontier
    return reached
