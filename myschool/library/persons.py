"""What is owed to a person about what they went through, put together, judged and made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes
from myschool.kernel.subjects import Forgotten, Joined, Kept, Room, Stays, deeds, keys
from myschool.library.models import (
    Collection,
    Conflict,
    ErrorReport,
    ExpertSubject,
    Favourite,
    LtiTool,
    Material,
    Play,
    PublisherApplication,
    Review,
    ToolSubject,
)
from myschool.library.queries.identities import activity_of, agent_of, scope_of
from myschool.library.queries.pages import percent_of, titles_of
from myschool.records import actions as records
from myschool.records.queries import statements_of
from myschool.records.rules.statements import identity_of

KEYS = (
    *keys("Play.person", forgotten=Forgotten.DELETED, copied="Материалы библиотеки"),
    *keys("Favourite.person", joined=Joined.DROPS_TWINS, forgotten=Forgotten.DELETED, copied="Полка"),
    *keys("Collection.person", forgotten=Forgotten.DELETED, copied="Подборки"),
    *keys(
        "ToolSubject.person",
        joined=Joined.DROPS_TWINS,
        forgotten=Forgotten.DELETED,
        copied="Номера для внешних тренажёров",
    ),
    *keys("ErrorReport.told_by", forgotten=Forgotten.NAMELESS, copied="Сообщения об ошибках в материалах"),
    *keys("ExpertSubject.person", joined=Joined.DROPS_TWINS, forgotten=Forgotten.DELETED, copied="Предметы эксперта"),
    *keys("Conflict.person", joined=Joined.DROPS_TWINS, forgotten=Forgotten.DELETED, copied="Конфликты интересов"),
    *keys("Review.expert", forgotten=Forgotten.NAMELESS, copied="Экспертизы"),
    *keys(
        "PublisherApplication.applicant",
        forgotten=Kept(by="school_papers_kept", since="decided_at"),
        copied="Заявки поставщика",
    ),
    *keys("Material.made_by", forgotten=Forgotten.NAMELESS, copied="Созданные материалы"),
    *keys(
        "LtiTool.made_by",
        joined=Stays("of an organisation, whoever made it"),
        forgotten=Forgotten.NAMELESS,
        copied="Подключённые тренажёры",
    ),
    *deeds("PublisherApplication.decided_by"),
)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Let content find what it has kept of the merged one: it knows each person by a name of its own."""
    for play in Play.objects.filter(person=merged_id).select_related("version"):
        records.pass_documents(
            scope=scope_of(play.material_id),
            registration=play.registration,
            activities=_activities(play),
            old=_agent(play, merged_id),
            new=_agent(play, kept_id),
            changes=changes,
        )


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Delete the records of plays with them, and what content has kept of the person."""
    plays = Play.objects.filter(person__in=person_ids).select_related("version")
    for play in plays:
        records.forget_play(
            scope=scope_of(play.material_id),
            registration=play.registration,
            activities=_activities(play),
            agents=[_agent(play, person_id) for person_id in person_ids],
            by=by,
            at=at,
        )
    return {"Записи о действиях в материалах"} if plays else set()


def _agent(play: Play, person_id: int) -> str:
    return identity_of(agent_of(play.material_id, person_id))


def _activities(play: Play) -> list[str]:
    """What a material and its parts are in records, whether or not it has described itself."""
    parts = range(len(play.version.passport.get("parts", ())))
    return [activity_of(play.material_id), *(activity_of(play.material_id, part) for part in parts)]


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Plays with their learning records, and all that the person has put together, said and made."""
    plays = Play.objects.filter(person__in=person_ids).select_related("version").order_by("pk")
    shelf = Favourite.objects.filter(person__in=person_ids).order_by("pk").values_list("material", flat=True)
    collections = Collection.objects.filter(person__in=person_ids).annotate(size=Count("items")).order_by("pk")
    reports = ErrorReport.objects.filter(told_by__in=person_ids).select_related("version").order_by("pk")
    reviews = Review.objects.filter(expert__in=person_ids).select_related("version").order_by("pk")
    applications = PublisherApplication.objects.filter(applicant__in=person_ids).order_by("pk")
    materials = Material.objects.filter(made_by__in=person_ids).prefetch_related("versions").order_by("pk")
    return {
        "Материалы библиотеки": [
            {
                "Материал": play.version.title,
                "Открыт": play.begun_at,
                "Пройден": play.finished_at,
                "Зачтён": play.is_passed,
                "Результат, %": percent_of(play.score),
                "Секунд": play.seconds,
                "Память материала": play.memory,
                "Записи о действиях": statements_of(scope_of(play.material_id), play.registration),
            }
            for play in plays
        ],
        "Полка": titles_of(list(shelf)),
        "Подборки": [{"Название": row.title, "Материалов": row.size} for row in collections],
        "Номера для внешних тренажёров": [
            {"Тренажёр": row.tool.title, "Номер": str(row.name)}
            for row in ToolSubject.objects.filter(person__in=person_ids).select_related("tool").order_by("pk")
        ],
        "Сообщения об ошибках в материалах": [
            {"Материал": row.version.title, "Текст": row.text, "Когда": row.told_at, "Ответ": row.answer}
            for row in reports
        ],
        "Предметы эксперта": list(
            ExpertSubject.objects.filter(person__in=person_ids).order_by("pk").values_list("subject", flat=True)
        ),
        "Конфликты интересов": [
            {"Поставщик": row.publisher.full_name, "Когда": row.declared_at}
            for row in Conflict.objects.filter(person__in=person_ids).select_related("publisher").order_by("pk")
        ],
        "Экспертизы": [
            {
                "Материал": row.version.title,
                "Назначена": row.appointed_at,
                "Отказ": row.declined_at,
                "Дана": row.given_at,
                "Оценки": row.scores,
                "Замечания": row.comment,
            }
            for row in reviews
        ],
        "Заявки поставщика": [
            {
                "Организация": row.full_name,
                "Договор": row.agreement_number,
                "Дата договора": row.agreement_day,
                "Состояние": row.get_outcome_display(),
                "Подана": row.submitted_at,
            }
            for row in applications
        ],
        "Созданные материалы": [
            {"Названия": [version.title for version in row.versions.all()], "Когда": row.made_at} for row in materials
        ],
        "Подключённые тренажёры": [
            {"Название": row.title, "Когда": row.made_at}
            for row in LtiTool.objects.filter(made_by__in=person_ids).order_by("pk")
        ],
    }


ROOM = Room(package="library", keys=KEYS, copy=copy, join=join, forget=forget)
