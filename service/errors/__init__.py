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

from service.errors.access import AccessRefused as AccessRefused
from service.errors.access import CredentialRefused as CredentialRefused
from service.errors.access import CrossSite as CrossSite
from service.errors.access import ElsewhereNamed as ElsewhereNamed
from service.errors.access import KeyUnknown as KeyUnknown
from service.errors.access import NotAllowed as NotAllowed
from service.errors.access import SignInNeeded as SignInNeeded
from service.errors.access import SignInUnavailable as SignInUnavailable
from service.errors.access import TooManyRequests as TooManyRequests
from service.errors.amendments import AmendedSince as AmendedSince
from service.errors.amendments import AmendmentConflict as AmendmentConflict
from service.errors.amendments import AmendmentIdTaken as AmendmentIdTaken
from service.errors.amendments import AmendmentUnknown as AmendmentUnknown
from service.errors.amendments import ChangesNothing as ChangesNothing
from service.errors.amendments import DeclarationMoved as DeclarationMoved
from service.errors.amendments import EditsRefused as EditsRefused
from service.errors.amendments import ImpactMoved as ImpactMoved
from service.errors.amendments import ProposalDecided as ProposalDecided
from service.errors.amendments import ProposalUnknown as ProposalUnknown
from service.errors.amendments import WhichPeriod as WhichPeriod
from service.errors.base import PROBLEM as PROBLEM
from service.errors.base import PathwaysError as PathwaysError
from service.errors.engine import EngineError as EngineError
from service.errors.engine import EngineHeld as EngineHeld
from service.errors.engine import EngineUnavailable as EngineUnavailable
from service.errors.engine import KeysRefused as KeysRefused
from service.errors.engine import SchemaRefused as SchemaRefused
from service.errors.files import BodyTooLarge as BodyTooLarge
from service.errors.files import BodyTooSlow as BodyTooSlow
from service.errors.files import FileRefused as FileRefused
from service.errors.files import WrongMediaType as WrongMediaType
from service.errors.questions import BadQuestion as BadQuestion
from service.errors.questions import BeforeFirstList as BeforeFirstList
from service.errors.questions import BeforeFirstRecord as BeforeFirstRecord
from service.errors.questions import EntryUnknown as EntryUnknown
from service.errors.questions import KnownAtInFuture as KnownAtInFuture
from service.errors.questions import ReceiptRefused as ReceiptRefused
from service.errors.questions import TooMuchWork as TooMuchWork
