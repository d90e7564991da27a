"""The pages keep nothing on the visitor's side and ask nobody else."""

from playwright.async_api import Page

from tests.browser.calendar import Calendar
from tests.support.bus import eventually


async def test_no_page_leaves_anything_in_the_browser(page: Page, calendar: Calendar) -> None:
    for address in calendar.pages.values():
        await page.goto(address)

    kept = await page.context.storage_state(indexed_db=True)
    assert kept == {"cookies": [], "origins": []}
    assert await page.evaluate("sessionStorage.length") == 0


async def test_every_page_says_what_it_may_load_and_run(page: Page, calendar: Calendar) -> None:
    for name, address in calendar.pages.items():
        response = await page.goto(address)
        assert response is not None
        policy = response.headers.get("content-security-policy", "")
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert response.headers["referrer-policy"] == "no-referrer", name


async def test_what_a_page_must_not_do_is_noticed(page: Page, calendar: Calendar, troubles: list[str]) -> None:
    await page.context.route("https://elsewhere.example/", lambda route: route.fulfill(body="elsewhere"))
    await page.goto(calendar.list_url)
    await page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'void 0'}))")
    await page.evaluate("console.error('something is wrong')")
    await page.evaluate("setTimeout(() => { throw new Error('nobody catches this'); })")

    async def noticed(*words: str) -> bool:
        return all(any(word in trouble for trouble in troubles) for word in words)

    deeds = ("Content Security Policy", "something is wrong", "nobody catches this")
    await eventually(lambda: noticed(*deeds), what="what the page has done")
    await page.goto("https://elsewhere.example/")
    await eventually(lambda: noticed("asked elsewhere.example"), what="what the page has asked for")
    troubles.clear()
