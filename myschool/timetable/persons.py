"""What is owed to a person about groups, loads and lessons."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Min

from myschool.kernel.subjects import Forgotten, Joined, Kept, Room, deeds, keys
from myschool.schools.rules.class_names import class_name
from myschool.timetable.models import (
    GroupMember,
    HomeroomTeacher,
    Lesson,
    LessonChange,
    PlanTask,
    TeacherAbsence,
    TeachingGroup,
    TeachingLoad,
    TemplateLesson,
)
from myschool.timetable.queries.plan import ONE_DAY, shown_hours

JOURNAL = Kept(by="journal_kept", since="to_date")
KEYS = (
    *keys("GroupMember.student", joined=Joined.DROPS_TWINS, forgotten=JOURNAL, copied="Подгруппы"),
    *keys("TeachingLoad.teacher", joined=Joined.DROPS_TWINS, forgotten=JOURNAL, copied="Нагрузка"),
    *keys("HomeroomTeacher.teacher", forgotten=JOURNAL, copied="Классное руководство"),
    *keys("TemplateLesson.teacher", forgotten=JOURNAL, copied="Недельное расписание"),
    # Of two lessons at one time each keeps its own teacher.
    *keys("Lesson.teacher Lesson.planned_teacher", forgotten=Kept(by="journal_kept", since="day"), copied="Уроки"),
    *keys("LessonChange.teacher", forgotten=Kept(by="journal_kept", since="made_at"), copied="Замены"),
    *keys("PlanTask.student", forgotten=Forgotten.DELETED, copied="Проверки групп после перевода"),
    # Of two for the same days each keeps its own teacher.
    *keys("TeacherAbsence.teacher", forgotten=JOURNAL, copied="Отсутствия"),
    *deeds("LessonChange.made_by PlanTask.settled_by TeacherAbsence.asked_by TeacherAbsence.decided_by"),
)


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Groups and classes from day to day, and the lessons of each group that the person has taught."""
    places = GroupMember.objects.filter(student__in=person_ids).select_related("teaching_group__subject")
    loads = TeachingLoad.objects.filter(teacher__in=person_ids).select_related("teaching_group__subject")
    homerooms = HomeroomTeacher.objects.filter(teacher__in=person_ids).select_related("school_class")
    weekly = TemplateLesson.objects.filter(teacher__in=person_ids).select_related("teaching_group__subject")
    lessons = Lesson.objects.filter(teacher__in=person_ids) | Lesson.objects.filter(planned_teacher__in=person_ids)
    tallied = lessons.values("teaching_group").annotate(first=Min("day"), last=Max("day")).order_by("teaching_group")
    taught = TeachingGroup.objects.select_related("subject").in_bulk([row["teaching_group"] for row in tallied])
    return {
        "Подгруппы": [
            {"Группа": _name(row.teaching_group), "С": row.from_date, "До": row.to_date}
            for row in places.order_by("from_date", "pk")
        ],
        "Нагрузка": [
            {
                "Группа": _name(row.teaching_group),
                "Часов": shown_hours(row.hours),
                "С": row.from_date,
                "До": row.to_date,
            }
            for row in loads.order_by("from_date", "pk")
        ],
        "Классное руководство": [
            {
                "Класс": class_name(row.school_class.level, row.school_class.letter),
                "С": row.from_date,
                "До": row.to_date,
            }
            for row in homerooms.order_by("from_date", "pk")
        ],
        "Недельное расписание": [
            {
                "Группа": _name(row.teaching_group),
                "День недели": row.weekday + 1,
                "Урок": row.number,
                "С": row.from_date,
                "До": row.to_date,
            }
            for row in weekly.order_by("from_date", "pk")
        ],
        "Уроки": [
            {"Группа": _name(taught[row["teaching_group"]]), "Первый": row["first"], "Последний": row["last"]}
            for row in tallied
        ],
        "Замены": [
            {"Когда назначена": row.made_at, "Почему": row.reason, "Отменена": row.withdrawn_at}
            for row in LessonChange.objects.filter(teacher__in=person_ids).order_by("pk")
        ],
        "Проверки групп после перевода": [
            {"С": row.raised_at, "Закончена": row.settled_at}
            for row in PlanTask.objects.filter(student__in=person_ids).order_by("pk")
        ],
        "Отсутствия": [
            {
                "С": row.from_date,
                "По": row.to_date - ONE_DAY,
                "Причина": row.get_kind_display(),
                "Пояснение": row.reason,
                "Решение": row.get_state_display(),
                "Ответ": row.answer,
            }
            for row in TeacherAbsence.objects.filter(teacher__in=person_ids).order_by("from_date", "pk")
        ],
    }


def _name(teaching_group: TeachingGroup) -> str:
    return f"{teaching_group.subject.title}: {teaching_group.title}"


ROOM = Room(package="timetable", keys=KEYS, copy=copy)
