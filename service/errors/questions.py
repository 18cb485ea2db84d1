"""The errors of questions: what a question asks for is not valid, or is not there."""

from service.errors.base import PathwaysError


class InvalidQuestion(PathwaysError, status=422, slug="invalid-question", title="The question is not valid"):
    """Error: a parameter of the question is malformed, or two parameters contradict each other."""


class BeforeFirstList(InvalidQuestion, slug="before-first-list", title="No list was in force at that time"):
    """Error: the question is about an instant `at` before the first loaded list is in force."""


class BeforeFirstRecord(InvalidQuestion, slug="before-first-record", title="Nothing was recorded at that time"):
    """Error: the question asks what was recorded by `known_at`, an instant before the first load."""


class KnownAtInFuture(InvalidQuestion, slug="known-at-in-future", title="known_at is in the future"):
    """Error: the question asks what was recorded by `known_at`, an instant in the future."""


class TooMuchWork(InvalidQuestion, slug="too-much-work", title="The question exceeds the work limit"):
    """Error: the search for an answer would exceed its work limit. The message says what to ask instead."""


class EntryNotFound(PathwaysError, status=404, slug="unknown-entry", title="No such entry"):
    """Error: no list that the service had loaded by the instant `known_at` has the entry number given."""


class DeviceModelNotFound(PathwaysError, status=404, slug="unknown-device-model", title="No such device model"):
    """Error: no entry on a list that the service had loaded by the instant `known_at` has the device model given."""


class ListNotFound(PathwaysError, status=404, slug="unknown-list", title="No such list version"):
    """Error: the service had loaded no list version with the number given by the instant `known_at`."""


class ReceiptRefused(PathwaysError, status=422, slug="receipt-refused", title="This is not a receipt"):
    """Error: the request body is not a receipt (a signed pathway answer): it is not JSON, or lacks a field."""
