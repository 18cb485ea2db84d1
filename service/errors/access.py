"""The errors that refuse a request because of who sends it, and the error of an unknown key."""

from service.errors.base import PathwaysError


class KeyNotFound(PathwaysError, status=404, slug="unknown-key", title="No such key"):
    """Error: no stored API key begins with the prefix that the caller gave."""


class AccessRefused(PathwaysError, status=403, slug="access-refused", title="Access was refused"):
    """Base class of the errors that refuse a request because of who sends it, from where, or how often."""


class AuthenticationRequired(AccessRefused, status=401, slug="sign-in-needed", title="A key or a token is needed"):
    """Error: the route requires an API key or a token, and the request has neither."""


class CredentialRefused(AuthenticationRequired, slug="credential-refused", title="The key or token is not accepted"):
    """Error: the service rejected the API key or token. The log states the reason, the response does not."""


class Forbidden(AccessRefused, slug="not-allowed", title="Your roles do not allow this"):
    """Error: the service knows the caller, but none of the caller's roles allows the request."""


class CrossSiteRequest(AccessRefused, slug="cross-site", title="The request was not sent from a page of this service"):
    """Error: a page of another site, not of this service, made the browser send the request."""


class MisdirectedRequest(
    AccessRefused, status=421, slug="elsewhere-named", title="The service answers requests from its own machine only"
):
    """Error: the Host header names another machine, but a service without sign-in answers only for its own."""


class TooManyRequests(AccessRefused, status=429, slug="too-many-requests", title="Too many requests"):
    """Error: the caller used up its rate limit. `extra['retry_after']` is the time to wait in seconds."""


class IdentityProviderUnavailable(
    AccessRefused, status=503, slug="sign-in-unavailable", title="Tokens cannot be checked now"
):
    """Error: the service cannot fetch the identity provider's public keys now, so it can verify no token."""
