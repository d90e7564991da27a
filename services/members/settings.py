"""``MEMBERS_*``: the environment of this service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """See ``ServiceSettings``; beyond that, the rules of the alliance."""

    model_config = SettingsConfigDict(env_prefix="MEMBERS_")

    internal_port: int = 8083
    rules_file: str | None = Field(
        None, description="What counts as active; TOML like services/members/data/rules.toml."
    )
