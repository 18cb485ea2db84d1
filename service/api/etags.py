"""Adds an `ETag` to GET responses, a digest of the body, and answers 304 to a client that has the body."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ETagMiddleware:
    """Adds the header `ETag` to GET responses with status 200 whose body is one message."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Delays the start of a response until its body arrives, of which the header contains a digest."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        start: list[Message] = []

        async def send_with_etag(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                start.append(message)
            elif start and not message.get("more_body", False):
                for part in _with_etag(start.pop(), message, Headers(scope=scope).get("if-none-match", "")):
                    await send(part)
            else:
                if start:
                    await send(start.pop())
                await send(message)

        await self.app(scope, receive, send_with_etag)


def _with_etag(start: Message, body: Message, if_none_match: str) -> tuple[Message, Message]:
    tag = f'"{hashlib.sha256(body.get("body", b"")).hexdigest()[:32]}"'
    headers = MutableHeaders(raw=start["headers"])
    headers["ETag"] = tag
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    if known != ["*"] and tag not in known:
        return start, body
    headers["Content-Length"] = "0"
    return {**start, "status": 304, "headers": headers.raw}, {**body, "body": b""}
