"""The platform's processes: a taken port is refused, and whoever started them takes them along."""

import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress

import pytest
from django.core.management import call_command

from myschool.config import lifeline, servers

# A signal that the tests' own starter ignores is ignored by whoever they start.
STARTER = """
import signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from myschool.config import lifeline
print(lifeline.start([sys.executable, "-c", "import time; print('there', flush=True); time.sleep(60)"]).pid, flush=True)
import time
time.sleep(60)
"""


def listening(*, shared):
    """A server as granian starts it: on a port that it shares with whoever wants to, or not."""
    server = socket.socket()
    if shared:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    server.bind(("127.0.0.1", 0))
    server.listen()
    return server


@pytest.mark.parametrize("shared", [True, False])
def test_a_port_that_somebody_listens_on_is_refused_by_name(shared):
    with listening(shared=shared) as server:
        port = server.getsockname()[1]
        with (
            pytest.raises(servers.PortTaken, match=rf"port {port} .*--live-port"),
            servers.holding({"--live-port": ("127.0.0.1", port)}),
        ):
            pass


def test_a_port_is_held_before_anybody_listens_and_let_go_afterwards():
    with listening(shared=False) as server:
        port = server.getsockname()[1]
    ports = {"--port": ("127.0.0.1", port)}
    with servers.holding(ports), pytest.raises(servers.PortTaken), servers.holding(ports):
        pass
    with servers.holding(ports):
        pass


def test_a_server_can_listen_on_a_port_that_is_held():
    with listening(shared=False) as server:
        port = server.getsockname()[1]
    with servers.holding({"--port": ("127.0.0.1", port)}), socket.socket() as server:
        server.bind(("127.0.0.1", port))
        server.listen()


@pytest.mark.parametrize("command", ["serve", "tryout"])
def test_nothing_is_started_on_a_taken_port(monkeypatch, command):
    def started(*words, **more):
        raise AssertionError("something was started")

    monkeypatch.setattr(f"myschool.config.management.commands.{command}.call_command", started)
    monkeypatch.setattr(lifeline, "start", started)
    with listening(shared=True) as server, listening(shared=False) as live, ExitStack() as stack:
        stack.enter_context(pytest.raises(servers.PortTaken))
        call_command(command, port=server.getsockname()[1], live_port=live.getsockname()[1])


def ends_soon(pid):
    with suppress(ProcessLookupError):
        watched = os.pidfd_open(pid)
        ready, _, _ = select.select([watched], [], [], 20)
        os.close(watched)
        return bool(ready)
    return True


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_what_was_started_ends_with_its_starter_however_that_ends(sign):
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE) as starter:
        assert starter.stdout
        pid = int(starter.stdout.readline())
        assert starter.stdout.readline() == b"there\n"
        starter.send_signal(sign)
        starter.wait(timeout=20)
        assert ends_soon(pid)


def test_who_was_started_by_somebody_already_gone_ends_at_once():
    process = subprocess.run(
        [sys.executable, "-m", "myschool.config.lifeline", "1", sys.executable, "-c", "print('alive')"],
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (-signal.SIGKILL, b"")


def test_who_does_not_end_when_asked_is_killed():
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    command = [sys.executable, "-c", deaf]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout
        process.stdout.readline()
        lifeline.end([process], 0.1)
    assert process.returncode == -signal.SIGKILL


def test_a_server_speaks_no_version_of_http_whose_bodies_need_no_length():
    programs = servers.programs_of(host="127.0.0.1", port=1, live_port=2, workers=1)
    servings = {name: program for name, program in programs.items() if "granian" in program[0]}
    assert {name: program[program.index("--http") + 1] for name, program in servings.items()} == {
        "pages": "1",
        "live": "1",
    }
