"""The hash chain of amendments in the graph: its head at an instant, and all that it is recomputed from."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from service.domain.chained_rows import (
    ChainLink,
    RecordedAcceptance,
    RecordedBandFact,
    RecordedDeclaration,
    RecordedFact,
)
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.compartments import Compartment
from service.rules.records.amendment_chain import GENESIS, AmendmentChain


class HashRow(BaseModel):
    """The hash of one amendment; blank where it was recorded before the chain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hash: str


AMENDMENTS = Query("chain/amendments", ChainLink)
DECLARATIONS = Query("chain/declarations", RecordedDeclaration)
ACCEPTANCES = Query("chain/acceptances", RecordedAcceptance)
BANDS = Query("chain/bands", RecordedBandFact)
HEAD_AT = Query("chain/head_at", HashRow)


def fetch_chain(graph: Runner, state: Compartment) -> AmendmentChain:
    """All amendments and the rows they made, with what the compartment tells of them."""
    rows: list[RecordedFact] = [*graph.rows(DECLARATIONS), *graph.rows(ACCEPTANCES), *graph.rows(BANDS)]
    return AmendmentChain([*graph.rows(AMENDMENTS)], rows, state.sequence, state.head)


def head_at(graph: Runner, known_at: datetime) -> str:
    """The head as it was at a recorded instant. That of the last one stands in the compartment."""
    found = graph.rows(HEAD_AT, recorded=known_at)
    return found[0].hash or GENESIS if found else GENESIS
