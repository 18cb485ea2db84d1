"""The base class of all errors of the service."""

from typing import Any, ClassVar

PROBLEM_PREFIX = "urn:firmware-pathways:problem:"


class PathwaysError(Exception):
    """Base class of all errors of the service, each with a message for the caller (`detail`).

    A subclass gives its stable name (`slug`), its title, and its HTTP status unless it has that of its base class.
    `extra` has the further members of the problem document (RFC 9457). `public` says whether a caller may read the
    message although the status is 500 or above: the message of an engine may name its host, so it is logged only.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong in the service"
    public: ClassVar[bool] = False

    def __init_subclass__(cls, *, slug: str, title: str, status: int | None = None, public: bool = False) -> None:
        cls.slug, cls.title, cls.status, cls.public = slug, title, status or cls.status, public

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail, self.extra = detail, extra

    @property
    def type(self) -> str:
        """Returns the problem type of RFC 9457: a URN that ends with the slug."""
        return PROBLEM_PREFIX + self.slug

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.detail!r})"
