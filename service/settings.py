"""Everything that can be set, from the environment (`PATHWAYS_…`). Frozen: read once, handed down."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.model.names import DEVICE_TYPES


class Limits(BaseSettings):
    """What a file may weigh before it is refused. Refusing is an answer; running out of memory is not."""

    model_config = SettingsConfigDict(env_prefix="PATHWAYS_MAX_", frozen=True)

    file_bytes: int = Field(50_000_000, gt=0, description="Largest file that is opened, in bytes.")
    unpacked_bytes: int = Field(
        250_000_000, gt=0, description="Most a workbook may unpack to, and cells may take at 32 bytes each, in bytes."
    )
    rows: int = Field(200_000, gt=0, description="Most rows of one sheet or CSV file.")
    columns: int = Field(200, gt=0, description="Most columns of one sheet or CSV file.")
    cell_chars: int = Field(10_000, gt=0, description="Longest cell, in characters.")
    body_bytes: int = Field(
        10_000_000,
        gt=0,
        description="Largest body of a request that is no file, in bytes.",
    )


DEFAULT_LIMITS = Limits.model_construct()
"""As they are where nothing is set; the environment is not read."""


def _names(value: str) -> list[str]:
    return [name for part in value.split(";") if (name := part.strip().lower())]


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
    kept_rows: int = Field(
        1_000_000, gt=0, description="Most rows that are kept in memory of what was fetched; about 1 kB each."
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
    log_level: str = Field("info", description="Least severe log line that is written: debug, info, warning, error.")
    obliged_types: str = Field(
        "Gas Smart Meter; Polyphase Electricity Metering Equipment; "
        "Single Element Electricity Metering Equipment; Twin Element Electricity Metering Equipment",
        description="Device types that must declare a Firmware Upgrade Path, `;` between them; the FIR covers these.",
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

    @property
    def obliged(self) -> frozenset[str]:
        """The device types in lower case."""
        return frozenset(_names(self.obliged_types))
