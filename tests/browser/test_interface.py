"""The interface is described in the browser, by a library whose files come from here."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.visitors import Visit


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_operation_is_described_and_nothing_is_loaded_from_elsewhere(visit: Visit, scheme: str) -> None:
    page = await visit(color_scheme=scheme)
    await page.goto("/docs")
    await expect(page.get_by_role("heading", name="Schnittstelle für Programme")).to_be_visible()
    operation = page.locator("#operations-events-list_events")
    await expect(operation).to_be_visible()
    await operation.get_by_role("button", name=re.compile("events")).first.click()
    await expect(operation.get_by_text("Occurrences by start, cancelled ones included and marked.")).to_be_visible()


async def test_without_javascript_there_are_still_the_descriptions_to_read(visit: Visit) -> None:
    page = await visit(java_script_enabled=False)
    await page.goto("/docs")
    await expect(page.get_by_role("link", name="OpenAPI")).to_have_attribute("href", re.compile(r"/openapi\.json$"))
