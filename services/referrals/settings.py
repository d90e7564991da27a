"""``REFERRALS_*``: the environment of this service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """See ``ServiceSettings``; beyond that, what the alliance promises."""

    model_config = SettingsConfigDict(env_prefix="REFERRALS_")

    internal_port: int = 8085
    rules_file: str | None = Field(
        None, description="What is promised to those who ask; TOML like services/referrals/data/rules.toml."
    )
