"""Errors of access: keys, tokens, roles and rate limits."""

from service.errors.base import PathwaysError


class KeyNotFound(PathwaysError):
    """No key has this prefix."""

    status = 404
    slug = "unknown-key"
    title = "No such key"


class AccessRefused(PathwaysError):
    """The service refuses the request for a reason of access."""

    status = 403
    slug = "access-refused"
    title = "Access was refused"


class AuthenticationRequired(AccessRefused):
    """The request has no key or token, and the route requires one."""

    status = 401
    slug = "sign-in-needed"
    title = "A key or a token is needed"


class CredentialRefused(AuthenticationRequired):
    """The API key or token was rejected. The reason is in the log, not in the response."""

    slug = "credential-refused"
    title = "The key or token is not accepted"


class Forbidden(AccessRefused):
    """The caller is known, but its roles do not allow the request."""

    slug = "not-allowed"
    title = "Your roles do not allow this"


class CrossSiteRequest(AccessRefused):
    """The browser sent a form from a page of another site."""

    slug = "cross-site"
    title = "The request was not sent from a page of this service"


class MisdirectedRequest(AccessRefused):
    """The request's Host header names another machine, and this service has no sign-in and serves its machine alone."""

    status = 421
    slug = "elsewhere-named"
    title = "The service answers requests from its own machine only"


class TooManyRequests(AccessRefused):
    """The caller has used up its rate limit. `extra['retry_after']`: the seconds until its next request is allowed."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


class IdentityProviderUnavailable(AccessRefused):
    """The keys of the identity provider cannot be fetched now, so no token can be verified."""

    status = 503
    slug = "sign-in-unavailable"
    title = "Tokens cannot be checked now"
