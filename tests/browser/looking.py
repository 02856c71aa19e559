"""Looking at a page as a careful reviewer would: axe-core, narrow screens, pictures."""

import json
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
OF_COLOUR = ["color-contrast", "link-in-text-block"]
"""What can differ between light and dark. The rest is asked once."""
NARROW = (320, 375)
WIDE: ViewportSize = {"width": 1280, "height": 900}
SEEN_AT: tuple[ViewportSize, ...] = ({"width": 1440, "height": 1000}, {"width": 375, "height": 812})
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

AT_REST = "() => document.getAnimations().every((one) => one.playState !== 'running')"
RUN = """
(rules) => axe.run(document, {
  preload: false,
  resultTypes: ["violations"],
  ...(rules.length ? {runOnly: {type: "rule", values: rules}} : {}),
})
"""
OVERFLOW = """
() => {
  const wide = document.scrollingElement.scrollWidth - window.innerWidth;
  if (wide <= 0) return "";
  const everything = [...document.body.querySelectorAll("*")];
  const out = everything.filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  const last = out.filter((one) => !out.some((other) => one !== other && one.contains(other)));
  return `${wide} px too wide: ` + last.slice(0, 3).map((one) => `${one.tagName}.${one.className}`).join(", ");
}
"""


def barriers(page: Page, *rules: str) -> list[str]:
    """What axe-core finds serious or critical. Playwright's way in is not bound by the page's own policy."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN, list(rules))["violations"]
    return [_words(one) for one in found if one["impact"] in {"serious", "critical"}]


def problems(page: Page) -> list[str]:
    """Everything wrong with the page that is open: barriers in light and dark, and sideways scrolling."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(AT_REST)  # colours on their way are neither here nor there
        rules = OF_COLOUR if scheme == "dark" else []
        found += [f"{scheme}: {barrier}" for barrier in barriers(page, *rules)]
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 800})
        if words := page.evaluate(OVERFLOW):
            found.append(f"{width} px: {words}")
    page.set_viewport_size(WIDE)
    return found


def restyled(page: Page, *keys: str) -> int:
    """How many elements the browser looks up the style of, at most at once, while these keys are pressed.

    A figure for how a page feels that does not depend on what else the machine does.
    """
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(100)
    seen = json.loads(browser.stop_tracing())["traceEvents"]
    return max(one["args"].get("elementCount", 0) for one in seen if one["name"] == "UpdateLayoutTree")


def take_pictures(page: Page, directory: str, name: str) -> None:
    """Whole-page pictures, wide and narrow, light and dark."""
    for size in SEEN_AT:
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(AT_REST)
            target = Path(directory) / f"{name}-{size['width']}-{scheme}.png"
            page.screenshot(path=target, full_page=True)
    page.set_viewport_size(WIDE)


def _words(violation: dict[str, Any]) -> str:
    places = ["/".join(map(str, node["target"])) for node in violation["nodes"]]
    return f"{violation['id']} ({violation['impact']}) at {', '.join(places[:3])}, {len(places)} in all"
