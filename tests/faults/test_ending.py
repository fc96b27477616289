"""Rights end in the middle of a stream, and servers stop and are killed with streams open."""

import signal
from collections.abc import Iterator

import pytest

from tests.faults.serving import Platform, free_ports

pytestmark = [pytest.mark.alone]
# Promised is a second; a busy machine gets more, and whoever hears nothing would go on for a minute.
AT_ONCE = 5
# Promised are five; a server that waits for its streams takes thirty and more.
STOP_SECONDS = 20
RETRY, SESSION_OVER = "retry: 2000\n\n", "event: ended\ndata: session\n\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    port, live_port = free_ports(2)
    platform = Platform(folder=tmp_path_factory.mktemp("serving"), port=port, live_port=live_port)
    platform.run("myschool.config.embedded")
    try:
        platform.make()
        yield platform
    finally:
        if platform.serving:
            platform.serving.kill()
            platform.serving.wait()
        platform.run("myschool.config.embedded", "stop")


@pytest.fixture
def platform(made: Platform) -> Platform:
    """Served."""
    made.start()
    return made


def test_a_second_start_on_its_ports_is_refused_and_the_first_serves_on(platform):
    second = platform.run(*platform.serve_words(), check=False)
    assert second.returncode != 0
    assert f"port {platform.port} of 127.0.0.1 cannot be used" in second.stderr
    assert "Traceback" not in second.stderr
    assert platform.answers(platform.port)


def test_a_stream_ends_when_its_person_acts_in_another_role(platform):
    stream = platform.listen("teacher", "cabinet")
    platform.post("teacher", "/role/switch/", role="guardian")
    assert stream.ends_within(AT_ONCE)
    assert stream.text.endswith(RETRY)


def test_a_stream_ends_when_its_login_is_ended_on_another_device(platform):
    stream = platform.listen("teacher", "notices")
    platform.post("teachers_phone", "/sessions/end-others/")
    assert stream.ends_within(AT_ONCE)
    assert stream.text.endswith(SESSION_OVER)


def test_a_stream_ends_when_its_teacher_is_dismissed(platform):
    stream = platform.listen("colleague", "cabinet")
    platform.post("admin", f"/desk/staff/{platform.cast['post']}/dismiss/")
    assert stream.ends_within(AT_ONCE)
    assert stream.text.endswith(RETRY)


def test_a_stream_of_a_conversation_ends_when_its_guardians_link_is_ended(platform):
    stream = platform.listen("mother", f"chat:{platform.cast['talk']}")
    platform.post("admin", f"/desk/guardianships/{platform.cast['link']}/end/")
    assert stream.ends_within(AT_ONCE)
    assert stream.text.endswith(RETRY)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_with_open_streams_takes_seconds_and_leaves_nobody(platform, sign):
    streams = [platform.listen("admin", "cabinet") for _ in range(3)]
    processes = platform.processes()
    assert len(processes) >= 8
    platform.send(sign)
    assert platform.ends_within(STOP_SECONDS, processes)
    assert [stream.ends_within(AT_ONCE) for stream in streams] == [True] * 3
    assert [stream.text.endswith(RETRY) for stream in streams] == [True] * 3
    assert "Traceback" not in platform.log.read_text()
    assert not platform.answers(platform.port)


def test_a_killed_server_leaves_nobody_serving(platform):
    platform.listen("admin", "cabinet")
    processes = platform.processes()
    platform.send(signal.SIGKILL)
    assert platform.ends_within(STOP_SECONDS, processes)
    assert not platform.answers(platform.port)
    assert not platform.answers(platform.live_port)
