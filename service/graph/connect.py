"""Opens the graph engine (Ladybug or Neo4j) that the settings name."""

from pathlib import Path

from service.errors import EngineUnavailable
from service.graph.deadlines import SUSPICIOUS, Deadlines
from service.graph.ladybug import LadybugGraph
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph
from service.settings import Settings

_BOLT = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def connect(settings: Settings) -> Graph:
    """Opens the graph that `PATHWAYS_GRAPH` names. The caller migrates and closes it.

    Raises EngineUnavailable if the setting names no engine, or the engine is not reachable.
    """
    scheme, _, path = settings.graph.partition(":")
    if scheme == "ladybug" and path:
        return LadybugGraph(_database_file(path))
    if scheme in _BOLT:
        password = settings.neo4j_password.get_secret_value()
        questions = Deadlines(settings.engine_timeout, SUSPICIOUS)
        loads = Deadlines(settings.load_timeout, settings.load_silence)
        return Neo4jGraph(
            settings.graph, settings.neo4j_user, password, settings.neo4j_database, questions=questions, loads=loads
        )
    raise EngineUnavailable(
        f"PATHWAYS_GRAPH must be ladybug:PATH, neo4j://HOST or bolt://HOST, not {settings.graph!r}."
    )


def _database_file(name: str) -> Path:
    path = Path(name).expanduser()
    if not path.parent.is_dir():
        raise EngineUnavailable(f"The folder of the embedded graph does not exist; create it: {path.parent}")
    return path
