"""Who is not let in, and why."""

from service.errors.base import PathwaysError


class KeyNotFound(PathwaysError):
    """No key has this prefix."""

    status = 404
    slug = "unknown-key"
    title = "No such key"


class AccessRefused(PathwaysError):
    """The caller may not have what it asks for, now or ever."""

    status = 403
    slug = "access-refused"
    title = "Access was refused"


class AuthenticationRequired(AccessRefused):
    """Nothing was shown, and what was asked is not for everybody."""

    status = 401
    slug = "sign-in-needed"
    title = "A key or a token is needed"


class CredentialRefused(AuthenticationRequired):
    """A key or a token was shown that is not good. Why is logged, and not told."""

    slug = "credential-refused"
    title = "The key or token is not accepted"


class Forbidden(AccessRefused):
    """The caller is known, and its roles do not allow this."""

    slug = "not-allowed"
    title = "Your roles do not allow this"


class CrossSiteRequest(AccessRefused):
    """A form was sent from a page that is not this service's own."""

    slug = "cross-site"
    title = "This was not sent from a page of this service"


class MisdirectedRequest(AccessRefused):
    """Whoever asks calls this machine by a name that is not its own, and nobody signs in here."""

    status = 421
    slug = "elsewhere-named"
    title = "This is served to this machine alone"


class TooManyRequests(AccessRefused):
    """The caller asks more often than it may; `extra['retry_after']` is when it may again, in seconds."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


class IdentityProviderUnavailable(AccessRefused):
    """The keys of the identity provider cannot be had now, so no token can be checked."""

    status = 503
    slug = "sign-in-unavailable"
    title = "Tokens cannot be checked now"
