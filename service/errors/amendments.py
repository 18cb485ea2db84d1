"""The errors of amendments and proposals: recorded and proposed changes of declarations."""

from service.errors.base import PathwaysError


class EditsRefused(PathwaysError, status=422, slug="edits-refused", title="The edits were refused"):
    """Error: the service refuses some edits of declarations. `extra['refusals']` lists each edit with the reason."""


class EditChangesNothing(EditsRefused, slug="changes-nothing", title="An edit changes nothing"):
    """Error: an edit declares for an entry exactly what is recorded already."""


class AmbiguousPeriod(EditsRefused, slug="which-period", title="An edit needs the date from which it holds"):
    """Error: an edit without a start date would replace several declarations that hold one after the other."""


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
