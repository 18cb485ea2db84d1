"""What is wrong with a question, or with what it names."""

from service.errors.base import PathwaysError


class InvalidQuestion(PathwaysError):
    """The question itself is malformed or cannot be asked."""

    status = 422
    slug = "invalid-question"
    title = "The question is not well formed"


class BeforeFirstList(InvalidQuestion):
    """`at` lies before the first loaded list took effect."""

    slug = "before-first-list"
    title = "No list was in force at that time"


class BeforeFirstRecord(InvalidQuestion):
    """`known_at` lies before anything was recorded."""

    slug = "before-first-record"
    title = "Nothing was recorded at that time"


class KnownAtInFuture(InvalidQuestion):
    """`known_at` lies beyond the clock: nobody knows that yet."""

    slug = "known-at-in-future"
    title = "known_at lies in the future"


class TooMuchWork(InvalidQuestion):
    """The question would take more work than one question may; the detail says what to ask instead."""

    slug = "too-much-work"
    title = "The question takes more work than one question may"


class EntryNotFound(PathwaysError):
    """No list known at `known_at` has this entry number."""

    status = 404
    slug = "unknown-entry"
    title = "No such entry"


class ReceiptRefused(PathwaysError):
    """What was given is no receipt: not JSON, or not with the fields that a receipt has."""

    status = 422
    slug = "receipt-refused"
    title = "This is not a receipt"
