"""``EVENTS_*``: the environment of this service."""

from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """See ``ServiceSettings``; nothing of its own so far."""

    model_config = SettingsConfigDict(env_prefix="EVENTS_")

    internal_port: int = 8081
