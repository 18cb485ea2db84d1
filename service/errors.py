"""All errors that the service raises, as a tree of classes with HTTP status and slug.

`service.api.problems` turns an error into an HTTP response, `service.cli` into an exit code.

PathwaysError                     500  internal
 ├─ InvalidQuestion                   422  invalid-question
 │   ├─ BeforeFirstList           422  before-first-list
 │   ├─ BeforeFirstRecord         422  before-first-record
 │   ├─ KnownAtInFuture           422  known-at-in-future
 │   └─ TooMuchWork               422  too-much-work
 ├─ EditsRefused                  422  edits-refused
 │   ├─ EditChangesNothing            422  changes-nothing
 │   └─ AmbiguousPeriod               422  which-period
 ├─ EntryNotFound                  404  unknown-entry
 ├─ DeviceModelNotFound            404  unknown-device-model
 ├─ ListNotFound                   404  unknown-list
 ├─ AmendmentNotFound              404  unknown-amendment
 ├─ AmendmentConflict             409  amendment-conflict
 │   ├─ ImpactChanged               409  impact-moved
 │   ├─ AmendedSince              409  amended-since
 │   ├─ AmendmentIdTaken          409  amendment-id-taken
 │   └─ ProposalAlreadyDecided           409  proposal-decided
 ├─ DeclarationChanged              412  declaration-moved
 ├─ ProposalNotFound               404  unknown-proposal
 ├─ KeyNotFound                    404  unknown-key
 ├─ AccessRefused                 403  access-refused
 │   ├─ AuthenticationRequired              401  sign-in-needed
 │   │   └─ CredentialRefused     401  credential-refused
 │   ├─ Forbidden                403  not-allowed
 │   ├─ CrossSiteRequest                 403  cross-site
 │   ├─ MisdirectedRequest            421  elsewhere-named
 │   ├─ TooManyRequests           429  too-many-requests
 │   └─ IdentityProviderUnavailable         503  sign-in-unavailable
 ├─ FileRefused                   422  file-refused
 ├─ BodyTooLarge                  413  body-too-large
 ├─ BodyTooSlow                   408  body-too-slow
 ├─ UnsupportedMediaType                415  wrong-media-type
 ├─ ReceiptRefused                422  receipt-refused
 ├─ NotReady                      503  not-ready
 ├─ Overloaded                    503  overloaded
 ├─ WorkStopped                   503  stopped
 ├─ ReceiptKeysInvalid                   500  keys-refused
 ├─ ClockBehind                   503  clock-behind
 ├─ ClockNotBehind                409  clock-not-behind
 ├─ UnexpectedGraph               500  unexpected-graph
 └─ EngineError                   500  engine-failed
     ├─ EngineUnavailable         503  engine-unavailable
     │   ├─ GraphLocked            503  engine-held
     │   ├─ OutcomeUnknown         503  outcome-unknown
     │   └─ WritesRefused          503  writes-refused
     ├─ EngineMemoryExceeded      503  engine-memory
     └─ SchemaMismatch             500  schema-refused
"""

from typing import Any, ClassVar

PROBLEM_PREFIX = "urn:firmware-pathways:problem:"


class PathwaysError(Exception):
    """Base class of all errors of the service, each with a message for the caller (`detail`).

    A subclass gives its stable name (`slug`), its title, and its HTTP status unless it has that of its base class.
    `extra` has the further members of the problem document (RFC 9457). `public` says whether a caller may read the
    message although the status is 500 or above: the message of an engine may name its host, so it is logged only.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong in the service"
    public: ClassVar[bool] = False

    def __init_subclass__(cls, *, slug: str, title: str, status: int | None = None, public: bool = False) -> None:
        cls.slug, cls.title, cls.status, cls.public = slug, title, status or cls.status, public

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail, self.extra = detail, extra

    @property
    def type(self) -> str:
        """Returns the problem type of RFC 9457: a URN that ends with the slug."""
        return PROBLEM_PREFIX + self.slug

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.detail!r})"


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


class ReceiptRefused(PathwaysError, status=422, slug="receipt-refused", title="This is not a receipt"):
    """Error: the request body is not a receipt (a signed pathway answer): it is not JSON, or lacks a field."""


class EditsRefused(PathwaysError, status=422, slug="edits-refused", title="The edits were refused"):
    """Error: the service refuses some edits of declarations. `extra['refusals']` lists each edit with the reason."""


class EditChangesNothing(EditsRefused, slug="changes-nothing", title="An edit changes nothing"):
    """Error: an edit declares for an entry exactly what is recorded already."""


class AmbiguousPeriod(EditsRefused, slug="which-period", title="An edit needs the date from which it holds"):
    """Error: an edit without a start date would replace several declarations that hold one after the other."""


class ListNotFound(PathwaysError, status=404, slug="unknown-list", title="No such list version"):
    """Error: the service had loaded no list version with the number given by the instant `known_at`."""


class AmendmentNotFound(PathwaysError, status=404, slug="unknown-amendment", title="No such amendment"):
    """Error: the graph has no amendment (recorded change of declarations) with the id given."""


class AmendmentConflict(
    PathwaysError, status=409, slug="amendment-conflict", title="The amendment conflicts with what is recorded"
):
    """Base class of the errors that refuse an amendment because of the state of the graph."""


class ImpactChanged(AmendmentConflict, slug="impact-moved", title="The impact is not the one that you quoted"):
    """Error: the author did not approve the present impact (changed pathway answers), `extra['impact']`."""


class AmendedSince(AmendmentConflict, slug="amended-since", title="Entries of the amendment were amended again since"):
    """Error: later amendments changed the facts to revert. `extra['entries']` lists the entries concerned."""


class AmendmentIdTaken(AmendmentConflict, slug="amendment-id-taken", title="Another amendment has this id"):
    """Error: the graph has another amendment, with other content, under the id that the author chose."""


class ProposalAlreadyDecided(AmendmentConflict, slug="proposal-decided", title="The proposal was decided before"):
    """Error: SECAS accepted or rejected the proposal earlier. `extra['state']` says which of the two."""


class DeclarationChanged(
    PathwaysError, status=412, slug="declaration-moved", title="The declaration has changed since you read it"
):
    """Error: the entity tag in `If-Match` is not the tag of the declaration now recorded."""


class ProposalNotFound(PathwaysError, status=404, slug="unknown-proposal", title="No such proposal"):
    """Error: no proposal has the id given, or the caller may not see the proposal."""


class KeyNotFound(PathwaysError, status=404, slug="unknown-key", title="No such key"):
    """Error: no stored API key begins with the prefix that the caller gave."""


class AccessRefused(PathwaysError, status=403, slug="access-refused", title="Access was refused"):
    """Base class of the errors that refuse a request because of who sends it, from where, or how often."""


class AuthenticationRequired(AccessRefused, status=401, slug="sign-in-needed", title="A key or a token is needed"):
    """Error: the route requires an API key or a token, and the request has neither."""


class CredentialRefused(AuthenticationRequired, slug="credential-refused", title="The key or token is not accepted"):
    """Error: the service rejected the API key or token. The log states the reason, the response does not."""


class Forbidden(AccessRefused, slug="not-allowed", title="Your roles do not allow this"):
    """Error: the service knows the caller, but none of the caller's roles allows the request."""


class CrossSiteRequest(AccessRefused, slug="cross-site", title="The request was not sent from a page of this service"):
    """Error: a page of another site, not of this service, made the browser send the request."""


class MisdirectedRequest(
    AccessRefused, status=421, slug="elsewhere-named", title="The service answers requests from its own machine only"
):
    """Error: the Host header names another machine, but a service without sign-in answers only for its own."""


class TooManyRequests(AccessRefused, status=429, slug="too-many-requests", title="Too many requests"):
    """Error: the caller used up its rate limit. `extra['retry_after']` is the time to wait in seconds."""


class IdentityProviderUnavailable(
    AccessRefused, status=503, slug="sign-in-unavailable", title="Tokens cannot be checked now"
):
    """Error: the service cannot fetch the identity provider's public keys now, so it can verify no token."""


class FileRefused(PathwaysError, status=422, slug="file-refused", title="The file was refused"):
    """Error: the service did not load a file. `extra['refusals']` lists each refused row or cell with its reason."""


class BodyTooLarge(PathwaysError, status=413, slug="body-too-large", title="The request body is too large"):
    """Error: a request body exceeds the size limit. The service did not read the rest of the body."""


class BodyTooSlow(PathwaysError, status=408, slug="body-too-slow", title="The request body arrived too slowly"):
    """Error: a request body arrived too slowly or stopped arriving. The service discarded the part received."""


class UnsupportedMediaType(
    PathwaysError, status=415, slug="wrong-media-type", title="The Content-Type of the file is not accepted"
):
    """Error: the service does not accept the `Content-Type` of a file, or the file's name has another type."""


class Overloaded(PathwaysError, status=503, slug="overloaded", title="The service is busy", public=True):
    """Error: the service is too busy for this request now. `extra['retry_after']` is the time to wait in seconds."""


class WorkStopped(PathwaysError, status=503, slug="stopped", title="The service is stopping", public=True):
    """Error: the service stopped the computation, because the service ends or because all its callers have gone."""


class ReceiptKeysInvalid(PathwaysError, slug="keys-refused", title="The receipt keys cannot be used"):
    """Error: the file of the keys that sign receipts (signed pathway answers) cannot be read or contains no keys.

    The service never creates a new key in place of a lost one: nobody could then verify the earlier receipts.
    """


class NotReady(PathwaysError, status=503, slug="not-ready", title="The service is not ready", public=True):
    """Error: the service cannot answer questions now. The graph does not answer in time, or was emptied or replaced."""


class ClockBehind(
    PathwaysError,
    status=503,
    slug="clock-behind",
    title="The service's clock is behind the last recorded instant",
    public=True,
):
    """Error: the clock is more than a minute behind the last recorded instant, and nobody has accepted the clock."""


class ClockNotBehind(PathwaysError, status=409, slug="clock-not-behind", title="The clock needs no acceptance"):
    """Error: there is no clock to accept, because the graph accepts writes with the present clock."""


class UnexpectedGraph(PathwaysError, slug="unexpected-graph", title="The graph is not the one that was served here"):
    """Error: the location of the graph is empty, or has another graph or an older state than the service served."""


class EngineError(PathwaysError, slug="engine-failed", title="The graph engine failed"):
    """Error: the graph engine (Ladybug or Neo4j) failed in an unexpected way."""


class EngineUnavailable(EngineError, status=503, slug="engine-unavailable", title="The graph engine cannot be reached"):
    """Error: the service cannot reach the graph engine. A later attempt may succeed."""


class GraphLocked(EngineUnavailable, slug="engine-held", title="Another process holds the graph"):
    """Error: another process has locked the file of the embedded graph."""


class OutcomeUnknown(EngineUnavailable, slug="outcome-unknown", title="The write is not confirmed", public=True):
    """Error: the engine did not confirm a commit. A retry with the id `extra['amendment']` finds its outcome."""


class WritesRefused(EngineUnavailable, slug="writes-refused", title="The graph accepts no writes now", public=True):
    """Error: the graph accepts no write for the reason that the message states. It still answers questions."""


class EngineMemoryExceeded(EngineError, status=503, slug="engine-memory", title="The engine lacks memory", public=True):
    """Error: a transaction exceeds the memory limit of the graph engine. The message names the setting."""


class SchemaMismatch(EngineError, slug="schema-refused", title="The graph's schema does not fit this program"):
    """Error: a schema file differs from the version that was applied to the graph, or this program lacks the file."""
