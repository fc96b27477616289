"""What a person does at the screen, in a few verbs."""

from pathlib import Path

from playwright.sync_api import Page, expect

PASSWORD = "Пароль1"


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
        button = self.page.get_by_role("button", name=name, exact=True)
        (button if button.count() else self.page.get_by_role("link", name=name, exact=True)).first.click()

    def fill(self, label: str, value: str) -> None:
        """Type into the field of this label."""
        self.page.get_by_label(label).first.fill(value)

    def sees(self, words: str) -> None:
        """The page shows these words."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page, numbered in order."""
        self.taken += 1
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.pictures / f"{self.taken:02d}-{name}.png", full_page=True)

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
        """«Предоставить», where the page of leaves is shown."""
        self.page.wait_for_load_state()
        if self.page.url.startswith(self.gosuslugi):
            self.sees("Предоставление прав доступа")
            self.picture("leave")
            self.press("Предоставить")
        self.page.wait_for_url(self.site + "/**")
