"""The probes `/healthz` and `/readyz` on the port of the metrics, which answers while the other port is overloaded."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse

from service.api.problems import problem_response
from service.api.readiness_probe import ReadinessProbe
from service.api.services import services_of
from service.errors import NotReady, PathwaysError
from service.schemas.responses.health import Health

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class MetricsPortProbes:
    """A WSGI application with the two probes of `app`, and `metrics` for every other path. Runs in plain threads."""

    def __init__(self, app: FastAPI, metrics: WsgiApp) -> None:
        self._app, self._metrics = app, metrics
        self._probes = {"/healthz": self._liveness, "/readyz": self._readiness}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers a request; HEAD like GET, without the body."""
        if environ["REQUEST_METHOD"] == "HEAD":
            self({**environ, "REQUEST_METHOD": "GET"}, start_response)
            return []
        probe = self._probes.get(environ["PATH_INFO"])
        if probe is None:
            return self._metrics(environ, start_response)
        response = probe()
        status = HTTPStatus(response.status_code)
        start_response(f"{status.value} {status.phrase}", list(response.headers.items()))
        return [bytes(response.body)]

    def _liveness(self) -> Response:
        """200 while the service starts, and while its event loop runs."""
        probe = self._probe()
        if probe is not None and not probe.event_loop_answers():
            return problem_response(NotReady("The event loop of the service does not run."))
        return JSONResponse(Health(status="alive").model_dump())

    def _readiness(self) -> Response:
        probe = self._probe()
        try:
            if probe is None:
                raise NotReady("The service is starting.")
            return JSONResponse(probe.report_to_thread().model_dump(mode="json"))
        except PathwaysError as error:
            return problem_response(error if error.public else NotReady(error.title + "."))
        except (TimeoutError, RuntimeError):
            return problem_response(NotReady("The event loop of the service does not run."))

    def _probe(self) -> ReadinessProbe | None:
        """Returns the probe of the application; None until the application has started."""
        return services_of(self._app).readiness if hasattr(self._app.state, "services") else None
