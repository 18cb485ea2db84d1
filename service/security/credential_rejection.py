"""Builds the error for a rejected API key or token: the log contains the reason, the caller's error does not."""

import structlog

from service.errors import CredentialRefused

log = structlog.get_logger()


def rejected(kind: str, why: str, **fields: str) -> CredentialRefused:
    """Logs why a credential was rejected, and returns the error for the caller."""
    log.warning(f"{kind} refused", why=why, **fields)
    return CredentialRefused("The API key or token was rejected: it is malformed, unknown, expired or revoked.")
