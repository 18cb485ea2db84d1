"""Upper bounds on files, requests and connections."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Limits(BaseSettings):
    """The limits beyond which the service refuses files, requests and connections."""

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
    head_bytes: int = Field(
        65_536,
        ge=1_024,
        description="Largest head of a request in bytes: target and headers, each header with 32 bytes more.",
    )
    connections: int = Field(
        2_048,
        gt=0,
        description="Most connections at once; beyond it a new one replaces the one that has waited longest.",
    )


DEFAULT_LIMITS = Limits.model_construct()
"""The default limits, whatever the environment sets."""
