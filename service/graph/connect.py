"""Opens the graph engine (Ladybug or Neo4j) that the settings name.

Imports an engine only when it is opened: the driver of Neo4j takes a quarter of a second, which a command on an
embedded graph need not wait.
"""

from pathlib import Path
from urllib.parse import urlsplit

from service.errors import EngineUnavailable
from service.graph.deadlines import SUSPICIOUS, Deadlines
from service.graph.protocol import Graph
from service.settings import Settings

_BOLT = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
_BOLT_PORT = 7687


def connect(settings: Settings) -> Graph:
    """Opens the graph that `PATHWAYS_GRAPH` names. The caller migrates and closes it.

    Raises EngineUnavailable if the setting names no engine, or the engine is not reachable.
    """
    scheme = settings.graph.partition(":")[0]
    questions = Deadlines(settings.engine_timeout, SUSPICIOUS)
    loads = Deadlines(settings.load_timeout, settings.load_silence)
    if file := database_file(settings):
        if not file.parent.is_dir():
            raise EngineUnavailable(f"The folder of the embedded graph does not exist; create it: {file.parent}")
        from service.graph.ladybug import LadybugGraph

        return LadybugGraph(file, questions, loads)
    if scheme in _BOLT:
        from service.graph.neo4j import Neo4jGraph

        password = settings.neo4j_password.get_secret_value()
        return Neo4jGraph(
            settings.graph, settings.neo4j_user, password, settings.neo4j_database, questions=questions, loads=loads
        )
    raise EngineUnavailable(
        f"PATHWAYS_GRAPH must be ladybug:PATH, neo4j://HOST or bolt://HOST, not {settings.graph!r}."
    )


def database_file(settings: Settings) -> Path | None:
    """Returns the file of the embedded graph that the settings name; None for Neo4j."""
    scheme, _, path = settings.graph.partition(":")
    return Path(path).expanduser() if scheme == "ladybug" and path else None


def graph_location(settings: Settings) -> str:
    """Returns the location of the graph as text, the same from whatever folder and by whichever scheme it is named."""
    if file := database_file(settings):
        return f"ladybug:{file.resolve()}"
    address = urlsplit(settings.graph)
    return f"neo4j://{address.hostname}:{address.port or _BOLT_PORT}/{settings.neo4j_database}"
