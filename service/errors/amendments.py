"""What is wrong with edits, amendments and proposals."""

from service.errors.base import PathwaysError


class EditsRefused(PathwaysError):
    """Edits that cannot be taken; `extra['refusals']` says which, where and why."""

    status = 422
    slug = "edits-refused"
    title = "The edits were refused"


class EditChangesNothing(EditsRefused):
    """What an edit says is believed already."""

    slug = "changes-nothing"
    title = "An edit changes nothing"


class AmbiguousPeriod(EditsRefused):
    """An edit would replace more than one period, and does not say from when it holds."""

    slug = "which-period"
    title = "An edit must say from when it holds"


class AmendmentNotFound(PathwaysError):
    """No amendment with this id is recorded."""

    status = 404
    slug = "unknown-amendment"
    title = "No such amendment"


class AmendmentConflict(PathwaysError):
    """An amendment that what is recorded now does not allow. Nothing was changed."""

    status = 409
    slug = "amendment-conflict"
    title = "The amendment conflicts with what is recorded"


class ImpactChanged(AmendmentConflict):
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


class ProposalAlreadyDecided(AmendmentConflict):
    """The proposal was accepted or rejected before; `extra['state']` says which."""

    slug = "proposal-decided"
    title = "The proposal was decided before"


class DeclarationChanged(PathwaysError):
    """`If-Match` names another state of the declaration than the one that is recorded."""

    status = 412
    slug = "declaration-moved"
    title = "The declaration is not the one that was seen"


class ProposalNotFound(PathwaysError):
    """No proposal with this id is kept, or none that the caller may see."""

    status = 404
    slug = "unknown-proposal"
    title = "No such proposal"
