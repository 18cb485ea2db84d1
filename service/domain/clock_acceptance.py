"""The acceptance of a clock that is behind the last recorded instant (design 2)."""

from typing import ClassVar

from service.domain.clock import END, Instant
from service.domain.frozen_model import FrozenModel


class ClockAcceptance(FrozenModel):
    """Somebody declared the clock right although the last recorded instant of the public data is ahead of the clock.

    `clock`: what the clock said. `last`: the last recorded instant then. The hash chain of amendments covers both.
    """

    chain_tag: ClassVar[str] = "ClockAcceptance"
    chained: ClassVar[tuple[str, ...]] = ("id", "amendment", "clock", "last")
    chained_later: ClassVar[tuple[str, ...]] = ()

    id: str
    amendment: str
    clock: Instant
    last: Instant
    recorded_from: Instant
    recorded_to: Instant = END
