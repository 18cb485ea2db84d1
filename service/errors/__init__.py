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

from service.errors.access import (
    AccessRefused,
    AuthenticationRequired,
    CredentialRefused,
    CrossSiteRequest,
    Forbidden,
    IdentityProviderUnavailable,
    KeyNotFound,
    MisdirectedRequest,
    TooManyRequests,
)
from service.errors.amendments import (
    AmbiguousPeriod,
    AmendedSince,
    AmendmentConflict,
    AmendmentIdTaken,
    AmendmentNotFound,
    DeclarationChanged,
    EditChangesNothing,
    EditsRefused,
    ImpactChanged,
    ProposalAlreadyDecided,
    ProposalNotFound,
)
from service.errors.base import PROBLEM_PREFIX, PathwaysError
from service.errors.bodies import BodyTooLarge, BodyTooSlow, FileRefused, UnsupportedMediaType
from service.errors.engine import (
    EngineError,
    EngineMemoryExceeded,
    EngineUnavailable,
    GraphLocked,
    OutcomeUnknown,
    SchemaMismatch,
    WritesRefused,
)
from service.errors.operation import (
    ClockBehind,
    ClockNotBehind,
    NotReady,
    Overloaded,
    ReceiptKeysInvalid,
    UnexpectedGraph,
    WorkStopped,
)
from service.errors.questions import (
    BeforeFirstList,
    BeforeFirstRecord,
    DeviceModelNotFound,
    EntryNotFound,
    InvalidQuestion,
    KnownAtInFuture,
    ListNotFound,
    ReceiptRefused,
    TooMuchWork,
)

__all__ = [
    "PROBLEM_PREFIX",
    "AccessRefused",
    "AmbiguousPeriod",
    "AmendedSince",
    "AmendmentConflict",
    "AmendmentIdTaken",
    "AmendmentNotFound",
    "AuthenticationRequired",
    "BeforeFirstList",
    "BeforeFirstRecord",
    "BodyTooLarge",
    "BodyTooSlow",
    "ClockBehind",
    "ClockNotBehind",
    "CredentialRefused",
    "CrossSiteRequest",
    "DeclarationChanged",
    "DeviceModelNotFound",
    "EditChangesNothing",
    "EditsRefused",
    "EngineError",
    "EngineMemoryExceeded",
    "EngineUnavailable",
    "EntryNotFound",
    "FileRefused",
    "Forbidden",
    "GraphLocked",
    "IdentityProviderUnavailable",
    "ImpactChanged",
    "InvalidQuestion",
    "KeyNotFound",
    "KnownAtInFuture",
    "ListNotFound",
    "MisdirectedRequest",
    "NotReady",
    "OutcomeUnknown",
    "Overloaded",
    "PathwaysError",
    "ProposalAlreadyDecided",
    "ProposalNotFound",
    "ReceiptKeysInvalid",
    "ReceiptRefused",
    "SchemaMismatch",
    "TooManyRequests",
    "TooMuchWork",
    "UnexpectedGraph",
    "UnsupportedMediaType",
    "WorkStopped",
    "WritesRefused",
]
