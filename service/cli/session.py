"""What every command needs: an open graph, and failures as lines on stderr with the exit codes of the contract."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from pydantic import ValidationError

from service.cli.output import print_error
from service.domain.limits import Limits
from service.errors import EngineError, FileRefused, GraphLocked, PathwaysError
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.observability import configure
from service.schemas.invalid_fields import field_sentence
from service.settings import OidcSettings, Settings

REFUSED, USAGE, UNREACHABLE, CANNOT_SAY = 1, 2, 3, 4

_PREFIXES = {
    settings.__name__: settings.model_config.get("env_prefix", "") for settings in (Settings, Limits, OidcSettings)
}


def server_call(route: str, parameters: Mapping[str, str] | None = None) -> str:
    """The advice to ask the server that holds the graph, with the HTTP call that does what the command does."""
    query = f"?{urlencode(parameters, safe=':')}" if parameters else ""
    return f"Ask that server instead: {route}{query}"


@contextmanager
def open_graph(advice: str) -> Iterator[Graph]:
    """The open, migrated graph of PATHWAYS_GRAPH. Raises GraphLocked, with `advice`, while a server holds it."""
    settings = Settings()
    configure(settings.log_level)
    try:
        graph = connect(settings)
    except GraphLocked as error:
        raise GraphLocked(f"{error.detail} {advice}") from error
    try:
        migrate(graph)
        yield graph
    finally:
        graph.close()


@contextmanager
def exit_on_failure() -> Iterator[None]:
    """Turns each failure into lines on stderr and an exit code of design 10."""
    try:
        yield
    except FileRefused as error:
        for refusal in error.extra.get("refusals", [error.detail]):
            print_error(f"refused: {refusal}")
        sys.exit(REFUSED)
    except PathwaysError as error:
        print_error("\n".join([f"{error.title}: {error.detail}", *_edit_refusals(error)]))
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


def _edit_refusals(error: PathwaysError) -> Iterator[str]:
    for fault in error.extra.get("refusals", []):
        yield f"refused: {fault['entry']}, {fault['where']}: {fault['reason']} [{fault['code']}]"
