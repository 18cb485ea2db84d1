"""Errors of files and other request bodies."""

from service.errors.base import PathwaysError


class FileRefused(PathwaysError):
    """A file was not loaded. `extra['refusals']`: each refused row or cell with its place and reason."""

    status = 422
    slug = "file-refused"
    title = "The file was refused"


class BodyTooLarge(PathwaysError):
    """A request body exceeds the limit. The service did not read the rest of the body."""

    status = 413
    slug = "body-too-large"
    title = "The request body is too large"


class BodyTooSlow(PathwaysError):
    """A request body arrived too slowly, or stopped arriving. The service discarded the part that had arrived."""

    status = 408
    slug = "body-too-slow"
    title = "The request body arrived too slowly"


class UnsupportedMediaType(PathwaysError):
    """The service does not accept the `Content-Type` of a file, or the file's name has another type."""

    status = 415
    slug = "wrong-media-type"
    title = "The Content-Type of the file is not accepted"
