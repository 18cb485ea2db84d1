"""Errors of edits, amendments and proposals."""

from service.errors.base import PathwaysError


class EditsRefused(PathwaysError):
    """Some edits are refused. `extra['refusals']`: each refused edit with its place and reason."""

    status = 422
    slug = "edits-refused"
    title = "The edits were refused"


class EditChangesNothing(EditsRefused):
    """An edit declares what is declared already."""

    slug = "changes-nothing"
    title = "An edit changes nothing"


class AmbiguousPeriod(EditsRefused):
    """An edit without a start date would replace more than one period of declarations."""

    slug = "which-period"
    title = "An edit needs the date from which it holds"


class AmendmentNotFound(PathwaysError):
    """No amendment with this id is recorded."""

    status = 404
    slug = "unknown-amendment"
    title = "No such amendment"


class AmendmentConflict(PathwaysError):
    """The present state of the graph does not allow the amendment. Nothing was written."""

    status = 409
    slug = "amendment-conflict"
    title = "The amendment conflicts with what is recorded"


class ImpactChanged(AmendmentConflict):
    """The author quoted another impact than the present one, or none. `extra['impact']`: the present impact."""

    slug = "impact-moved"
    title = "The impact is not the one that you quoted"


class AmendedSince(AmendmentConflict):
    """Later amendments changed what the revert would undo. `extra['entries']`: the entries that they changed."""

    slug = "amended-since"
    title = "Entries of the amendment were amended again since"


class AmendmentIdTaken(AmendmentConflict):
    """Another amendment with other content has this id."""

    slug = "amendment-id-taken"
    title = "Another amendment has this id"


class ProposalAlreadyDecided(AmendmentConflict):
    """The proposal was accepted or rejected before. `extra['state']`: which of the two."""

    slug = "proposal-decided"
    title = "The proposal was decided before"


class DeclarationChanged(PathwaysError):
    """The tag in `If-Match` is not that of the recorded declaration."""

    status = 412
    slug = "declaration-moved"
    title = "The declaration has changed since you read it"


class ProposalNotFound(PathwaysError):
    """No proposal with this id exists, or the caller may not see it."""

    status = 404
    slug = "unknown-proposal"
    title = "No such proposal"
