"""What a package may try to reach another machine: nothing leaves, in the platform's frame and without one.

The pages here are a package's and the platform's in what matters: their headers and the frame are the platform's own;
that every answer really carries these headers is shown by library/tests/test_content.py and tests/access/test_headers.py.
"""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

import pytest
from django.conf import settings
from playwright.sync_api import Frame

from myschool.config.env import ROOT
from myschool.kernel import headers
from myschool.library import content

pytestmark = pytest.mark.browser
SECONDS = 30
PLAY = ROOT / "myschool" / "library" / "templates" / "library" / "play.html"
# An address of the site without a port of its own, and one of a material's origin.
SITE_PORT = ":8000"


@dataclass
class Machines:
    """A platform and a stranger; `arrived` has who has reached the stranger, one after another."""

    arrived: "Queue[str]" = field(default_factory=Queue)
    ears: list[socket.socket] = field(default_factory=list)
    port: int = 0

    @property
    def site(self) -> str:
        """The platform's address."""
        return f"http://127.0.0.1:{self.port}/play"

    @property
    def package(self) -> str:
        """The address of a package's page."""
        return f"http://v1.localhost:{self.port}/package"

    @property
    def bare(self) -> str:
        """A page without any of our headers."""
        return f"http://v1.localhost:{self.port}/bare"

    def strangers(self, who: str) -> dict[str, str]:
        """The stranger's addresses for one who tries to reach it: of pages, and of a STUN server."""
        ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ear.bind(("127.0.0.1", 0))
        self.ears.append(ear)

        def listen() -> None:
            with suppress(OSError):
                while ear.recv(2000):
                    self.arrived.put(who)

        threading.Thread(target=listen, daemon=True).start()
        return {
            "site": f"http://stranger.localhost:{self.port}/{who}",
            "stun": f"stun:127.0.0.1:{ear.getsockname()[1]}",
        }

    def until(self, who: str) -> set[str]:
        """Who has reached the stranger up to the moment this one did."""
        came: set[str] = set()
        while who not in came:
            came.add(self.arrived.get(timeout=SECONDS))
        return came

    def answer(self, host: str, path: str) -> tuple[dict[str, str], str]:
        """Headers and body of a page."""
        if host.startswith("stranger."):
            self.arrived.put(path.split("/")[1])
        if host.startswith("127.") and path == "/play":
            frame = re.search(r"<iframe[^>]*></iframe>", PLAY.read_text())
            assert frame
            return headers.PAGES, frame[0].replace("{{ page.src }}", f"http://v1.localhost:{self.port}/player")
        if path == "/player":
            return content.HEADERS, "<iframe src='/package'></iframe>"
        return (content.HEADERS if path == "/package" else {}), "<p>Дроби</p>"


@pytest.fixture
def machines() -> Iterator[Machines]:
    fake_machines = Machines()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            response_headers, body = fake_machines.answer(self.headers["Host"], self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            for name, value in response_headers.items():
                self.send_header(name, value.replace(SITE_PORT, f":{fake_machines.port}"))
            self.end_headers()
            self.wfile.write(f"<!doctype html><body>{body}".encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            """Nothing: what came is in `arrived`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    fake_machines.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield fake_machines
    server.shutdown()
    server.server_close()
    for ear in fake_machines.ears:
        ear.close()


PEER = """const peer = new RTCPeerConnection({ iceServers: [{ urls: '%(stun)s' }] });
peer.createDataChannel('way'); peer.createOffer().then((offer) => peer.setLocalDescription(offer));"""
FRAME = "const frame = document.createElement('iframe'); frame.%s; document.body.append(frame);"
WAYS = {
    "a peer connection": PEER,
    "one in an empty frame": FRAME % "title = ''" + "frame.contentWindow.eval(`" + PEER + "`)",
    "one in a frame of its own words": FRAME % ("srcdoc = `<script>" + PEER + "<\\/script>`"),
    "one in a frame of a blob": FRAME
    % ("src = URL.createObjectURL(new Blob([`<script>" + PEER + "<\\/script>`], { type: 'text/html' }))"),
    "fetch": "fetch('%(site)s/fetch', { mode: 'no-cors' }).catch(() => {})",
    "a picture": "new Image().src = '%(site)s/picture'",
    "a beacon": "navigator.sendBeacon('%(site)s/beacon', 'x')",
    "a socket": "try { new WebSocket('%(site)s/socket'.replace('http', 'ws')) } catch {}",
    "a form": "const form = document.createElement('form'); form.action = '%(site)s/form';"
    " document.body.append(form); form.submit()",
    "prefetch": "const link = document.createElement('link'); link.rel = 'prefetch';"
    " link.href = '%(site)s/prefetch'; document.head.append(link)",
    "speculation": "const rules = document.createElement('script'); rules.type = 'speculationrules';"
    " rules.text = JSON.stringify({ prefetch: [{ source: 'list', urls: ['%(site)s/rules'] }] });"
    " document.head.append(rules)",
    "a window": "window.open('%(site)s/window')",
    "a link to a new tab": "const link = document.createElement('a'); link.target = '_blank';"
    " link.href = '%(site)s/tab'; document.body.append(link); link.click()",
    "the page around": "try { top.location = '%(site)s/top' } catch {}",
    "going away": "location = '%(site)s/away'",
}


def run(frame: Frame, script: str) -> None:
    """Let the package run a script of its own."""
    frame.evaluate(
        # A little later: it may end the process, and with it the answer to us.
        """(words) => { setTimeout(() => document.body.append(
            Object.assign(document.createElement("script"), { text: words })), 50) }""",
        script,
    )


def ways_out(browser, machines, address, within):
    """The ways by which a package gets out; `within` finds the frame of a page that its scripts run in.

    After the package a page without our headers goes the same way: it arrives, so the way is real, and whatever the
    package had sent would have arrived before. Each has a browser of its own: where a peer connection is forbidden,
    Chromium ends the process that asks for one.
    """
    names = []
    for number, (name, script) in enumerate(WAYS.items()):
        tried, open_ = browser.new_context(), browser.new_context()
        page, other = tried.new_page(), open_.new_page()
        page.goto(address)
        run(within(page), script % machines.strangers(f"package-{number}"))
        other.goto(machines.bare)
        run(other.main_frame, script % machines.strangers(f"open-{number}"))
        if f"package-{number}" in machines.until(f"open-{number}") or len(tried.pages) > 1:
            names.append(name)
        tried.close()
        open_.close()
    return names


def innermost(page):
    page.frame_locator("iframe").frame_locator("iframe").get_by_text("Дроби").wait_for()
    return page.frames[-1]


def test_nothing_leaves_a_package_in_the_platforms_frame(browser, machines):
    assert SITE_PORT in settings.SITE_URL
    assert SITE_PORT in settings.CONTENT_ORIGIN
    assert ways_out(browser, machines, machines.site, within=innermost) == []


def test_nothing_leaves_a_package_that_is_opened_by_its_address(browser, machines):
    assert ways_out(browser, machines, machines.package, within=lambda page: page.main_frame) == []
