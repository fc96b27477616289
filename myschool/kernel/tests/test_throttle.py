"""How often something may be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from myschool.kernel.errors import TooOften
from myschool.kernel.models import Tally
from myschool.kernel.throttle import count

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 10, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ask(times, key="inn:7", at=AT):
    for _ in range(times):
        count(key, at=at, limit=10, per=MINUTE)


def test_ten_askings_a_minute_are_answered_and_the_eleventh_is_refused_in_russian():
    ask(10)
    with pytest.raises(TooOften, match="Подождите минуту") as refused:
        ask(1)
    assert refused.value.status == 429


@pytest.mark.parametrize(
    ("per", "later", "words", "seconds"),
    [
        (MINUTE, timedelta(0), "Подождите минуту", "60"),
        (MINUTE, timedelta(seconds=59, milliseconds=500), "Подождите минуту", "1"),
        (60 * MINUTE, timedelta(0), "Подождите 60 минут ", "3600"),
        (60 * MINUTE, 38 * MINUTE, "Подождите 22 минуты ", "1320"),
        (60 * MINUTE, timedelta(minutes=29, seconds=1), "Подождите 31 минуту ", "1859"),
        (120 * MINUTE, timedelta(0), "Подождите 2 часа ", "7200"),
    ],
)
def test_who_asked_too_often_is_told_how_long_to_wait(per, later, words, seconds):
    count("feed:7", at=AT, limit=1, per=per)
    with pytest.raises(TooOften, match=words) as refused:
        count("feed:7", at=AT + later, limit=1, per=per)
    assert refused.value.headers == {"Retry-After": seconds}


def test_when_the_minute_is_over_counting_begins_anew():
    ask(10)
    ask(10, at=AT + MINUTE + timedelta(microseconds=1))
    with pytest.raises(TooOften):
        ask(1, at=AT + MINUTE + timedelta(seconds=1))


def test_asking_on_does_not_lengthen_the_wait():
    ask(10)
    with pytest.raises(TooOften):
        ask(1, at=AT + timedelta(seconds=59))
    ask(1, at=AT + timedelta(seconds=61))


def test_one_person_does_not_slow_another_down():
    ask(10)
    ask(10, key="inn:8")


def test_one_row_counts_for_one_key_however_often_it_is_asked():
    ask(10)
    assert Tally.objects.get().times == 10
