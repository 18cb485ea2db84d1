"""What is wrong with a file or another body that is sent."""

from service.errors.base import PathwaysError


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


class UnsupportedMediaType(PathwaysError):
    """A file's `Content-Type` is none that is taken, or not that of its name."""

    status = 415
    slug = "wrong-media-type"
    title = "The file is not sent as what it is"
