"""Opens the graph for a command."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import now
from service.errors import GraphLocked
from service.graph.connect import connect, database_file
from service.graph.migrate import migrate
from service.graph.protocol import Graph
from service.observability import configure
from service.security.private_files import make_private_files, private_umask
from service.settings import Settings


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
