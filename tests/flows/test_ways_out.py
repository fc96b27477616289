"""What a package may try to reach another machine: nothing leaves, in the platform's frame and without one."""

import http.server
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Frame

from myschool.library.tests.makers import html_package
from tests.flows.test_library import _look

pytestmark = pytest.mark.browser
# Long enough for a packet to come from the same machine: the ways that are open bring one in a tenth of it.
WAIT_MS = 1_000
OPEN = "/open"


@dataclass
class Stranger:
    """Another machine: a server of pages and a STUN server, and all that has come to either."""

    stun: socket.socket
    site: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def stun_url(self) -> str:
        """The address that a peer connection asks."""
        return f"stun:127.0.0.1:{self.stun.getsockname()[1]}"

    def came(self) -> list[str]:
        """What has come since the last look."""
        found = list(self.asked)
        self.asked.clear()
        try:
            while self.stun.recv(2000):
                found.append("a packet")
        except BlockingIOError:
            return found


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stun:
        stun.bind(("127.0.0.1", 0))
        stun.setblocking(False)
        made = Stranger(stun)

        class Door(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != OPEN:
                    made.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><body>")

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *args: object) -> None:
                """Nothing: what came is in `asked`."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        made.site = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()
        server.server_close()


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
}  # fmt: skip


def run(frame: Frame, script: str) -> None:
    """Let the package run a script of its own."""
    frame.evaluate(
        # A little later: it may end the process, and with it the answer to us.
        """(words) => { setTimeout(() => document.body.append(
            Object.assign(document.createElement("script"), { text: words })), 50) }""",
        script,
    )


def tried(context, address, stranger, *, within):
    """What reached the stranger by each way; `within` finds the frame of a page that the script runs in.

    Each has a page of its own: where a peer connection is forbidden, Chromium ends the process that asks for one.
    """
    reached = {}
    clock = context.new_page()
    for name, script in WAYS.items():
        page = context.new_page()
        page.goto(address)
        run(within(page), script % {"site": stranger.site, "stun": stranger.stun_url})
        clock.wait_for_timeout(WAIT_MS)
        opened = len(context.pages) - 2
        if (came := stranger.came()) or opened:
            reached[name] = (came, opened)
        for other in context.pages:
            if other != clock:
                other.close()
    clock.close()
    return reached


def test_nothing_leaves_a_package(people, stranger):
    publisher = people.come("ways-out")
    publisher.log_in("publisher@example.com")
    content = _look(publisher, "Страница с ходами", "ходы.zip", html_package())
    content.frame_locator("iframe").get_by_text("Дроби").wait_for()
    context, address, package = publisher.page.context, publisher.page.url, publisher.page.frames[-1].url
    assert package.startswith("http://v")
    publisher.page.close()

    def innermost(page):
        page.frame_locator("iframe.content-frame").frame_locator("iframe").get_by_text("Дроби").wait_for()
        return page.frames[-1]

    assert tried(context, address, stranger, within=innermost) == {}
    # By its own address, without the frame.
    assert tried(context, package, stranger, within=lambda page: page.main_frame) == {}


def test_the_ways_are_real(people, stranger):
    """A page without our headers reaches the stranger by each of them: the test above can fail."""
    context = people.come("ways-open").page.context
    for page in context.pages:
        page.close()
    # Another name of the same machine is another site.
    address = stranger.site.replace("127.0.0.1", "localhost") + OPEN
    assert set(tried(context, address, stranger, within=lambda page: page.main_frame)) == set(WAYS)
