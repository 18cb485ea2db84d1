"""Everything that can be set, from the environment (`PATHWAYS_…`). Frozen: read once, handed down."""

import ipaddress
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.domain.callers import Role, parse_roles
from service.domain.capabilities import Classification
from service.domain.classification import RESTRICTED, Classifications, parse_classification
from service.domain.names import DEVICE_TYPES


def _parts(value: str) -> list[str]:
    return [name for part in value.split(";") if (name := part.strip())]


def _names(value: str) -> list[str]:
    return [name.lower() for name in _parts(value)]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine alone."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class OidcSettings(BaseSettings):
    """The identity provider whose tokens are taken. Without an issuer none are."""

    model_config = SettingsConfigDict(env_prefix="PATHWAYS_OIDC_", frozen=True)

    issuer: str = Field("", description="`iss` of the tokens that are taken, letter for letter; blank: none are.")
    audience: str = Field("", description="`aud` that a token must have: the name of this service at the provider.")
    jwks: str = Field("", description="Where the provider publishes its keys: https, or http on this machine.")
    algorithms: str = Field("RS256; ES256; EdDSA", description="Algorithms that are taken, `;` between them.")
    roles: str = Field("roles", description="The claim that names roles; `a.b` is `b` within `a`.")
    organisation: str = Field("organisation", description="The claim that names the organisation.")
    manufacturers: str = Field("manufacturers", description="The claim with a manufacturer's codes.")

    @field_validator("algorithms")
    @classmethod
    def _public(cls, value: str) -> str:
        """Of these, none has a secret that both sides know."""
        strange = set(_parts(value)) - {"RS256", "ES256", "EdDSA"}
        if strange or not _parts(value):
            raise ValueError("RS256, ES256 and EdDSA are taken, and no others")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.issuer) != bool(self.audience) or bool(self.issuer) != bool(self.jwks):
            raise ValueError("issuer, audience and jwks belong together")
        place = urlsplit(self.jwks)
        if self.jwks and not (
            place.scheme == "https" or (place.scheme == "http" and is_loopback(place.hostname or ""))
        ):
            raise ValueError("jwks must be https, or http on this machine")
        return self

    @property
    def accepted_algorithms(self) -> tuple[str, ...]:
        """The algorithms."""
        return tuple(_parts(self.algorithms))


class Settings(BaseSettings):
    """The service's settings. `cli` alone reads the environment."""

    model_config = SettingsConfigDict(env_prefix="PATHWAYS_", frozen=True)

    graph: str = Field(
        "ladybug:pathways.lbdb",
        description="Where the graph lives: `ladybug:PATH`, or `neo4j://…`, `bolt://…` (`+s` for TLS).",
    )
    neo4j_user: str = Field("neo4j", description="User name for Neo4j.")
    neo4j_password: SecretStr = Field(SecretStr(""), description="Password for Neo4j; empty means no login.")
    neo4j_database: str = Field("neo4j", description="Database name in Neo4j.")
    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `serve` listens on; 0 takes a free one.")
    trusted_proxies: str = Field(
        "",
        description="Addresses and networks of the proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and "
        "`X-Request-ID` are believed, `;` between them; blank: none are.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address that `serve` tells its metrics on.")
    metrics_port: int = Field(0, ge=0, le=65535, description="Port that `serve` tells its metrics on; 0: on none.")
    kept_rows: int = Field(
        1_000_000,
        gt=0,
        description="Most rows that are kept of what was fetched; about 1 kB each, and beside it what is worked out.",
    )
    alternatives_work: int = Field(
        2_000_000,
        gt=0,
        description="Most steps that are looked at for the alternatives of one question, some 2 million a second.",
    )
    kept_answer_bytes: int = Field(
        100_000_000, gt=0, description="Most bytes of answers that are kept, each for as long as it stays the same."
    )
    max_staleness: float = Field(
        0, ge=0, le=3600, description="For how many seconds an answer may miss what another process wrote; 0: never."
    )
    read_timeout: float = Field(
        30, gt=0, le=3600, description="For how many seconds a request's body may stand still while it is sent."
    )
    receipt_keys: str = Field(
        "pathways-receipt-keys", description="The folder of the keys that sign receipts; made at the first start."
    )
    auth: Literal["on", "off"] = Field(
        "on", description="`off`: everybody may everything, and only this machine is listened to."
    )
    zigbee_visible_to: str = Field(
        "", description="Roles that may see chipset and stack besides the SSC and their owner, `;` between them."
    )
    pathways_visible_to: str = Field(
        "", description="Roles that may ask for pathways and declarations besides all that are signed in: `public`."
    )
    rate: int = Field(1_200, ge=0, description="Requests a minute of one caller that is signed in; 0: without limit.")
    public_rate: int = Field(
        120, ge=0, description="Requests a minute from one address that shows nothing; 0: without limit."
    )
    cookies: Literal["secure", "plain"] = Field(
        "secure",
        description="The page's cookie: `secure` goes over TLS, and on this machine; `plain` over http too.",
    )
    classification: str = Field(
        "", description="How answers are marked, such as `list=White; pathways=Green`; blank: not at all."
    )
    log_level: str = Field("info", description="Least severe log line that is written: debug, info, warning, error.")
    obliged_types: str = Field(
        "Gas Smart Meter; Polyphase Electricity Metering Equipment; "
        "Single Element Electricity Metering Equipment; Twin Element Electricity Metering Equipment",
        description="Device types that must declare a Firmware Upgrade Path, `;` between them; the FIR covers these.",
    )
    zigbee_class: Classification = Field(
        "Amber", description="How answers and exports out of the zigbee compartment are classified."
    )
    disclosure_days: int = Field(
        90,
        ge=0,
        le=3660,
        description="For how many days is kept which organisation was told what; 0: nothing is kept of it.",
    )
    many_routes: int = Field(5, ge=1, description="From how many pairs of entries on one that they rely on is told.")

    @field_validator("obliged_types")
    @classmethod
    def _known(cls, value: str) -> str:
        """A name misspelt would hide what is missing."""
        known = {name.lower() for name in DEVICE_TYPES}
        strange = sorted(name for name in _names(value) if name not in known)
        if strange:
            raise ValueError(f"no such device type: {', '.join(strange)}; there are {', '.join(DEVICE_TYPES)}")
        return value

    @field_validator("zigbee_visible_to", "pathways_visible_to")
    @classmethod
    def _roles(cls, value: str) -> str:
        parse_roles(value)
        return value

    @field_validator("classification")
    @classmethod
    def _classes(cls, value: str) -> str:
        parse_classification(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in _parts(value):
            try:
                ipaddress.ip_network(part)
            except ValueError:
                raise ValueError(
                    f"{part!r} is no address and no network; 192.0.2.7 or 192.0.2.0/24 is expected, `;` between several"
                ) from None
        return value

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the proxies that are trusted."""
        return tuple(ipaddress.ip_network(part) for part in _parts(self.trusted_proxies))

    @property
    def classes(self) -> Classifications:
        """The class of what each capability shows."""
        return parse_classification(self.classification) | dict.fromkeys(RESTRICTED, self.zigbee_class)

    @property
    def zigbee_roles(self) -> frozenset[Role]:
        """The roles to which chipset and stack are opened."""
        return parse_roles(self.zigbee_visible_to)

    @property
    def pathways_roles(self) -> frozenset[Role]:
        """The roles to which pathways are opened."""
        return parse_roles(self.pathways_visible_to)

    @property
    def obliged_device_types(self) -> frozenset[str]:
        """The device types in lower case."""
        return frozenset(_names(self.obliged_types))
