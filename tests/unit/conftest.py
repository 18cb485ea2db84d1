"""How many examples a property is tried on: PATHWAYS_EXAMPLES, 200 unless told."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "pathways",
    max_examples=int(os.environ.get("PATHWAYS_EXAMPLES", "200")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("pathways")
