"""What can go wrong, as one tree. Engines and loaders raise only these; `api/problems.py` and `cli` translate.

PathwaysError                     500  internal
 ├─ BadQuestion                   422  invalid-question
 │   ├─ BeforeFirstList           422  before-first-list
 │   ├─ BeforeFirstRecord         422  before-first-record
 │   ├─ KnownAtInFuture           422  known-at-in-future
 │   └─ TooMuchWork               422  too-much-work
 ├─ EditsRefused                  422  edits-refused
 │   ├─ ChangesNothing            422  changes-nothing
 │   └─ WhichPeriod               422  which-period
 ├─ NotAllowed                    403  not-allowed
 ├─ EntryUnknown                  404  unknown-entry
 ├─ AmendmentUnknown              404  unknown-amendment
 ├─ AmendmentConflict             409  amendment-conflict
 │   ├─ ImpactMoved               409  impact-moved
 │   ├─ AmendedSince              409  amended-since
 │   ├─ AmendmentIdTaken          409  amendment-id-taken
 │   └─ ProposalDecided           409  proposal-decided
 ├─ DeclarationMoved              412  declaration-moved
 ├─ ProposalUnknown               404  unknown-proposal
 ├─ KeyUnknown                    404  unknown-key
 ├─ AccessRefused                 403  access-refused
 │   ├─ SignInNeeded              401  sign-in-needed
 │   │   └─ CredentialRefused     401  credential-refused
 │   ├─ NotAllowed                403  not-allowed
 │   ├─ CrossSite                 403  cross-site
 │   ├─ ElsewhereNamed            421  elsewhere-named
 │   ├─ TooManyRequests           429  too-many-requests
 │   └─ SignInUnavailable         503  sign-in-unavailable
 ├─ FileRefused                   422  file-refused
 ├─ BodyTooLarge                  413  body-too-large
 ├─ BodyTooSlow                   408  body-too-slow
 ├─ WrongMediaType                415  wrong-media-type
 ├─ ReceiptRefused                422  receipt-refused
 ├─ KeysRefused                   500  keys-refused
 └─ EngineError                   500  engine-failed
     ├─ EngineUnavailable         503  engine-unavailable
     │   └─ EngineHeld            503  engine-held
     └─ SchemaRefused             500  schema-refused
"""

from typing import Any, ClassVar

PROBLEM = "urn:firmware-pathways:problem:"


class PathwaysError(Exception):
    """A failure with a stable name (`slug`), an HTTP status and a sentence for the reader."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong in the service"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    @property
    def type(self) -> str:
        """The stable name as RFC 9457 has it."""
        return PROBLEM + self.slug

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.detail!r})"


class BadQuestion(PathwaysError):
    """The question itself is malformed or cannot be asked."""

    status = 422
    slug = "invalid-question"
    title = "The question is not well formed"


class BeforeFirstList(BadQuestion):
    """`at` lies before the first loaded list took effect."""

    slug = "before-first-list"
    title = "No list was in force at that time"


class BeforeFirstRecord(BadQuestion):
    """`known_at` lies before anything was recorded."""

    slug = "before-first-record"
    title = "Nothing was recorded at that time"


class KnownAtInFuture(BadQuestion):
    """`known_at` lies beyond the clock: nobody knows that yet."""

    slug = "known-at-in-future"
    title = "known_at lies in the future"


class TooMuchWork(BadQuestion):
    """The question would take more work than one question may; the detail says what to ask instead."""

    slug = "too-much-work"
    title = "The question takes more work than one question may"


class EditsRefused(PathwaysError):
    """Edits that cannot be taken; `extra['refusals']` says which, where and why."""

    status = 422
    slug = "edits-refused"
    title = "The edits were refused"


class ChangesNothing(EditsRefused):
    """What an edit says is believed already."""

    slug = "changes-nothing"
    title = "An edit changes nothing"


class WhichPeriod(EditsRefused):
    """An edit would replace more than one period, and does not say from when it holds."""

    slug = "which-period"
    title = "An edit must say from when it holds"


class NotAllowed(PathwaysError):
    """The caller's roles do not allow this."""

    status = 403
    slug = "not-allowed"
    title = "Your roles do not allow this"


class EntryUnknown(PathwaysError):
    """No list known at `known_at` has this entry number."""

    status = 404
    slug = "unknown-entry"
    title = "No such entry"


class AmendmentUnknown(PathwaysError):
    """No amendment with this id is recorded."""

    status = 404
    slug = "unknown-amendment"
    title = "No such amendment"


class AmendmentConflict(PathwaysError):
    """An amendment that what is recorded now does not allow. Nothing was changed."""

    status = 409
    slug = "amendment-conflict"
    title = "The amendment conflicts with what is recorded"


class ImpactMoved(AmendmentConflict):
    """The impact quoted, or quoted none, is not what the amendment would do now; `extra['impact']` is."""

    slug = "impact-moved"
    title = "The impact is not the one that was quoted"


class AmendedSince(AmendmentConflict):
    """What shall be taken back was amended again; `extra['entries']` says where."""

    slug = "amended-since"
    title = "It was amended again since"


class AmendmentIdTaken(AmendmentConflict):
    """Another amendment has this id: it says something else."""

    slug = "amendment-id-taken"
    title = "Another amendment has this id"


class ProposalDecided(AmendmentConflict):
    """The proposal was accepted or rejected before; `extra['state']` says which."""

    slug = "proposal-decided"
    title = "The proposal was decided before"


class DeclarationMoved(PathwaysError):
    """`If-Match` names another state of the declaration than the one that is recorded."""

    status = 412
    slug = "declaration-moved"
    title = "The declaration is not the one that was seen"


class ProposalUnknown(PathwaysError):
    """No proposal with this id is kept, or none that the caller may see."""

    status = 404
    slug = "unknown-proposal"
    title = "No such proposal"


class KeyUnknown(PathwaysError):
    """No key has this prefix."""

    status = 404
    slug = "unknown-key"
    title = "No such key"


class AccessRefused(PathwaysError):
    """The caller may not have what it asks for, now or ever."""

    status = 403
    slug = "access-refused"
    title = "Access was refused"


class SignInNeeded(AccessRefused):
    """Nothing was shown, and what was asked is not for everybody."""

    status = 401
    slug = "sign-in-needed"
    title = "A key or a token is needed"


class CredentialRefused(SignInNeeded):
    """A key or a token was shown that is not good. Why is logged, and not told."""

    slug = "credential-refused"
    title = "The key or token is not accepted"


class NotAllowed(AccessRefused):
    """The caller is known, and its roles do not allow this."""

    slug = "not-allowed"
    title = "Your roles do not allow this"


class CrossSite(AccessRefused):
    """A form was sent from a page that is not this service's own."""

    slug = "cross-site"
    title = "This was not sent from a page of this service"


class ElsewhereNamed(AccessRefused):
    """Whoever asks calls this machine by a name that is not its own, and nobody signs in here."""

    status = 421
    slug = "elsewhere-named"
    title = "This is served to this machine alone"


class TooManyRequests(AccessRefused):
    """The caller asks more often than it may; `extra['retry_after']` is when it may again, in seconds."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


class SignInUnavailable(AccessRefused):
    """The keys of the identity provider cannot be had now, so no token can be checked."""

    status = 503
    slug = "sign-in-unavailable"
    title = "Tokens cannot be checked now"


class FileRefused(PathwaysError):
    """A file was not applied; `extra['refusals']` says where and why."""

    status = 422
    slug = "file-refused"
    title = "The file was refused"


class BodyTooLarge(PathwaysError):
    """A request's body has more bytes than are taken; the rest of it was not read."""

    status = 413
    slug = "body-too-large"
    title = "The body is too large"


class BodyTooSlow(PathwaysError):
    """A request's body stood still, or came too slowly; what had come of it was let go."""

    status = 408
    slug = "body-too-slow"
    title = "The body came too slowly"


class WrongMediaType(PathwaysError):
    """A file's `Content-Type` is none that is taken, or not that of its name."""

    status = 415
    slug = "wrong-media-type"
    title = "The file is not sent as what it is"


class ReceiptRefused(PathwaysError):
    """What was given is no receipt: not JSON, or not with the fields that a receipt has."""

    status = 422
    slug = "receipt-refused"
    title = "This is not a receipt"


class KeysRefused(PathwaysError):
    """The keys that sign receipts cannot be read, or are not keys. A new one is never made in their place."""

    slug = "keys-refused"
    title = "The keys of the receipts cannot be used"


class EngineError(PathwaysError):
    """The graph engine failed in a way nobody foresaw."""

    slug = "engine-failed"
    title = "The graph engine failed"


class EngineUnavailable(EngineError):
    """The graph engine cannot be reached now; trying again later may help."""

    status = 503
    slug = "engine-unavailable"
    title = "The graph engine cannot be reached"


class EngineHeld(EngineUnavailable):
    """Another process owns the embedded graph's file."""

    slug = "engine-held"
    title = "Another process holds the graph"


class SchemaRefused(EngineError):
    """A migration that was applied has changed since, or is newer than this program."""

    slug = "schema-refused"
    title = "The graph's schema does not fit this program"
