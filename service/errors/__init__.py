"""The tree of errors. Engines and loaders raise only these; `api/problems` and `cli` translate them for the caller.

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
 ├─ ReceiptKeysInvalid                   500  keys-refused
 └─ EngineError                   500  engine-failed
     ├─ EngineUnavailable         503  engine-unavailable
     │   └─ GraphLocked            503  engine-held
     └─ SchemaMismatch             500  schema-refused
"""

from service.errors.access import AccessRefused as AccessRefused
from service.errors.access import AuthenticationRequired as AuthenticationRequired
from service.errors.access import CredentialRefused as CredentialRefused
from service.errors.access import CrossSiteRequest as CrossSiteRequest
from service.errors.access import Forbidden as Forbidden
from service.errors.access import IdentityProviderUnavailable as IdentityProviderUnavailable
from service.errors.access import KeyNotFound as KeyNotFound
from service.errors.access import MisdirectedRequest as MisdirectedRequest
from service.errors.access import TooManyRequests as TooManyRequests
from service.errors.amendments import AmbiguousPeriod as AmbiguousPeriod
from service.errors.amendments import AmendedSince as AmendedSince
from service.errors.amendments import AmendmentConflict as AmendmentConflict
from service.errors.amendments import AmendmentIdTaken as AmendmentIdTaken
from service.errors.amendments import AmendmentNotFound as AmendmentNotFound
from service.errors.amendments import DeclarationChanged as DeclarationChanged
from service.errors.amendments import EditChangesNothing as EditChangesNothing
from service.errors.amendments import EditsRefused as EditsRefused
from service.errors.amendments import ImpactChanged as ImpactChanged
from service.errors.amendments import ProposalAlreadyDecided as ProposalAlreadyDecided
from service.errors.amendments import ProposalNotFound as ProposalNotFound
from service.errors.base import PROBLEM_PREFIX as PROBLEM_PREFIX
from service.errors.base import PathwaysError as PathwaysError
from service.errors.engine import EngineError as EngineError
from service.errors.engine import EngineUnavailable as EngineUnavailable
from service.errors.engine import GraphLocked as GraphLocked
from service.errors.engine import ReceiptKeysInvalid as ReceiptKeysInvalid
from service.errors.engine import SchemaMismatch as SchemaMismatch
from service.errors.files import BodyTooLarge as BodyTooLarge
from service.errors.files import BodyTooSlow as BodyTooSlow
from service.errors.files import FileRefused as FileRefused
from service.errors.files import UnsupportedMediaType as UnsupportedMediaType
from service.errors.questions import BeforeFirstList as BeforeFirstList
from service.errors.questions import BeforeFirstRecord as BeforeFirstRecord
from service.errors.questions import EntryNotFound as EntryNotFound
from service.errors.questions import InvalidQuestion as InvalidQuestion
from service.errors.questions import KnownAtInFuture as KnownAtInFuture
from service.errors.questions import ReceiptRefused as ReceiptRefused
from service.errors.questions import TooMuchWork as TooMuchWork
