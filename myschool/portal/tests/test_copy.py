"""The copy of one's data holds what the upper packages keep too."""

import json

import pytest

from myschool.chat.tests.makers import make_talkers, say
from myschool.journal.tests.makers import make_journal, write
from myschool.kernel.clock import now
from myschool.library.actions import playing, reading
from myschool.library.tests.makers import html_package, publish
from myschool.people.models import Person
from myschool.people.tests.makers import make_actor
from myschool.portal import queries

pytestmark = pytest.mark.django_db


def copied(person):
    return json.loads(json.dumps(queries.export(person), ensure_ascii=False, default=str))


def test_marks_with_what_they_were_before_and_absences_are_in_it():
    journal = make_journal()
    student, other = journal.students[:2]
    write(journal, "4", student)
    write(journal, "5", student)
    write(journal, "2", other)
    sections = copied(Person.objects.get(pk=student.pk))
    assert [(row["Отметка"], row["Снята или заменена"] is None) for row in sections["Отметки"]] == [
        ("4", False),
        ("5", True),
    ]
    write(journal, "н", student)
    sections = copied(Person.objects.get(pk=student.pk))
    assert len(sections["Посещаемость"]) == 1
    assert sections["Посещаемость"][0]["Код"]


def test_what_one_has_gone_through_is_in_it():
    reader = make_actor()
    version = publish(content=html_package())
    playing.begin_play(version=version, by=reader, at=now())
    reading.favour(material=version.material, kept=True, by=reader, at=now())
    sections = copied(Person.objects.get(pk=reader.person_id))
    assert [row["Материал"] for row in sections["Материалы библиотеки"]] == [version.title]
    assert sections["Полка"] == [version.title]
    assert sections["Файлы"] == []


def test_what_one_has_said_and_answered_is_in_it():
    talkers = make_talkers()
    say(talkers.talk("guardians"), talkers.mothers[0], "Здравствуйте!")
    say(talkers.talk("guardians"), talkers.mothers[1], "Чужое")
    sections = copied(Person.objects.get(pk=talkers.mothers[0].person_id))
    assert [row["Текст"] for row in sections["Сообщения"]] == ["Здравствуйте!"]
    assert (sections["Жалобы"], sections["Ответы школе"], sections["Встречи с учителями"]) == ([], [], [])
