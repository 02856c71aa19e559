"""``make bench-front``: what pages weigh and how they feel on a slow phone, measured in Chromium.

It visits a demo that is running (``make run``) with nothing cached, the processor slowed down four times and the
network of a slow phone: 1.6 Mbit/s, 150 ms there and back. docs/performance.md has the figures.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, sync_playwright

from servicedesk.demo.sign_ins import PASSWORD

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
"""Latency in milliseconds, throughput in bytes a second."""
SLOWED_DOWN = 4
MOST_BYTES, MOST_REQUESTS, MOST_LCP, MOST_INP, MOST_CLS = 200_000, 12, 1800, 100, 0.02
"""The budget of the promises: bytes as sent, requests, milliseconds, milliseconds, a share of the screen."""

WATCH = """
window.seen = {lcp: 0, cls: 0, inp: 0};
const watch = (type, take, more) => new PerformanceObserver((list) => list.getEntries().forEach(take))
  .observe({type, buffered: true, ...more});
watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
watch("event", (entry) => { if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration); },
  {durationThreshold: 16});
"""

Act = Callable[[Page], None]


def _keys(*keys: str) -> Act:
    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(300)

    return press


DIALOGS = ("?", "Escape", "Control+k", "Escape")
"""The sheet of keys and the palette, which every page has."""
AGENT, LDC = "alison.brightwater@sme.example", "dana.whitfield@lakeshorehydro.example"
VISITS: list[tuple[str, str, str, Act]] = [
    (
        "queue",
        AGENT,
        "/desk/q/all/",
        _keys("j", "j", "x", "Space", "Escape", "Control+a", "f", "Escape", *DIALOGS),
    ),
    (
        "ticket of an agent",
        AGENT,
        "first:/desk/q/mine/",
        _keys("r", "T", "h", "e", "Escape", "w", "a", "Escape", *DIALOGS),
    ),
    ("home of an LDC", LDC, "/", _keys("Tab", "Tab", "?", "Escape")),
    ("our tickets", LDC, "/tickets/", _keys("j", "j", "f")),
    ("ticket of an LDC", LDC, "first:/tickets/", _keys("Tab", "Tab")),
    ("report an incident", LDC, "/help/new/incident/", _keys("Tab", "B", "Q", "Tab")),
    ("search", LDC, "/search/?q=spike", _keys("Tab", "Tab")),
]
"""What is visited, as whom, at which address (or the first ticket of a list), and what is done there."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One cold visit: requests, bytes as sent, and the three figures of how it feels."""

    requests: int
    size: int
    lcp: float
    inp: float
    cls: float

    @property
    def fits(self) -> bool:
        """Is it within the budget? The two times depend on what else the machine does."""
        return self.requests <= MOST_REQUESTS and self.size <= MOST_BYTES and self.cls <= MOST_CLS


def weigh(context: Any, address: str, act: Act) -> Weight:
    """Visit one page with an empty cache."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    sizes: list[int] = []
    # What is written into a stylesheet (data:) is reported too, with no length of its own.
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED_DOWN})
    page.add_init_script(WATCH)
    page.goto(address, wait_until="networkidle")
    requests, size = sum(map(bool, sizes)), sum(sizes)
    act(page)
    page.wait_for_timeout(300)
    seen = page.evaluate("window.seen")
    page.close()
    return Weight(requests, size, seen["lcp"], seen["inp"], seen["cls"])


def main(base: str) -> int:
    """Visit every page, print the table, and answer whether all fit."""
    print("| page | requests | bytes | LCP, ms | INP, ms | CLS |\n|---|--:|--:|--:|--:|--:|")
    fitting = True
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for name, who, address, act in VISITS:
            context = chromium.new_context(viewport={"width": 412, "height": 823} if who == LDC else None)
            page = context.new_page()
            page.goto(f"{base}/login/")
            page.fill("[name=login]", who)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_load_state()
            if address.startswith("first:"):
                page.goto(base + address.removeprefix("first:"))
                address = page.locator("a.row-title").first.get_attribute("href") or "/"
            page.close()
            found = weigh(context, base + address, act)
            fitting = fitting and found.fits
            print(
                f"| {name} | {found.requests} | {found.size:,} | {found.lcp:.0f} | {found.inp:.0f} | {found.cls:.3f} |",
                flush=True,
            )
            context.close()
        chromium.close()
    print("\nRequests, bytes and shifts keep to the budget." if fitting else "\nFAILED: over the budget.")
    return 0 if fitting else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"))
