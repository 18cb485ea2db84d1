"""Checks the names of `PATHWAYS_…` variables before a command runs: a setting that is not read must not go unseen."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from service.domain.limits import Limits
from service.settings import OidcSettings, Settings

PREFIX = "PATHWAYS_"
FORMER = {"PATHWAYS_TOLD_DAYS": "PATHWAYS_DISCLOSURE_DAYS"}
"""Settings of former versions, with the setting that each became."""
OF_THE_TESTS = frozenset(
    {
        "PATHWAYS_CI_CONTAINER_TESTS",
        "PATHWAYS_CPL",
        "PATHWAYS_EXAMPLES",
        "PATHWAYS_LONGEST",
        "PATHWAYS_TEST_RUNG",
    }
)
"""Variables that the test suite and the CI scripts read. The program ignores them, and does not warn of them."""
KNOWN = frozenset(
    f"{group.model_config.get('env_prefix', '')}{name}".upper()
    for group in (Settings, Limits, OidcSettings)
    for name in group.model_fields
)
"""The names of all settings."""
_CLOSE = 0.8


def refuse_former(names: Iterable[str]) -> None:
    """Raises ValueError where the environment has the former name of a setting."""
    for name in sorted(_ours(names) & FORMER.keys()):
        raise ValueError(f"{name} is the former name of a setting: set {FORMER[name]} instead, and remove {name}.")


def warnings(names: Iterable[str]) -> Iterator[str]:
    """A sentence for each variable that looks like a setting and is none, with the setting that was perhaps meant."""
    for name in sorted(_ours(names) - KNOWN - OF_THE_TESTS):
        close = get_close_matches(name, sorted(KNOWN), n=1, cutoff=_CLOSE)
        meant = f" Did you mean {close[0]}?" if close else ""
        yield f"warning: {name[:100]!r} is not a setting, and is ignored.{meant}"


def _ours(names: Iterable[str]) -> set[str]:
    """The names that begin with the prefix. Settings are read in either case."""
    return {name.upper() for name in names if name.upper().startswith(PREFIX)}
