"""What may be asked of a device, in the words of the list or of DUIS. What is malformed is refused with a reason."""

from service.application.pathways import device_answer
from service.application.pathways.answers import ResolveAsOf
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.receipts import add_receipt
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.responses.devices import Resolution
from service.security.receipt_keys import Keyring


def answer_resolve(memory: GraphCache, settle: ResolveAsOf, asked: ResolveQuestion, keys: Keyring) -> Resolution:
    """What a device may run, and the one answer on which all of that agrees, or why there is none."""
    when = settle(asked.at, asked.known_at)
    found = device_answer.resolve_device(memory, when, asked.device.device, asked.to, asked.through_removed)
    if found.pathway is None:
        return found
    head = memory.head(when.known_at)
    return found.model_copy(update={"pathway": add_receipt(found.pathway, keys, asked.through_removed, 0, head)})
