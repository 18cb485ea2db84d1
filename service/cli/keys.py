"""`pathways keys add|list|revoke|rotate`: manages the API keys of callers, with their roles."""

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer

from service.cli.options import AsJson, parse_instant_argument
from service.cli.session import open_graph
from service.cli.streams import print_error
from service.domain.access_keys import AccessKey
from service.domain.callers import ROLES, Role
from service.domain.clock import END, iso, now
from service.domain.names import parse_hex
from service.repositories import access_keys
from service.security.api_keys import NewKey, make_key, renew_key

app = typer.Typer(help="Make, list, revoke and rotate the API keys of callers.", no_args_is_help=True)

_WHILE_LOCKED = "Stop the server, change its keys, start it again."
_MAX_LABEL_CHARS = 200
_DEFAULT_LIFETIME = timedelta(days=365)

Prefix = Annotated[str, typer.Argument(help="The eight characters between `pathways_` and the secret.")]
Expires = Annotated[
    datetime | None,
    typer.Option(
        "--expires",
        parser=parse_instant_argument,
        metavar="DATE",
        help="The instant at which the key expires; default: after a year.",
    ),
]


def _parse_role(text: str) -> Role:
    """Parses a role that a key can have. Raises typer.BadParameter for another text.

    A caller without a key has the role `public`, so that no key has it.
    """
    role: Role | None = next((role for role in ROLES if role == text and role != "public"), None)
    if role:
        return role
    raise typer.BadParameter(f"{text[:40]!r} is not a role; party, manufacturer, ssc or secas is expected")


def _parse_code(text: str) -> str:
    try:
        return parse_hex(text, 4)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _parse_label(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _MAX_LABEL_CHARS:
        raise typer.BadParameter(
            f"{text[:40]!r} is not a label; 1 to {_MAX_LABEL_CHARS} printable characters are expected"
        )
    return text.strip()


@app.command()
def add(
    name: Annotated[str, typer.Option("--name", parser=_parse_label, help="The purpose or the holder of the key.")],
    organisation: Annotated[
        str, typer.Option("--organisation", parser=_parse_label, help="The organisation of the holder.")
    ],
    roles: Annotated[list[str], typer.Option("--role", parser=_parse_role, help="party, manufacturer, ssc or secas.")],
    codes: Annotated[
        list[str] | None,
        typer.Option("--manufacturer", parser=_parse_code, help="The code of a manufacturer, 4 hex digits."),
    ] = None,
    expires: Expires = None,
) -> None:
    """Make a key and print it. No later command can print the key again."""
    if ("manufacturer" in roles) != bool(codes):
        raise typer.BadParameter(
            "the role manufacturer needs at least one code, and a code needs the role manufacturer",
            param_hint="--manufacturer",
        )
    with open_graph(_WHILE_LOCKED) as graph:
        created = now()
        checked = list(map(_parse_role, roles))
        key = make_key(name, organisation, checked, codes or (), created, _expiry(expires, created))
        access_keys.add_key(graph, key.key)
    _print_new_key(key)


@app.command()
def rotate(
    prefix: Prefix,
    keep: Annotated[
        float, typer.Option("--keep-hours", min=0, max=720, help="For how many hours the former key stays valid.")
    ] = 24,
    expires: Expires = None,
) -> None:
    """Make a new key for the caller of another key, and print it. The former key stays valid for some hours."""
    with open_graph(_WHILE_LOCKED) as graph:
        former, created = access_keys.get_key(graph, prefix), now()
        key = renew_key(former, created, _expiry(expires, created))
        replaced = access_keys.revoke_key(graph, prefix, created + timedelta(hours=keep), key.key)
    print_error(f"{prefix} is valid until {iso(min(replaced.revoked, replaced.expires))}.")
    _print_new_key(key)


@app.command()
def revoke(prefix: Prefix) -> None:
    """Revoke a key now. A running server refuses the key within seconds."""
    with open_graph(_WHILE_LOCKED) as graph:
        key = access_keys.revoke_key(graph, prefix, now())
    typer.echo(f"{key.prefix} ({key.name}, {key.organisation}) is revoked since {iso(key.revoked)}.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List every key, revoked and expired ones too. The graph does not store the secret of a key."""
    with open_graph(_WHILE_LOCKED) as graph:
        keys = access_keys.list_keys(graph)
    at = now()
    if as_json:
        typer.echo(json.dumps([_key_fields(key, at) for key in keys], indent=2))
        return
    for key in keys:
        codes = f" of {key.manufacturers}" if key.manufacturers else ""
        until = f"until {iso(min(key.expires, key.revoked))}"
        typer.echo(f"{key.prefix}  {key.state(at):8}{until}  {key.roles}{codes}  {key.organisation}: {key.name}")
    print_error(f"{len(keys)} keys")


def _key_fields(key: AccessKey, at: datetime) -> dict[str, object]:
    fields = key.model_dump(mode="json")
    lists = {name: [part for part in fields[name].split(";") if part] for name in ("roles", "manufacturers")}
    return fields | lists | {"state": key.state(at), "revoked": None if key.revoked == END else fields["revoked"]}


def _expiry(expires: datetime | None, created: datetime) -> datetime:
    """Returns the instant at which a new key expires: the one given, or a year after its creation.

    The operator must ask for a longer lifetime: a key of several years may be forgotten by its holder.
    """
    expiry = expires or created + _DEFAULT_LIFETIME
    if expiry <= created:
        raise typer.BadParameter(f"{iso(expiry)} is past; a later instant is expected", param_hint="--expires")
    return expiry


def _print_new_key(key: NewKey) -> None:
    print_error(f"{key.key.prefix} is valid until {iso(key.key.expires)}. This is the only time that the key is shown:")
    typer.echo(key.text)
