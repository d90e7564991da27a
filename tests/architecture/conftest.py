# DEV-ONLY
import pytest
from pathlib import Path
from deploy.local.platform import Platform


@pytest.fixture(scope="session")
def platform() -> Platform:
    return Platform(Path("/tmp/itest/root"), services={"events": 0, "gateway": 0}, free_ports=True)
