"""The tree of errors: as in the docstring, with unique names, and the same in answers, OpenAPI and exit codes."""

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from service import errors
from service.api.problems import install_problem_handlers, problems
from service.cli.failures import exit_on_failure
from service.domain.refusals import Refusal, refusal_error
from service.errors import EngineError, FileRefused, PathwaysError

LINE = re.compile(r"^([ │├└─]*)(\w+) +(\d{3})  ([a-z-]+)$", re.MULTILINE)


def kinds(error):
    """An error and all its subclasses in the package."""
    return [
        error,
        *(k for sub in error.__subclasses__() if sub.__module__.startswith(f"{errors.__name__}.") for k in kinds(sub)),
    ]


EVERY = kinds(PathwaysError)


def parse_tree(text):
    """Name → (parent, status, slug) from the docstring; the parent is the nearest earlier line with less indent."""
    above, found = [], {}
    for indent, name, status, slug in LINE.findall(text):
        above = [(depth, parent) for depth, parent in above if depth < len(indent)]
        found[name] = (above[-1][1] if above else "Exception", int(status), slug)
        above.append((len(indent), name))
    return found


def test_the_docstring_shows_the_tree_of_the_classes():
    """Parents, statuses and names; the docstring lists every class and no other."""
    assert parse_tree(errors.__doc__) == {e.__name__: (e.__base__.__name__, e.status, e.slug) for e in EVERY}


def test_every_error_of_the_module_is_in_the_tree():
    """One root, so that the handlers catch every error."""
    declared = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)}
    assert declared == set(EVERY)


def test_every_error_has_a_unique_name():
    """Callers decide by the type."""
    assert len({error.slug for error in EVERY}) == len(EVERY) == len({error.title for error in EVERY})


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_an_error_is_documented(error):
    """Its own docstring, the same status on class and instance, and a meaningful repr."""
    assert error.__doc__ != error.__base__.__doc__
    assert error("why").status == error.status
    assert 400 <= error.status < 600
    assert repr(error("why")) == f"{error.__name__}('why')"


def raising(error, **extra):
    """An application with one route, which raises an error and documents it."""
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/", responses=problems(error))
    def fail() -> None:
        raise error("the detail", **extra)

    return app


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_an_error_is_the_same_in_answer_and_openapi(error):
    """Status, media type and type of the answer are those of the OpenAPI document."""
    app = raising(error)
    response = TestClient(app).get("/")
    assert (response.status_code, response.headers["content-type"]) == (error.status, "application/problem+json")
    problem = response.json()
    assert problem["type"] == f"urn:firmware-pathways:problem:{error.slug}"
    assert (problem["title"], problem["status"]) == (error.title, error.status)
    assert ("retry-after" in response.headers) == (error.status in (429, 503))
    assert ("www-authenticate" in response.headers) == (error.status == 401)
    told = app.openapi()["paths"]["/"]["get"]["responses"][str(error.status)]
    assert f"`{error.slug}`: {error.title}." in told["description"]
    assert list(told["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_only_errors_of_the_request_show_their_details(error):
    """Errors of the request are returned with their details, and those marked public; others are only logged."""
    problem = TestClient(raising(error, entry="000001")).get("/").json()
    assert (problem["detail"] == "the detail") == (error.status < 500 or error.public)
    assert ("entry" in problem) == (error.status < 500 or error.public)


def test_every_refusal_of_a_file_is_returned():
    """Each refusal with its place, as data."""
    refused = refusal_error(
        [Refusal(file="f.csv", line=7, column="Accept", value="x", code="bad-number", reason="no number")]
    )
    problem = TestClient(raising(FileRefused, **refused.extra)).get("/").json()
    assert problem["refusals"][0]["line"] == 7


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_an_error_ends_a_command_with_its_exit_code(error, capsys):
    """Exit code 3 for an engine error, otherwise 1; the reason is on stderr."""
    with pytest.raises(SystemExit) as end, exit_on_failure():
        raise error("the detail")
    assert end.value.code == (3 if issubclass(error, EngineError) else 1)
    assert "the detail" in capsys.readouterr().err
