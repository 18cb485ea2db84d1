"""Errors of questions, and of the entries that they name."""

from service.errors.base import PathwaysError


class InvalidQuestion(PathwaysError):
    """A parameter of the question is malformed, or the parameters contradict each other."""

    status = 422
    slug = "invalid-question"
    title = "The question is not valid"


class BeforeFirstList(InvalidQuestion):
    """`at` is earlier than the effective date of the first loaded list."""

    slug = "before-first-list"
    title = "No list was in force at that time"


class BeforeFirstRecord(InvalidQuestion):
    """`known_at` is earlier than the first recorded instant."""

    slug = "before-first-record"
    title = "Nothing was recorded at that time"


class KnownAtInFuture(InvalidQuestion):
    """`known_at` is later than now."""

    slug = "known-at-in-future"
    title = "known_at is in the future"


class TooMuchWork(InvalidQuestion):
    """The question exceeds the work limit for one question. The detail says what to ask instead."""

    slug = "too-much-work"
    title = "The question exceeds the work limit"


class EntryNotFound(PathwaysError):
    """No list known at `known_at` has this entry number."""

    status = 404
    slug = "unknown-entry"
    title = "No such entry"


class ReceiptRefused(PathwaysError):
    """The request contains no receipt: it is not JSON, or lacks a field of a receipt."""

    status = 422
    slug = "receipt-refused"
    title = "This is not a receipt"
