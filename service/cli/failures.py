"""Turns the failures of a command into lines on stderr and exit codes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from service.cli.streams import OutputFailed, print_error
from service.domain.limits import Limits
from service.errors import EngineError, FileRefused, PathwaysError
from service.schemas.invalid_fields import field_sentence
from service.settings import OidcSettings, Settings

REFUSED, USAGE, UNREACHABLE, CANNOT_SAY = 1, 2, 3, 4

_PREFIXES = {
    settings.__name__: settings.model_config.get("env_prefix", "") for settings in (Settings, Limits, OidcSettings)
}


@contextmanager
def exit_on_failure() -> Iterator[None]:
    """Prints each failure of a command on stderr, and exits with the exit code that design 10 gives for it."""
    try:
        yield
    except (PathwaysError, OutputFailed) as error:
        print_error("\n".join(_failure_lines(error)))
        sys.exit(UNREACHABLE if isinstance(error, EngineError) else REFUSED)
    except ValidationError as error:
        if error.title not in _PREFIXES:
            raise
        for fault in error.errors():
            name = f"{_PREFIXES[error.title]}{'_'.join(map(str, fault['loc'])).upper()}"
            print_error(f"setting {name}: {field_sentence('this setting', fault)}")
        sys.exit(USAGE)
    except ValueError as error:
        print_error(str(error))
        sys.exit(USAGE)


def _failure_lines(error: PathwaysError | OutputFailed) -> list[str]:
    if isinstance(error, OutputFailed):
        return [str(error)]
    if isinstance(error, FileRefused):
        return [f"refused: {refusal}" for refusal in error.extra.get("refusals", [error.detail])]
    refusals = (
        f"refused: {fault['entry']}, {fault['where']}: {fault['reason']} [{fault['code']}]"
        for fault in error.extra.get("refusals", [])
    )
    return [f"{error.title}: {error.detail}", *refusals]
