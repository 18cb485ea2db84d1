"""Signs pathway answers: adds a receipt to each (design 5)."""

from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.pathways import get_pathway
from service.domain.as_of import ResolveAsOf
from service.rules.records.receipt import canonical_json, receipt_content
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.pathways import Pathway
from service.schemas.responses.receipts import Receipt
from service.security.receipt_keys import Keyring


def pathway_with_receipt(
    cache: GraphCache, resolve_as_of: ResolveAsOf, question: PathwayQuestion, keys: Keyring
) -> Pathway:
    """Returns the answer to a pathway question with a signed receipt. Raises the errors of `get_pathway`."""
    answer = get_pathway(cache, resolve_as_of, question)
    return add_receipt(answer, keys, question.through_removed, question.alternatives, cache.head(answer.known_at))


def add_receipt(answer: Pathway, keys: Keyring, through_removed: bool, alternatives: int, head: str) -> Pathway:
    """Returns a pathway answer with a signed receipt added. `head`: the last hash of the chain of amendments, as of the
    answer's `known_at`.
    """
    content = receipt_content(answer, through_removed, alternatives, head) | {"key": keys.id}
    receipt = Receipt.model_validate(content | {"signature": keys.sign(canonical_json(content))})
    return answer.model_copy(update={"receipt": receipt})
