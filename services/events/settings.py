"""``EVENTS_*``: the environment of this service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """See ``ServiceSettings``; beyond that, what reading feeds may cost."""

    model_config = SettingsConfigDict(env_prefix="EVENTS_")

    internal_port: int = 8081
    feeds_at_once: int = Field(4, ge=0, le=100, description="Feeds that one instance reads at a time; 0: none.")
    feed_bytes: int = Field(10 * 1024 * 1024, ge=1_024, description="Largest feed, unpacked.")
    feed_entries: int = Field(5_000, ge=1, description="Most entries of a feed.")
    feed_seconds: float = Field(30, gt=0, le=600, description="Longest fetch, redirects included.")
    feed_contact: str | None = Field(None, description="URL in the User-Agent, where feeds' owners read who asks.")
    feed_hosts_allowed: str = Field("", description="host or host:port, with commas: may be in private networks.")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """``feed_hosts_allowed``, taken apart."""
        return frozenset(name for part in self.feed_hosts_allowed.lower().split(",") if (name := part.strip()))
