"""Answers the requests that are still under way when the server stops."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem_response
from service.errors import WorkStopped


class StoppedRequests:
    """Middleware that answers 503 to a request whose task is cancelled before its response has begun.

    A server that stops waits some seconds for the requests under way. Then uvicorn cancels their tasks, and would
    answer 500.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the application, and answers in its place where it is cancelled."""
        begun = scope["type"] != "http"

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except asyncio.CancelledError:
            if begun:
                raise
            await problem_response(WorkStopped("The service is stopping."))(scope, receive, send)
