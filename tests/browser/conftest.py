"""A browser for the whole run, a fresh visitor for each test, and a calendar to look at.

Every page is watched: what its browser complains of, and what it asks of others, fails the test (`troubles`).
When a test fails, a screenshot and a trace of each of its visitors lie in ``browser/`` of its folder; the trace is
opened by ``.venv/bin/playwright show-trace FILE``.
"""

import os
import re
from collections.abc import AsyncIterator, Generator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser import chromium
from tests.browser.calendar import Calendar, publish
from tests.browser.visitors import Visit, watch
from tests.support.bus import Bus
from tests.support.root import ROOT

FAILURES = ROOT / "browser"
PATIENCE = 30_000
"""Milliseconds until something that should be on a page counts as missing: enough for a slow machine."""

_has_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Remember what became of a test, for the fixtures that end after it."""
    report = yield
    item.stash[_has_failed] = item.stash.get(_has_failed, False) or report.failed
    return report


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The installed Chromium. Without one the test is skipped, or fails where browser tests are required."""
    program = chromium.installed(os.environ)
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=chromium.ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def calendar(browser: Browser, bus: Bus) -> Calendar:
    """Events to look at; asks for the browser first, so that nothing is started where there is none."""
    return await publish(bus)


@pytest.fixture
def troubles() -> list[str]:
    """What browsers have complained of in this test, which must be nothing.

    A test that makes trouble on purpose looks at the list and clears it.
    """
    return []


@pytest.fixture
async def visit(
    browser: Browser, bus: Bus, troubles: list[str], request: pytest.FixtureRequest
) -> AsyncIterator[Visit]:
    """Visitors: German ones with a wide screen, unless their options say otherwise."""
    contexts: list[BrowserContext] = []
    origin, interface = bus.web_url, bus.platform.public_url()

    async def visit(**options: Any) -> Page:
        given = {"base_url": origin, "locale": "de-DE", "viewport": {"width": 1280, "height": 900}} | options
        context = await browser.new_context(**given)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        await context.tracing.start()
        watch(context, {origin, interface}, troubles)
        return await context.new_page()

    yield visit

    test = re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    for number, context in enumerate(contexts, 1):
        name = FAILURES / f"{test}-{number}"
        if request.node.stash.get(_has_failed, False) or troubles:
            for page in context.pages:
                await page.screenshot(path=f"{name}.png", full_page=True)
            await context.tracing.stop(path=f"{name}.zip")
        await context.close()
    assert troubles == []


@pytest.fixture
async def page(visit: Visit) -> Page:
    """A page of an ordinary visitor."""
    return await visit()


@pytest.fixture
async def page_without_javascript(visit: Visit) -> Page:
    """A page of a visitor whose browser runs no scripts."""
    return await visit(java_script_enabled=False)


@pytest.fixture
async def narrow_page(visit: Visit) -> Page:
    """A page on the smallest screen that pages are made for."""
    return await visit(viewport={"width": 320, "height": 640})
