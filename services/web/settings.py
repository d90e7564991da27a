"""``WEB_*``: the environment of this process."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ProcessSettings


class Settings(ProcessSettings):
    """Where the pages listen, where the gateway is, and the texts and pictures of whoever operates them."""

    model_config = SettingsConfigDict(env_prefix="WEB_")

    host: str = "127.0.0.1"
    port: int = 8000
    internal_port: int = 8084
    public_url: str = Field("http://127.0.0.1:8000", description="How people reach the pages; in links.")
    gateway_url: str = Field("http://127.0.0.1:8080", description="Where the gateway is asked.")
    gateway_public_url: str = Field(
        "http://127.0.0.1:8080", description="Where browsers and calendar programs reach the gateway."
    )
    imprint_file: Path | None = Field(None, description="Markdown: who runs these pages.")
    privacy_file: Path | None = Field(None, description="Markdown: what becomes of what visitors leave behind.")
    picture_file: Path | None = Field(None, description="Shown by other sites beside a link; best 1200 by 630.")
    security_contact: str = Field("", description="Whom to tell about a hole: mailto: or https:, in security.txt.")
