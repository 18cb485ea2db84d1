"""Checks the names of environment variables before a command runs.

A former setting stops the command: the service would ignore a value that its operator relies on. A misspelt setting
gives a warning.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from service.domain.limits import Limits
from service.settings import OidcSettings, Settings

PREFIX = "PATHWAYS_"
FORMER = {
    "PATHWAYS_TOLD_DAYS": "PATHWAYS_DISCLOSURE_DAYS",
    "FORWARDED_ALLOW_IPS": "PATHWAYS_TRUSTED_PROXIES",
}
"""Settings of former versions, each with the setting that replaces it."""
OF_THE_TESTS = frozenset(
    {
        "PATHWAYS_CI_CONTAINER_TESTS",
        "PATHWAYS_CPL",
        "PATHWAYS_EXAMPLES",
        "PATHWAYS_LONGEST",
        "PATHWAYS_TEST_RUNG",
    }
)
"""Variables that the test suite and the CI scripts read. The program ignores them without a warning."""
KNOWN = frozenset(
    f"{group.model_config.get('env_prefix', '')}{name}".upper()
    for group in (Settings, Limits, OidcSettings)
    for name in group.model_fields
)
"""The names of all settings."""
_SIMILARITY = 0.8


def refuse_former(names: Iterable[str]) -> None:
    """Raises ValueError where the environment has the former name of a setting, in either case."""
    for name in sorted({name.upper() for name in names} & FORMER.keys()):
        raise ValueError(f"{name} is the former name of a setting: set {FORMER[name]} instead, and remove {name}.")


def warnings(names: Iterable[str]) -> Iterator[str]:
    """A warning for each variable with the prefix that is not a setting, and the setting with the closest name."""
    prefixed = {name.upper() for name in names if name.upper().startswith(PREFIX)}
    for name in sorted(prefixed - KNOWN - OF_THE_TESTS):
        closest = get_close_matches(name, sorted(KNOWN), n=1, cutoff=_SIMILARITY)
        suggestion = f" Did you mean {closest[0]}?" if closest else ""
        yield f"warning: {name[:100]!r} is not a setting, and is ignored.{suggestion}"
