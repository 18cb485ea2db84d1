"""How many random examples each property is tried on. No other module sets a profile of Hypothesis.

`PATHWAYS_EXAMPLES` decides where it is set: the quick half sets it to 25, and the deep half to 100.
"""

import os

from hypothesis import HealthCheck, settings

QUICK, DEEP = 25, 100


def load_profile(deep: bool) -> int:
    """Loads the one profile, and gives the number of examples. A worker of xdist inherits the environment."""
    examples = int(os.environ.setdefault("PATHWAYS_EXAMPLES", str(DEEP if deep else QUICK)))
    settings.register_profile(
        "pathways",
        max_examples=examples,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.filter_too_much,
            HealthCheck.function_scoped_fixture,
            HealthCheck.data_too_large,
        ],
    )
    settings.load_profile("pathways")
    return examples


def share(part: int, least: int) -> int:
    """The number of examples of a slow property: one in `part` of them, and never fewer than `least`."""
    return max(least, int(os.environ.get("PATHWAYS_EXAMPLES", QUICK)) // part)
