"""Answers HEAD wherever GET works."""

from starlette.types import ASGIApp, Receive, Scope, Send


class HeadMiddleware:
    """Innermost middleware, which passes a HEAD request on as GET, so that both have one permission, audit, disclosure
    and admission. The server sends no body in the answer to HEAD.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the application; the outer scope gets the route, which the log and the metrics name."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        as_get = {**scope, "method": "GET"}
        try:
            await self.app(as_get, receive, send)
        finally:
            if "route" in as_get:
                scope["route"] = as_get["route"]
