"""`ETag`: a digest of the body that this caller gets. A body that the caller has already is not sent again."""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ETagMiddleware:
    """Middleware for GET answers of one piece: adds the digest, and answers 304 where it is the caller's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Holds back the head of an answer until its body is known."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        held: list[Message] = []

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                held.append(message)
            elif held and not message.get("more_body", False):
                for part in _whole(held.pop(), message, Headers(scope=scope).get("if-none-match", "")):
                    await send(part)
            else:
                if held:
                    await send(held.pop())
                await send(message)

        await self.app(scope, receive, tagged)


def _whole(head: Message, body: Message, known: str) -> tuple[Message, Message]:
    tag = f'"{hashlib.sha256(body.get("body", b"")).hexdigest()[:32]}"'
    headers = MutableHeaders(raw=head["headers"])
    headers["ETag"] = tag
    if known.strip() != "*" and tag not in (part.strip().removeprefix("W/") for part in known.split(",")):
        return head, body
    headers["Content-Length"] = "0"
    return {**head, "status": 304, "headers": headers.raw}, {**body, "body": b""}
