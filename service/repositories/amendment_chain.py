"""The hash chain of the public amendments: its head at an instant, and the rows from which it is recomputed."""

from datetime import datetime

from service.domain.hash_chain import (
    ChainLink,
    RecordedAcceptance,
    RecordedBandFact,
    RecordedDeclaration,
    RecordedFact,
)
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.compartments import Compartment
from service.rules.records.amendment_chain import GENESIS, AmendmentChain


class HashRow(FrozenModel):
    """The hash of an amendment; blank where the amendment is older than the chain."""

    hash: str


AMENDMENTS = Query("chain/amendments", ChainLink)
DECLARATIONS = Query("chain/declarations", RecordedDeclaration)
ACCEPTANCES = Query("chain/acceptances", RecordedAcceptance)
BANDS = Query("chain/bands", RecordedBandFact)
HEAD_AT = Query("chain/head_at", HashRow)


def fetch_chain(graph: Runner, state: Compartment) -> AmendmentChain:
    """All amendments with the facts that they made, and the sequence and head that the compartment stores."""
    facts: list[RecordedFact] = [*graph.rows(DECLARATIONS), *graph.rows(ACCEPTANCES), *graph.rows(BANDS)]
    return AmendmentChain([*graph.rows(AMENDMENTS)], facts, state.sequence, state.head)


def head_at(graph: Runner, known_at: datetime) -> str:
    """The head of the chain as it was at a recorded instant; the compartment stores the present head."""
    rows = graph.rows(HEAD_AT, recorded=known_at)
    return rows[0].hash or GENESIS if rows else GENESIS
