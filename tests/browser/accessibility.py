"""What a tester with eyes, a keyboard and a screen reader would look at on any page."""

from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

_TESTED: Final = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,  # it would fetch the stylesheet again, which the pages forbid
}
_REACHABLE: Final = "a[href], button, input, select, textarea, summary"
_CUT_OFF: Final = """() => {
    const clips = element => ['hidden', 'clip'].includes(getComputedStyle(element).overflowX);
    const scrolls = element => element && (
        ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    return [...document.querySelectorAll('body *')].filter(element =>
        element.checkVisibility() && element.textContent.trim() && !element.closest('.unseen, svg')
        && !scrolls(element.parentElement)
        && (element.getBoundingClientRect().right > document.documentElement.clientWidth + 1
            || (clips(element) && element.scrollWidth > element.clientWidth + 1))
    ).map(element => element.outerHTML.slice(0, 120));
}"""
_FOCUSED: Final = """() => {
    const element = document.activeElement;
    const outlined = ['', '::after'].some(part => {
        const style = getComputedStyle(element, part || null);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    const box = element.getBoundingClientRect();
    const isInView = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
    return {name: element.outerHTML.slice(0, 120), isSeen: outlined && isInView};
}"""


async def barriers(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page, each with the elements concerned."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate("options => axe.run(options)", _TESTED)
    return [
        f"{violation['id']} ({violation['impact']}): {[node['target'] for node in violation['nodes']]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


async def barriers_everywhere(page: Page) -> dict[tuple[str, int], list[str]]:
    """What ``barriers`` finds with everything unfolded, by scheme and width of the screen; empty where nothing is."""
    await unfold(page)
    found: dict[tuple[str, int], list[str]] = {}
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        for width in (1280, 320):
            await page.set_viewport_size({"width": width, "height": 800})
            if wrong := await barriers(page):
                found[scheme, width] = wrong
    return found


async def too_wide(page: Page) -> dict[tuple[int, int], list[str]]:
    """What does not fit with everything unfolded, by width of the screen and size of letters: what is cut off, or
    ``sideways`` where a reader would have to scroll so; empty where all fits."""
    await unfold(page)
    found = {}
    for width, letters in ((1280, 1), (320, 1), (1280, 2), (375, 2)):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.evaluate(f"document.documentElement.style.fontSize = '{letters * 106.25}%'")
        if wrong := [*await cut_off(page), *(["sideways"] if await is_wider_than_the_screen(page) else [])]:
            found[width, letters] = wrong
    return found


async def unfold(page: Page) -> None:
    """Open whatever is folded."""
    await page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")


async def is_wider_than_the_screen(page: Page) -> bool:
    """Whether a reader would have to scroll sideways."""
    found: bool = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return found


async def cut_off(page: Page) -> list[str]:
    """Elements with text of which a part cannot be seen, not even by scrolling a table within its frame."""
    found: list[str] = await page.evaluate(_CUT_OFF)
    return found


async def walk(page: Page) -> list[dict[str, Any]]:
    """All elements that Tab leads to from the page's beginning: ``name``, and ``isSeen``, whether focus is visible.

    A field with several stops, such as one for a date, counts once.
    """
    stops: list[dict[str, Any]] = []
    while True:
        await page.keyboard.press("Tab")
        # Smooth scrolling or not: the element comes into view within a frame.
        await page.evaluate("new Promise(requestAnimationFrame)")
        if await page.evaluate("document.activeElement === document.body"):
            return stops
        stop: dict[str, Any] = await page.evaluate(_FOCUSED)
        if len(stops) > 1 and stop["name"] == stops[0]["name"]:
            return stops  # a browser without a window of its own may begin again at once
        if not stops or stops[-1]["name"] != stop["name"]:
            stops.append(stop)
        assert len(stops) < 300, "Tab leads round and round"


async def controls(page: Page) -> list[str]:
    """All elements that can be used, in the page's order, named as by ``walk``."""
    found: list[str] = await page.evaluate(
        "selector => [...document.querySelectorAll(selector)].filter(element => element.checkVisibility())"
        ".map(element => element.outerHTML.slice(0, 120))",
        _REACHABLE,
    )
    return found
