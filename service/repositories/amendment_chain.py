"""Fetches the hash chain of the public amendments: its last hash at an instant, and the rows from which to compute it
again.
"""

from datetime import datetime
from typing import Any

from service.domain.clock_acceptance import ClockAcceptance
from service.domain.frozen_model import FrozenModel
from service.domain.hash_chain import (
    ChainLink,
    RecordedAcceptance,
    RecordedBandFact,
    RecordedChainedRow,
    RecordedConfirmation,
    RecordedDeclaration,
    RecordedFact,
    RecordedManufacturerName,
)
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories.compartments import Compartment
from service.rules.records.amendment_chain import GENESIS, AmendmentChain


class AmendmentHashRow(FrozenModel):
    """The hash of an amendment in the hash chain; blank for an amendment that is older than the chain."""

    hash: str


AMENDMENTS = Query("chain/amendments", ChainLink)
DECLARATIONS = Query("chain/declarations", RecordedDeclaration)
ACCEPTANCES = Query("chain/acceptances", RecordedAcceptance)
CONFIRMATIONS = Query("chain/confirmations", RecordedConfirmation)
BANDS = Query("chain/bands", RecordedBandFact)
MANUFACTURER_NAMES = Query("chain/manufacturer_names", RecordedManufacturerName)
CLOCK_ACCEPTANCES = Query("chain/clock_acceptances", ClockAcceptance)
HEAD_AT = Query("chain/head_at", AmendmentHashRow)


def fetch_chain(graph: QueryRunner, state: Compartment) -> AmendmentChain:
    """Fetches all amendments with the facts that they made, and the length and last hash of their chain that the graph
    stores.
    """
    queries: tuple[Query[Any], ...] = (DECLARATIONS, ACCEPTANCES, CONFIRMATIONS, BANDS, MANUFACTURER_NAMES)
    facts: list[RecordedFact] = [row for query in queries for row in graph.rows(query)]
    rows: list[RecordedChainedRow] = [*facts, *graph.rows(CLOCK_ACCEPTANCES)]
    return AmendmentChain([*graph.rows(AMENDMENTS)], rows, state.sequence, state.head)


def head_at(graph: QueryRunner, known_at: datetime) -> str:
    """Returns the last hash of the chain of amendments, as it was at an instant in the past.

    The present hash is in the state of the compartment (the public part of the graph).
    """
    rows = graph.rows(HEAD_AT, recorded=known_at)
    return rows[0].hash or GENESIS if rows else GENESIS
