"""What a person does at the screen, in a few verbs."""

import re
from contextlib import suppress
from pathlib import Path
from time import monotonic

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

PASSWORD = "Пароль1"
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RUN = """async () => (await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}))
  .violations.map(({id, nodes}) => `${id}: ${nodes.map((node) => node.target).join(", ")}`)"""


class Screen:
    """One person before one browser; every step can be pictured."""

    def __init__(self, page: Page, site: str, gosuslugi: str, pictures: Path) -> None:
        self.page, self.site, self.gosuslugi, self.pictures = page, site, gosuslugi, pictures
        self.taken = 0

    def open(self, path: str = "/") -> None:
        """Go to an address of the platform."""
        self.page.goto(self.site + path)

    def press(self, name: str) -> None:
        """Press the button or the link of this name."""
        # A name may go on for screen readers only: «Добавить: Иванова Анна».
        starts = re.compile(rf"^{name} ?($|[:,])")
        button = self.page.get_by_role("button", name=starts)
        (button if button.count() else self.page.get_by_role("link", name=starts)).first.click()

    def fill(self, label: str, value: str) -> None:
        """Type into the field of this label."""
        self.page.get_by_label(label).first.fill(value)

    def sees(self, words: str) -> None:
        """The page shows these words."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def wait_until(self, words: str) -> None:
        """The platform works behind the page: look again until it shows these words."""
        until = monotonic() + 60
        while monotonic() < until and not self.page.get_by_text(words).count():
            # A page in the middle of going elsewhere cannot be asked for again; a moment later it can.
            with suppress(PlaywrightError):
                self.page.reload()
        self.sees(words)

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page, numbered in order."""
        self.taken += 1
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{self.taken:02d}-{name}.png", full_page=True)

    def is_accessible(self) -> None:
        """axe finds nothing against WCAG 2.2 AA on the page."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(AXE.read_text())
        violations = self.page.evaluate(AXE_RUN)
        assert violations == [], f"{self.page.url}: {violations}"

    def fits(self) -> None:
        """Nothing but tables in their own frames is wider than the screen."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url

    def log_in(self, login: str, *, password: str = PASSWORD) -> None:
        """Through Gosuslugi: login, password, and the leave to read one's data if it is asked for."""
        self.open("/")
        self.press("Войти через Госуслуги")
        self.picture("gosuslugi")
        self.page.locator("input[name=login]").fill(login)
        self.page.locator("input[name=password]").fill(password)
        self.press("Войти")
        self.allow()

    def allow(self) -> None:
        """Go on as the one who is logged in at Gosuslugi, and «Предоставить» where leave is asked for."""
        self.page.wait_for_load_state()
        for name in ("Войти как", "Предоставить"):
            way_on = self.page.get_by_text(name, exact=False).and_(self.page.locator("a, button")).first
            if self.page.url.startswith(self.gosuslugi) and way_on.is_visible():
                self.picture("gosuslugi")
                way_on.click()
                self.page.wait_for_load_state()
        self.page.wait_for_url(self.site + "/**")
