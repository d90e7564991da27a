"""``make docs``: the descriptions of the interface as files, the same that the gateway serves."""

from pathlib import Path

import orjson

from services.gateway.app import create_app
from services.gateway.common.openapi.document import describe
from shared.commands.show import console
from shared.contracts.asyncapi import SERVICES, asyncapi

FOLDER = Path(".local/docs")


def main() -> None:
    """Write OpenAPI 3 of the gateway and AsyncAPI 3 of each service."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    documents = {"openapi": describe(create_app(None))}
    documents |= {f"asyncapi-{service}": asyncapi(service) for service in SERVICES}
    for name, document in documents.items():
        file = FOLDER / f"{name}.json"
        file.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        console.print(f"[green]✓[/] {file}")


if __name__ == "__main__":
    main()
