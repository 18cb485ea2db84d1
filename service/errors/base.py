"""The base class of all errors."""

from typing import Any, ClassVar

PROBLEM_PREFIX = "urn:firmware-pathways:problem:"


class PathwaysError(Exception):
    """A failure with a stable name (`slug`), an HTTP status, and a message for the caller (`detail`).

    `extra`: further members of the problem document.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong in the service"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    @property
    def type(self) -> str:
        """The problem type of RFC 9457: a URN with the slug."""
        return PROBLEM_PREFIX + self.slug

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.detail!r})"
