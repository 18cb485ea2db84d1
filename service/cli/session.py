"""Opens the graph for a command, and turns failures into lines on stderr and exit codes."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from pydantic import ValidationError

from service.application.pathways.graph_cache import GraphCache
from service.cli.output import print_error
from service.domain.clock import now
from service.domain.limits import Limits
from service.errors import EngineError, FileRefused, GraphLocked, PathwaysError
from service.graph.connect import connect, database_file
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.observability import configure
from service.schemas.invalid_fields import field_sentence
from service.security.private_files import make_private_files, private_umask
from service.settings import OidcSettings, Settings

REFUSED, USAGE, UNREACHABLE, CANNOT_SAY = 1, 2, 3, 4

_PREFIXES = {
    settings.__name__: settings.model_config.get("env_prefix", "") for settings in (Settings, Limits, OidcSettings)
}


def server_call(route: str, parameters: Mapping[str, str] | None = None) -> str:
    """Builds the advice to call the running server instead, with the HTTP request that does the same as the command."""
    query = f"?{urlencode(parameters, safe=':')}" if parameters else ""
    return f"Ask that server instead: {route}{query}"


@contextmanager
def open_graph(advice: str) -> Iterator[Graph]:
    """Opens the graph that PATHWAYS_GRAPH names, migrates and yields it, and closes it at the end.

    Raises GraphLocked, with `advice` in its text, while a server has the graph open.
    """
    settings = Settings()
    configure(settings.log_level)
    with private_umask():  # the engine makes its log anew after each checkpoint
        try:
            graph = connect(settings)
        except GraphLocked as error:
            raise GraphLocked(f"{error.detail} {advice}") from error
        try:
            if file := database_file(settings):
                make_private_files(file)
            migrate(graph)
            yield graph
        finally:
            graph.close()


@contextmanager
def open_cache(advice: str) -> Iterator[GraphCache]:
    """Opens the graph that PATHWAYS_GRAPH names, and yields a cache over it, from which the application answers
    questions.

    Raises GraphLocked, with `advice` in its text, while a server has the graph open.
    """
    with open_graph(advice) as graph:
        yield GraphCache(graph, now, work=Settings().alternatives_work)


@contextmanager
def exit_on_failure() -> Iterator[None]:
    """Prints each failure of a command on stderr, and exits with the exit code that design 10 gives for it."""
    try:
        yield
    except FileRefused as error:
        for refusal in error.extra.get("refusals", [error.detail]):
            print_error(f"refused: {refusal}")
        sys.exit(REFUSED)
    except PathwaysError as error:
        refusals = (
            f"refused: {fault['entry']}, {fault['where']}: {fault['reason']} [{fault['code']}]"
            for fault in error.extra.get("refusals", [])
        )
        print_error("\n".join([f"{error.title}: {error.detail}", *refusals]))
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
