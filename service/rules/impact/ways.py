"""Ways between the entries of a neighbourhood as sets, a number for each entry (see `service.rules.bits`)."""

from collections.abc import Sequence

from service.rules.bits import places


def transposed(ways: Sequence[int]) -> list[int]:
    """The same ways, looked at from their other end."""
    found = [0] * len(ways)
    for here, there in enumerate(ways):
        for place in places(there):
            found[place] |= 1 << here
    return found


def reach(after: Sequence[int], before: Sequence[int]) -> list[int]:
    """For every place all that can be reached from it, itself included. `before` are the same ways transposed.

    Places that reach each other are found together, and those that nothing leads on from first: each is looked at
    once, and what it leads to is known by then.
    """
    found, done = [0] * len(after), 0
    for root in reversed(_by_finish(before)):
        if not done >> root & 1:
            members, beyond = _cycle(after, root, done)
            mask = members
            while beyond:
                mask |= found[(beyond & -beyond).bit_length() - 1]
                beyond &= ~mask
            for place in places(members):
                found[place] = mask
            done |= members
    return found


def _cycle(after: Sequence[int], root: int, done: int) -> tuple[int, int]:
    """All that the root reaches without what is done, which is its cycle; and the done places led to."""
    members, beyond, queue = 1 << root, 0, [root]
    while queue:
        there = after[queue.pop()]
        beyond |= there & done
        fresh = there & ~done & ~members
        members |= fresh
        queue += places(fresh)
    return members, beyond


def _by_finish(ways: Sequence[int]) -> list[int]:
    """The places in the order in which a search in depth leaves them."""
    left, finished = (1 << len(ways)) - 1, []
    for root in range(len(ways)):
        stack = [root] if left >> root & 1 else []
        left &= ~(1 << root)
        while stack:
            fresh = ways[stack[-1]] & left
            if fresh:
                low = fresh & -fresh
                left ^= low
                stack.append(low.bit_length() - 1)
            else:
                finished.append(stack.pop())
    return finished
