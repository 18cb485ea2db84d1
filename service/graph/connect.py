"""From a setting to an engine."""

from pathlib import Path

from service.errors import EngineUnavailable
from service.graph.ladybug import LadybugGraph
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph
from service.settings import Settings

_BOLT = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def connect(settings: Settings) -> Graph:
    """Opens the graph that `PATHWAYS_GRAPH` names. The caller migrates and closes it.

    Raises EngineUnavailable where the setting names no engine, or the engine cannot be reached.
    """
    scheme, _, place = settings.graph.partition(":")
    if scheme == "ladybug" and place:
        return LadybugGraph(_file(place))
    if scheme in _BOLT:
        password = settings.neo4j_password.get_secret_value()
        return Neo4jGraph(settings.graph, settings.neo4j_user, password, settings.neo4j_database)
    raise EngineUnavailable(
        f"PATHWAYS_GRAPH names no engine: {settings.graph!r}; ladybug:PATH or bolt://… is expected."
    )


def _file(place: str) -> Path:
    path = Path(place).expanduser()
    if not path.parent.is_dir():
        raise EngineUnavailable(f"The folder of the embedded graph does not exist: {path.parent}")
    return path
