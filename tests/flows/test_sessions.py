"""The end of a session ends what its pages show, in whichever tab or on whichever device it was ended."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
FATHER = "father@example.com"


def test_a_page_left_open_shows_nothing_once_its_session_has_ended(people):
    home = people.come("session-over")
    home.log_in(FATHER)
    home.open("/diary/")
    expect(home.page.locator("main h1")).to_be_visible()
    phone = people.come("session-over-elsewhere")
    phone.log_in(FATHER)
    phone.open("/sessions/")
    phone.press("Завершить вход на всех других устройствах")
    home.sees("завершили с другого устройства")
    home.is_accessible()
    home.picture("ended-elsewhere")

    home.page.get_by_role("link", name=re.compile("Войти")).first.click()
    home.allow()
    home.page.wait_for_url("**/diary/")
    second = home.page.context.new_page()
    second.goto(home.site + "/sessions/")
    home.page.locator("form[action='/logout/'] button").first.evaluate("(button) => button.click()")
    # The word of the end may be there before the browser has let its cookie go.
    expect(second.get_by_text(re.compile("Вы вышли из системы|после входа через Госуслуги"))).to_be_visible()


def test_a_page_kept_by_the_browser_is_covered_until_the_server_knows_its_session(people):
    parent = people.come("session-covered")
    parent.log_in(FATHER)
    parent.open("/diary/")
    heading = parent.page.locator("main h1")
    parent.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    expect(heading).not_to_be_visible()
    parent.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(heading).to_be_visible()
    parent.page.context.clear_cookies()
    parent.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    parent.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    parent.sees("открывается после входа через Госуслуги")
