"""When a notice leaves, by the clocks of those who are told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from myschool.notices import rules
from myschool.notices.register import KINDS

HOSTS = ["fcm.googleapis.com", "*.notify.windows.com", "127.0.0.1"]


def at_night(told, zone="Europe/Moscow", begins_at=None):
    return rules.due_at(told, quiet_from=time(21), quiet_to=time(7), zone=zone, begins_at=begins_at)


def local(text, zone="Europe/Moscow"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "told", "due"),
    [
        ("Europe/Moscow", "2026-11-25 20:00", "2026-11-25 20:00"),
        ("Europe/Moscow", "2026-11-25 20:59", "2026-11-25 20:59"),
        ("Europe/Moscow", "2026-11-25 21:00", "2026-11-26 07:00"),
        ("Europe/Moscow", "2026-11-25 23:59", "2026-11-26 07:00"),
        ("Europe/Moscow", "2026-11-26 00:00", "2026-11-26 07:00"),
        ("Europe/Moscow", "2026-11-26 06:59", "2026-11-26 07:00"),
        ("Europe/Moscow", "2026-11-26 07:00", "2026-11-26 07:00"),
        ("Europe/Kaliningrad", "2026-11-25 21:30", "2026-11-26 07:00"),
        ("Asia/Kamchatka", "2026-12-31 22:00", "2027-01-01 07:00"),
        # Clocks that jump: the quiet hours end when the clock on the wall says so.
        ("Europe/Berlin", "2026-03-29 01:30", "2026-03-29 07:00"),
        ("Europe/Berlin", "2026-10-25 01:30", "2026-10-25 07:00"),
    ],
)
def test_quiet_hours_are_the_receivers_own(zone, told, due):
    assert at_night(local(told, zone), zone) == local(due, zone)


def test_one_moment_is_night_in_kamchatka_and_day_in_kaliningrad():
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert at_night(at, "Europe/Kaliningrad") == at
    assert at_night(at, "Asia/Kamchatka") == local("2026-11-26 07:00", "Asia/Kamchatka")


def due(told, quiet_from, quiet_to):
    return rules.due_at(local(told), quiet_from=quiet_from, quiet_to=quiet_to, zone="Europe/Moscow")


def test_quiet_hours_within_one_day_and_none_at_all():
    assert due("2026-11-25 14:00", time(13), time(15)) == local("2026-11-25 15:00")
    assert due("2026-11-25 15:00", time(13), time(15)) == local("2026-11-25 15:00")
    assert due("2026-11-25 03:00", time(0), time(0)) == local("2026-11-25 03:00")


@pytest.mark.parametrize(
    ("told", "first_lesson", "due"),
    [
        # The quiet hours end early enough.
        ("2026-11-25 22:00", "2026-11-26 08:30", "2026-11-26 07:00"),
        ("2026-11-26 02:00", "2026-11-26 08:30", "2026-11-26 07:00"),
        # They do not: an hour and a half before the lesson.
        ("2026-11-26 02:00", "2026-11-26 08:00", "2026-11-26 06:30"),
        # Even that has passed: at once.
        ("2026-11-26 06:45", "2026-11-26 08:00", "2026-11-26 06:45"),
        # By day nothing waits.
        ("2026-11-25 20:00", "2026-11-26 08:30", "2026-11-25 20:00"),
        # The lesson is far, and sleep is dear; it has begun, and nothing can be saved.
        ("2026-11-25 22:00", "2026-11-28 08:00", "2026-11-26 07:00"),
        ("2026-11-25 22:00", "2026-11-25 21:30", "2026-11-26 07:00"),
    ],
)
def test_what_must_be_known_before_the_first_lesson_is_not_held_too_long(told, first_lesson, due):
    begins_at = local(first_lesson)
    assert at_night(local(told), begins_at=begins_at) == local(due)


def test_the_digest_comes_at_its_hour_by_the_receivers_clocks():
    six = time(18)
    assert rules.digest_moment(local("2026-11-25 17:59"), six, "Europe/Moscow") == local("2026-11-25 18:00")
    assert rules.digest_moment(local("2026-11-25 18:00"), six, "Europe/Moscow") == local("2026-11-26 18:00")
    at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert rules.digest_moment(at, six, "Asia/Kamchatka") == local("2026-11-26 18:00", "Asia/Kamchatka")


def test_a_digest_that_would_come_too_late_does_not_hold_a_lessons_change():
    digest = local("2026-11-25 18:00")
    assert rules.may_wait(digest, None)
    assert rules.may_wait(digest, local("2026-11-26 08:30"))
    assert not rules.may_wait(digest, local("2026-11-25 19:00"))


def test_trying_again_takes_longer_each_time_and_ends():
    waits = [rules.tried_again_after(tries) or timedelta(0) for tries in range(1, rules.MOST_TRIES)]
    assert waits == sorted(waits)
    assert rules.tried_again_after(rules.MOST_TRIES) is None
    assert rules.tried_again_after(1, timedelta(hours=1)) == timedelta(hours=1)
    assert rules.tried_again_after(1, timedelta(days=90)) == timedelta(hours=12)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://FCM.googleapis.com:443/x",
        "https://db5p.notify.windows.com/w/?token=a",
        "http://127.0.0.1:9000/push",
    ],
)
def test_pushes_go_to_push_services(endpoint):
    assert rules.is_push_endpoint(endpoint, HOSTS, at_home=True)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://notify.windows.com/",
        "https://evilnotify.windows.com/",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://fcm.googleapis.com:22/x",
        "https://10.0.0.1/",
        "https://[::1]/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://fcm.googleapis.com:x/",
        "https:///x",
        "",
        "https://localhost/x",
        "https://fcm.googleapis.com\\@10.0.0.1/",
        "https://fcm.googleapis.com /x",
        "https://[/",
    ],
)
def test_and_nowhere_else(endpoint):
    assert not rules.is_push_endpoint(endpoint, HOSTS, at_home=True)


def test_in_production_this_machine_is_no_push_service():
    assert not rules.is_push_endpoint("http://127.0.0.1:9000/push", HOSTS, at_home=False)


def test_every_kind_says_what_it_is():
    assert all(kind.title and kind.audience and kind.mail in ("at_once", "digest") for kind in KINDS.values())
    assert all(ZoneInfo(zone) for zone in rules.ZONES)
