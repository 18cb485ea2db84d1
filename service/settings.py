"""The settings of the service, read from environment variables (`PATHWAYS_…`). They cannot change afterwards."""

import ipaddress
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.domain.callers import Role, parse_roles
from service.domain.capabilities import Classification
from service.domain.classification import RESTRICTED, Classifications, parse_classification
from service.domain.hosts import is_loopback
from service.domain.names import DEVICE_TYPES


def _parts(value: str) -> list[str]:
    return [name for part in value.split(";") if (name := part.strip())]


def _names(value: str) -> list[str]:
    return [name.lower() for name in _parts(value)]


class OidcSettings(BaseSettings):
    """The identity provider whose tokens the service accepts. Without an issuer, it accepts API keys only."""

    model_config = SettingsConfigDict(env_prefix="PATHWAYS_OIDC_", frozen=True)

    issuer: str = Field("", description="Exact `iss` of accepted tokens; blank: the service accepts no tokens.")
    audience: str = Field("", description="Required `aud` of tokens: the name of this service at the provider.")
    jwks: str = Field("", description="URL of the identity provider's key set (JWKS): https, or http on this machine.")
    algorithms: str = Field("RS256; ES256; EdDSA", description="Accepted signature algorithms, separated by `;`.")
    roles: str = Field("roles", description="Claim with the roles of a caller; `a.b` is `b` inside `a`.")
    organisation: str = Field("organisation", description="Claim with the organisation of a caller.")
    manufacturers: str = Field("manufacturers", description="Claim with the manufacturer codes of a caller.")

    @field_validator("algorithms")
    @classmethod
    def _check_algorithms(cls, value: str) -> str:
        """Raises ValueError for symmetric algorithms, whose secret both sides know."""
        unknown = set(_parts(value)) - {"RS256", "ES256", "EdDSA"}
        if unknown or not _parts(value):
            raise ValueError(f"must be one or more of RS256, ES256 and EdDSA, separated by `;`, not {value!r}")
        return value

    @model_validator(mode="after")
    def _check_provider(self) -> Self:
        if bool(self.issuer) != bool(self.audience) or bool(self.issuer) != bool(self.jwks):
            raise ValueError("issuer, audience and jwks must be set together, or none of them")
        url = urlsplit(self.jwks)
        if self.jwks and not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url.hostname or ""))):
            raise ValueError(f"jwks must be an https URL, or an http URL on this machine, not {self.jwks!r}")
        return self

    @property
    def accepted_algorithms(self) -> tuple[str, ...]:
        """Returns the names of the accepted signature algorithms."""
        return tuple(_parts(self.algorithms))


class Settings(BaseSettings):
    """The settings of the service. Only the `cli` package creates them, so only commands read the environment."""

    model_config = SettingsConfigDict(env_prefix="PATHWAYS_", frozen=True)

    graph: str = Field(
        "ladybug:pathways.lbdb",
        description="The graph: `ladybug:PATH`, or `neo4j://HOST`, `bolt://HOST` (`+s` for TLS).",
    )
    neo4j_user: str = Field("neo4j", description="User name for Neo4j.")
    neo4j_password: SecretStr = Field(SecretStr(""), description="Password for Neo4j; blank: no login.")
    neo4j_database: str = Field("neo4j", description="Database name in Neo4j.")
    engine_timeout: float = Field(
        60, gt=0, le=3600, description="Seconds after which the engine ends a question or a small write."
    )
    load_timeout: float = Field(
        900, gt=0, le=86_400, description="Seconds after which the engine ends a load or a migration."
    )
    load_silence: float = Field(
        60, ge=1, le=3600, description="Seconds for which a load or a migration waits for a Neo4j that does not answer."
    )
    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `serve` listens on; 0: any free port.")
    trusted_proxies: str = Field(
        "",
        description="Addresses and networks of trusted proxies, separated by `;`: the service uses their "
        "`X-Forwarded-For`, `X-Forwarded-Proto` and `X-Request-ID`; blank: it trusts none.",
    )
    metrics_host: str = Field("127.0.0.1", description="Address that `serve` provides metrics on.")
    metrics_port: int = Field(0, ge=0, le=65535, description="Port that `serve` provides metrics on; 0: no metrics.")
    kept_rows: int = Field(
        1_000_000,
        gt=0,
        description="Size limit of the cache of graph data, in rows of about 1 kB; derived data adds to it.",
    )
    alternatives_work: int = Field(
        2_000_000,
        gt=0,
        description="Work limit for the alternatives of one question, in examined steps (about 2 million a second).",
    )
    kept_answer_bytes: int = Field(
        100_000_000, gt=0, description="Size limit of the cache of answers, in bytes; that of findings has the same."
    )
    max_staleness: float = Field(
        0,
        ge=0,
        le=3600,
        description="Seconds for which answers may miss changes by other processes; 0: none.",
    )
    read_timeout: float = Field(
        30, gt=0, le=3600, description="Seconds without a byte after which the service refuses a request body."
    )
    head_timeout: float = Field(
        10, gt=0, le=3600, description="Seconds within which the head of a request must arrive."
    )
    expensive_slots: int = Field(
        4, gt=0, description="Expensive questions (impacts, findings, batches, exports, histories) answered at once."
    )
    expensive_per_caller: int = Field(
        2,
        gt=0,
        description="Expensive questions of one caller answered at once; each organisation has as many "
        "slots of its own for restricted data.",
    )
    expensive_queue: int = Field(
        4, ge=0, description="Expensive questions that may wait, for 2 seconds, beyond those that are answered."
    )
    write_queue: int = Field(
        16, ge=0, description="Amendments that may wait for their turn, and likewise loads; all others are refused."
    )
    work_seconds: float = Field(
        10, gt=0, le=3600, description="Seconds that an expensive question or a dry run may take from its admission on."
    )
    rule_processes: int = Field(
        2, ge=0, le=64, description="Processes that compute impacts and findings; 0: the serving process does."
    )
    waiting_requests: int = Field(
        256, ge=0, description="Unanswered GET requests beyond which `serve` refuses further ones; 0: no limit."
    )
    receipt_keys: str = Field(
        "pathways-receipt-keys", description="Folder of the keys that sign receipts; the first start creates it."
    )
    auth: Literal["on", "off"] = Field(
        "on", description="`off`: every caller has all rights, and `serve` listens on this machine only."
    )
    zigbee_visible_to: str = Field(
        "",
        description="Roles that may see chipsets and stacks besides SSC and manufacturer, separated by `;`.",
    )
    pathways_visible_to: str = Field(
        "", description="Roles that may see pathways and declarations, besides signed-in callers: `public`."
    )
    rate: int = Field(1_200, ge=0, description="Requests per minute of one signed-in caller; 0: no limit.")
    public_rate: int = Field(
        120, ge=0, description="Requests per minute of one address without a key or token; 0: no limit."
    )
    cookies: Literal["secure", "plain"] = Field(
        "secure",
        description="Cookie of the sign-in page: `secure` over TLS and on this machine only; `plain` over http too.",
    )
    classification: str = Field(
        "", description="Classification of answers, such as `list=White; pathways=Green`; blank: none."
    )
    log_level: str = Field("info", description="Least severe level in the log: debug, info, warning or error.")
    obliged_types: str = Field(
        "Gas Smart Meter; Polyphase Electricity Metering Equipment; "
        "Single Element Electricity Metering Equipment; Twin Element Electricity Metering Equipment",
        description="Device types that must declare a Firmware Upgrade Path and that the FIR covers, separated by `;`.",
    )
    zigbee_class: Classification = Field(
        "Amber", description="Classification of answers and exports with restricted ZigBee data."
    )
    disclosure_days: int = Field(
        90,
        ge=0,
        le=3660,
        description="Days for which the disclosure log keeps which organisation got which answer; 0: no log.",
    )
    disclosure_rows: int = Field(
        1_000_000,
        ge=1,
        description="Most rows that the disclosure log keeps; beyond this number the oldest rows are deleted.",
    )
    many_routes: int = Field(
        5, ge=1, description="Report an entry as a single point of failure when this many routes depend on it."
    )

    @field_validator("obliged_types")
    @classmethod
    def _check_device_types(cls, value: str) -> str:
        """Raises ValueError for an unknown device type: findings would silently skip a misspelt type."""
        known = {name.lower() for name in DEVICE_TYPES}
        unknown = sorted(name for name in _names(value) if name not in known)
        if unknown:
            raise ValueError(f"unknown device type: {', '.join(unknown)}; use {', '.join(DEVICE_TYPES)}")
        return value

    @field_validator("zigbee_visible_to", "pathways_visible_to")
    @classmethod
    def _check_roles(cls, value: str) -> str:
        parse_roles(value)
        return value

    @field_validator("classification")
    @classmethod
    def _check_classification(cls, value: str) -> str:
        parse_classification(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: str) -> str:
        for part in _parts(value):
            try:
                ipaddress.ip_network(part)
            except ValueError:
                raise ValueError(
                    f"{part!r} must be an address or a network, such as 192.0.2.7 or 192.0.2.0/24"
                ) from None
        return value

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Returns the networks of the trusted proxies."""
        return tuple(ipaddress.ip_network(part) for part in _parts(self.trusted_proxies))

    @property
    def classes(self) -> Classifications:
        """Returns the classification of the data behind each capability."""
        return parse_classification(self.classification) | dict.fromkeys(RESTRICTED, self.zigbee_class)

    @property
    def zigbee_roles(self) -> frozenset[Role]:
        """Returns the roles that the setting allows to see chipsets and stacks, besides the SSC."""
        return parse_roles(self.zigbee_visible_to)

    @property
    def pathways_roles(self) -> frozenset[Role]:
        """Returns the additional roles that may see pathways."""
        return parse_roles(self.pathways_visible_to)

    @property
    def obliged_device_types(self) -> frozenset[str]:
        """Returns the obliged device types, in lower case: types with entries that must declare their bases."""
        return frozenset(_names(self.obliged_types))
