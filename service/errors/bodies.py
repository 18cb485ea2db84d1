"""The errors of request bodies and of files."""

from service.errors.base import PathwaysError


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
