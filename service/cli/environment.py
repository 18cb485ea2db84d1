"""Checks the names of environment variables before a command runs.

A former name of a setting stops the command, because the service would ignore a value that its operator relies on. A
misspelt name gives a warning.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from service.domain.limits import Limits
from service.settings import OidcSettings, Settings

PREFIX = "PATHWAYS_"
FORMER_SETTINGS = {
    "PATHWAYS_TOLD_DAYS": "PATHWAYS_DISCLOSURE_DAYS",
    "FORWARDED_ALLOW_IPS": "PATHWAYS_TRUSTED_PROXIES",
}
"""Names of settings in former versions, each with the name that replaces it."""
TEST_VARIABLES = frozenset(
    {
        "PATHWAYS_CI_CONTAINER_TESTS",
        "PATHWAYS_CPL",
        "PATHWAYS_EXAMPLES",
        "PATHWAYS_LONGEST",
        "PATHWAYS_TEST_RUNG",
    }
)
"""Variables that the test suite and the CI scripts read. The program ignores them without a warning."""
KNOWN_SETTINGS = frozenset(
    f"{group.model_config.get('env_prefix', '')}{name}".upper()
    for group in (Settings, Limits, OidcSettings)
    for name in group.model_fields
)
"""The names of all settings, in upper case."""
_SIMILARITY = 0.8


def refuse_former_settings(names: Iterable[str]) -> None:
    """Raises ValueError if the environment has a variable with the former name of a setting, in upper or lower case."""
    for name in sorted({name.upper() for name in names} & FORMER_SETTINGS.keys()):
        raise ValueError(
            f"{name} is the former name of a setting: set {FORMER_SETTINGS[name]} instead, and remove {name}."
        )


def unknown_setting_warnings(names: Iterable[str]) -> Iterator[str]:
    """Yields a warning for each `PATHWAYS_` environment variable that is no setting, with the most similar setting
    name.
    """
    prefixed = {name.upper() for name in names if name.upper().startswith(PREFIX)}
    for name in sorted(prefixed - KNOWN_SETTINGS - TEST_VARIABLES):
        closest = get_close_matches(name, sorted(KNOWN_SETTINGS), n=1, cutoff=_SIMILARITY)
        suggestion = f" Did you mean {closest[0]}?" if closest else ""
        yield f"warning: {name[:100]!r} is not a setting, and is ignored.{suggestion}"
