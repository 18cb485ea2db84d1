"""`pathways keys add|list|revoke|rotate`: who may ask the service, and as what."""

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer

from service.cli.session import AsJson, open_graph, parse_instant_argument, print_error
from service.domain.access_keys import AccessKey
from service.domain.callers import ROLES, Role
from service.domain.clock import END, iso, now
from service.domain.names import parse_hex
from service.errors import KeyNotFound
from service.repositories import access_keys as stored
from service.security import api_keys as making

app = typer.Typer(help="Make, list, revoke and rotate the keys of callers.", no_args_is_help=True)

_INSTEAD = "Stop the server, change its keys, start it again."
_LONGEST = 200

Prefix = Annotated[str, typer.Argument(help="The eight characters between `pathways_` and the secret.")]
Expires = Annotated[
    datetime | None,
    typer.Option(
        "--expires", parser=parse_instant_argument, metavar="DATE", help="Until when it is good; default: a year."
    ),
]


def _role(text: str) -> Role:
    """Everybody is public without a key."""
    found: Role | None = next((role for role in ROLES if role == text and role != "public"), None)
    if found:
        return found
    raise typer.BadParameter(f"{text[:40]!r} is no role: party, manufacturer, ssc or secas is expected")


def _code(text: str) -> str:
    try:
        return parse_hex(text, 4)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


def _words(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST:
        raise typer.BadParameter("a few printable words are expected")
    return text.strip()


@app.command()
def add(
    name: Annotated[str, typer.Option("--name", parser=_words, help="What or whom it is for.")],
    organisation: Annotated[str, typer.Option("--organisation", parser=_words, help="Whose it is.")],
    roles: Annotated[list[str], typer.Option("--role", parser=_role, help="party, manufacturer, ssc or secas.")],
    codes: Annotated[
        list[str] | None, typer.Option("--manufacturer", parser=_code, help="A manufacturer's code, 4 hex digits.")
    ] = None,
    expires: Expires = None,
) -> None:
    """Make a key and print it: this is the only time that it is shown."""
    if ("manufacturer" in roles) != bool(codes):
        raise typer.BadParameter("the role manufacturer and its codes belong together", param_hint="--manufacturer")
    with open_graph(_INSTEAD) as graph:
        begun = now()
        made = making.make_key(name, organisation, _all(roles), codes or (), begun, _until(expires, begun))
        stored.add_key(graph, made.key)
    _shown(made)


@app.command()
def rotate(
    prefix: Prefix,
    keep: Annotated[
        float, typer.Option("--keep-hours", min=0, max=720, help="How long the former one stays good.")
    ] = 24,
    expires: Expires = None,
) -> None:
    """Make a key in the place of another, for the same caller, and print it. The former one is good for a while."""
    with open_graph(_INSTEAD) as graph:
        former = stored.find_key(graph, prefix)
        if not former:
            raise KeyNotFound(f"There is no key {prefix[:20]}.")
        begun = now()
        made = making.renew_key(former, begun, _until(expires, begun))
        told = stored.replace_key(graph, prefix, made.key, begun + timedelta(hours=keep))
    print_error(f"{prefix} is good until {iso(min(told.revoked, told.expires))}.")
    _shown(made)


@app.command()
def revoke(prefix: Prefix) -> None:
    """Take a key back, now. A running server notices within seconds."""
    with open_graph(_INSTEAD) as graph:
        told = stored.revoke_key(graph, prefix, now())
    typer.echo(f"{told.prefix} ({told.name}, {told.organisation}) is revoked since {iso(told.revoked)}.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List every key there ever was. No secret is among what is kept."""
    with open_graph(_INSTEAD) as graph:
        every = stored.list_keys(graph)
    at = now()
    if as_json:
        typer.echo(json.dumps([_told(key, at) for key in every], indent=2))
        return
    for key in every:
        codes = f" of {key.manufacturers}" if key.manufacturers else ""
        until = f"until {iso(min(key.expires, key.revoked))}"
        typer.echo(f"{key.prefix}  {key.state(at):8}{until}  {key.roles}{codes}  {key.organisation}: {key.name}")
    print_error(f"{len(every)} keys")


def _told(key: AccessKey, at: datetime) -> dict[str, object]:
    said = key.model_dump(mode="json")
    lists = {name: [part for part in said[name].split(";") if part] for name in ("roles", "manufacturers")}
    return said | lists | {"state": key.state(at), "revoked": None if key.revoked == END else said["revoked"]}


def _all(roles: list[str]) -> list[Role]:
    return [_role(role) for role in roles]


def _until(expires: datetime | None, begun: datetime) -> datetime:
    """A year is long enough to be forgotten: whoever wants longer says so."""
    until = expires or begun + timedelta(days=365)
    if until <= begun:
        raise typer.BadParameter("it would never be good", param_hint="--expires")
    return until


def _shown(made: making.NewKey) -> None:
    print_error(f"{made.key.prefix} is good until {iso(made.key.expires)}. It is shown this once:")
    typer.echo(made.text)
