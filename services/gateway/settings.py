"""``GATEWAY_*``: the environment of this service."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Where the gateway listens, and the secret under which API keys are hashed."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")

    host: str = "127.0.0.1"
    port: int = 8080
    internal_port: int = 8082
    public_url: str = Field("http://127.0.0.1:8080", description="How clients reach it; in links to what it answers.")
    web_url: str = Field("http://127.0.0.1:8000", description="Where people read; in sign-in links and calendars.")
    key_pepper: SecretStr = Field(min_length=32, description="Changing it makes every API key void.")
    link_secret: SecretStr = Field(
        min_length=32, description="Makes links that open one thing; changing it voids them."
    )
    link_secret_before: SecretStr | None = Field(
        None, min_length=32, description="The one before, whose links still open while the secret is renewed."
    )
    asked_by_each: str = Field("10/hour", description="How often one address may ask for help, such as 10/hour.")
    asked_by_all: str = Field("600/hour", description="How often all together may, at one instance.")
    largest_body: int = Field(256 * 1024 - 4096, description="Bytes; what a partner's topic takes, less headers.")
    stream_clients: int = Field(2_000, description="Clients that may follow the stream of one instance.")
    stream_heartbeat_s: float = Field(15.0, gt=0, description="Seconds after which a silent stream says that it lives.")
