"""The journal's page in a browser on a slow laptop: what it weighs, when it can be used, how soon a key is seen."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from myschool.config.demo import copying, journals, world
from myschool.people.actors import COOKIE
from tests import machine
from tests.load.place import FOLDER, token_of
from tests.load.servers import PLATFORM, serving

SLOWER, ROUNDS, KEYS = 4, 5, 20
KB = 1000
# Slow 3G: bytes a second each way, and milliseconds there and back.
SLOW_NET = {"offline": False, "downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 400}
CELL = "mark-grid td[tabindex='0']"
NOTE_READY = f"""new MutationObserver(() => {{
  if (window.readyAt === undefined && document.querySelector("{CELL}")) window.readyAt = performance.now();
}}).observe(document, {{ childList: true, subtree: true, attributes: true }});"""
PRESS = """async () => {
  const cell = document.querySelector("mark-grid tbody td:not([aria-readonly])[tabindex]")
    ?? document.querySelector("mark-grid tbody td:not([aria-readonly])");
  cell.focus();
  const frame = () => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
  await frame();
  const began = performance.now();
  cell.dispatchEvent(new KeyboardEvent("keydown", { key: "5", bubbles: true, cancelable: true }));
  await frame();
  return performance.now() - began;
}"""


@dataclass(frozen=True)
class Told:
    """One line: what was measured, and the most that we want."""

    title: str
    value: float
    unit: str
    aim: float


def look() -> list[Told]:
    """Open the page as a stranger to the cache and as a regular, then type; medians of some rounds."""
    grown_school = copying.planned(1, world.start_of_world())[0]
    journal = next(journals.groups(grown_school))
    path = f"journal/groups/{journal.id}/?term={journals.first_term_id(grown_school)}"
    with serving(PLATFORM, FOLDER / "screen.log") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=machine.OPTIONS)
        rounds = [_visit(browser, address, path, token_of(journal.teacher_id)) for _ in range(ROUNDS)]
        slow = _visit(browser, address, path, token_of(journal.teacher_id), SLOW_NET)
        browser.close()
    first, later, ready, key = (median(values) for values in zip(*rounds, strict=True))
    return [
        Told("first visit, all that is sent", first / KB, "kB", 60),
        Told("later visit", later / KB, "kB", 15),
        Told(f"grid can be used, {SLOWER} times slower processor", ready, "ms", 1500),
        Told(f"a key is seen, {SLOWER} times slower processor", key, "ms", 50),
        Told("grid can be used, slow 3G and an empty cache", slow[2] / 1000, "s", 10),
    ]


def _visit(
    browser: Browser, address: str, path: str, token: str, net: dict[str, Any] | None = None
) -> tuple[float, float, float, float]:
    context = browser.new_context(locale="ru-RU")
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    context.add_init_script(NOTE_READY)
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("Network.enable")
    devices.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    if net:
        devices.send("Network.emulateNetworkConditions", net)
    sent: list[float] = []
    devices.on("Network.loadingFinished", lambda told: sent.append(told["encodedDataLength"]))
    _open(page, address + path)
    first = sum(sent)
    sent.clear()
    ready = _open(page, address + path)
    later = sum(sent)
    if net:
        # With an empty cache, as on the first day.
        devices.send("Network.clearBrowserCache")
        ready = _open(page, address + path)
        context.close()
        return first, later, ready, 0
    key = median(page.evaluate(PRESS) for _ in range(KEYS))
    context.close()
    return first, later, ready, key


def _open(page: Page, address: str) -> float:
    """Milliseconds from the beginning of the navigation until a cell can be reached."""
    page.goto(address, wait_until="commit")
    page.wait_for_selector(CELL, state="attached", timeout=120_000)
    ready: float = page.evaluate("readyAt")
    page.wait_for_load_state("networkidle")
    return ready
