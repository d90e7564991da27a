"""Bring a service's database to the newest schema, with dbmate; safe when several start at once."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent


class MigrationError(RuntimeError):
    """The database could not be brought up to date; the text is dbmate's own."""


def migrate(service: str, database_url: str) -> None:
    """Apply the migrations of ``service``, after those that all services share, that are missing in its database.

    Raises:
        MigrationError: the database cannot be reached or a migration failed; nothing of that one is kept.
    """
    folders = (ROOT / "shared" / "migrations", ROOT / "services" / service / "migrations")
    folder_options = [option for folder in folders for option in ("--migrations-dir", str(folder))]
    done = subprocess.run(
        [
            _dbmate(),
            "--url",
            _without_tls(database_url),
            *folder_options,
            "--migration-lock",
            "--no-dump-schema",
            "migrate",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise MigrationError(f"database of {service}: {(done.stderr or done.stdout).strip()}")


def _dbmate() -> str:
    found = shutil.which("dbmate", path=str(Path(sys.executable).parent)) or shutil.which("dbmate")
    if found is None:
        raise MigrationError("dbmate is not installed; run `make install`")
    return found


def _without_tls(url: str) -> str:
    """dbmate insists on TLS unless told otherwise; what the URL says itself counts."""
    if "sslmode=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}sslmode=disable"
