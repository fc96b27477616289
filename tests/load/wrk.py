"""Asking: `wrk` sends prepared requests one after another over so many connections at once.

It works on the same cores as the servers, with one thread, and costs both of them alike.
"""

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.load.servers import wait_till_idle

SCRIPT = """
local requests, place = {}, 0

function init(words)
  for line in io.lines(words[1]) do
    local path, cookie, body, etag = line:match("^([^\\t]*)\\t([^\\t]*)\\t([^\\t]*)\\t([^\\t]*)$")
    local headers = {["Cookie"] = cookie ~= "" and cookie or nil, ["If-None-Match"] = etag ~= "" and etag or nil}
    if body == "" then
      requests[#requests + 1] = wrk.format("GET", path, headers)
    else
      headers["Content-Type"] = "application/x-www-form-urlencoded"
      requests[#requests + 1] = wrk.format("POST", path, headers, body)
    end
  end
  place = tonumber(words[2])
end

function request()
  place = place + 1
  return requests[(place - 1) % #requests + 1]
end

function done(summary, latency)
  local faults = summary.errors
  io.write(string.format("told %d %d %d %d %d %d\\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), faults.status,
    faults.connect + faults.read + faults.write + faults.timeout))
end
"""


class WrkIsMissing(SystemExit):
    """There is no load generator, and none could be installed."""


class WrongAnswers(SystemExit):
    """Some answers were errors, or were lost: such speed says nothing."""


@dataclass(frozen=True)
class Asked:
    """A request ready to be sent: `cookie` and `etag` as the headers have them; a `body` makes it a POST."""

    path: str
    cookie: str = ""
    body: str = ""
    etag: str = ""


@dataclass(frozen=True)
class Measured:
    """What came of asking for some seconds; times in milliseconds."""

    answers: int
    per_second: float
    p50: float
    p99: float


def ensure() -> None:
    """Install `wrk` if there is none.

    Raises:
        WrkIsMissing: and how to get it.
    """
    if shutil.which("wrk"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing wrk, which makes the load.", flush=True)
        subprocess.run(["apt-get", "update", "-q"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "wrk"], check=True)
        return
    raise WrkIsMissing("The bench needs wrk: install the package “wrk”, then run again.")


class Wrk:
    """The load generator with its script and its lists of requests in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._script = folder / "lines.lua"
        self._script.write_text(SCRIPT)
        self._sent: Counter[str] = Counter()

    def prepare(self, name: str, requests: Iterable[Asked]) -> None:
        """Keep a list of requests under a name."""
        lines = (f"{request.path}\t{request.cookie}\t{request.body}\t{request.etag}\n" for request in requests)
        self._list(name).write_text("".join(lines))

    def ask(self, address: str, name: str, *, clients: int, seconds: int) -> Measured:
        """Send the list's requests round and round, going on where the last asking of this list has ended.

        Raises:
            WrongAnswers: an answer of 400 or above, a connection that broke, or nothing at all.
        """
        output = subprocess.run(
            [
                "wrk",
                "--threads",
                "1",
                "--connections",
                str(clients),
                "--duration",
                f"{seconds}s",
                "--timeout",
                "30s",
                "--script",
                self._script,
                address,
                "--",
                self._list(name),
                str(self._sent[name]),
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        counts = output[output.rindex("told ") :].split()[1:]
        answers, microseconds, p50, p99, refused, lost = map(int, counts)
        if refused or lost or not answers:
            raise WrongAnswers(f"{name}: {answers} answers, {refused} of them errors; {lost} were lost.")
        # What was sent last is still being done, though nobody waits for it: the next asking begins when it is.
        wait_till_idle(address)
        # One request more is made to try the script, and one of every client may still be on its way.
        self._sent[name] += answers + clients + 1
        return Measured(answers, answers * 1e6 / microseconds, p50 / 1000, p99 / 1000)

    def _list(self, name: str) -> Path:
        return self._folder / f"{name}.txt"
