"""What is owed to a person about who they are, whose child, and what they agreed to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from myschool.kernel import subjects
from myschool.kernel.actors import Actor
from myschool.kernel.changes import Changes
from myschool.kernel.subjects import Forgotten, Joined, Kept, NotCopied, Room, Stays, deeds, keys
from myschool.people.actions import IDENTITY
from myschool.people.models import (
    AccessRecord,
    Account,
    Consent,
    DeletionRequest,
    EsiaPost,
    FamilyCard,
    GuardianRestriction,
    Guardianship,
    MergePart,
    Person,
    PersonMerge,
    Post,
    Profile,
    Session,
    UnsentForm,
)
from myschool.people.rules import assurance
from myschool.people.rules import names as names_rules

THE_MERGE = Stays("the merge itself")
EVIDENCE = Stays("evidence, which nobody changes: who reads it follows persons that were merged since")
SCHOOL_PAPERS = Kept(by="school_papers_kept", since="to_date")
KEYS = (
    # Sessions lean on accounts.
    *keys("Session.person", forgotten=Forgotten.DELETED_LAST, copied="Входы"),
    *keys("Account.person", forgotten=Forgotten.DELETED_LAST, copied="Учётные записи Госуслуг"),
    *keys("Profile.person", forgotten=Forgotten.DELETED_LAST, copied="Профили"),
    *keys("Consent.subject", forgotten=Forgotten.DELETED_LAST, copied="Согласия"),
    *keys("Consent.given_by", forgotten=Forgotten.NAMELESS, copied="Согласия"),
    *keys("UnsentForm.person", forgotten=Forgotten.DELETED, copied="Неотправленные формы"),
    *keys("EsiaPost.person", forgotten=Forgotten.DELETED, copied="Должности по Госуслугам"),
    *keys("FamilyCard.person", forgotten=Forgotten.DELETED, copied="Семья и дети по Госуслугам"),
    *keys("Post.person", joined=Joined.DROPS_TWINS, forgotten=SCHOOL_PAPERS, copied="Должности"),
    *keys("Guardianship.student", forgotten=SCHOOL_PAPERS, copied="Законные представители"),
    *keys("Guardianship.guardian", forgotten=SCHOOL_PAPERS, copied="Представляемые дети"),
    *keys("GuardianRestriction.guardian", forgotten=SCHOOL_PAPERS, copied="Ограничения прав представителя"),
    *keys(
        "GuardianRestriction.student",
        forgotten=SCHOOL_PAPERS,
        copied=NotCopied("it is about the guardian, in whose own copy it is"),
    ),
    *keys("DeletionRequest.subject", forgotten=Forgotten.EMPTIED, copied="Требования об удалении"),
    *keys("DeletionRequest.filed_by", forgotten=Forgotten.NAMELESS, copied="Требования об удалении"),
    *keys("AccessRecord.student", joined=EVIDENCE, forgotten=Forgotten.NAMELESS, copied="Кто смотрел"),
    *keys("AccessRecord.viewer", joined=EVIDENCE, forgotten=Forgotten.NAMELESS, copied="Что вы смотрели"),
    *keys("Person.merged_into", joined=THE_MERGE, forgotten=Forgotten.EMPTIED, copied="Человек"),
    *keys(
        "PersonMerge.kept PersonMerge.merged",
        joined=THE_MERGE,
        forgotten=Forgotten.EMPTIED,
        copied="Объединения записей",
    ),
    *keys(
        "MergePart.kept MergePart.merged",
        joined=THE_MERGE,
        forgotten=Forgotten.DELETED_LAST,
        copied="Объединения записей",
    ),
    *keys(
        "PersonMerge.changes MergePart.changes",
        joined=THE_MERGE,
        forgotten=Forgotten.EMPTIED,
        copied=NotCopied("what rows were before, for as long as a merge can be undone: the rows themselves are copied"),
    ),
    *keys(
        "kernel.Entry.actor_id kernel.Entry.on_behalf_of_id kernel.Entry.payload",
        joined=EVIDENCE,
        forgotten=Forgotten.NAMELESS,
        copied=NotCopied("the chronicle holds numbers only: what was done is copied where it stands"),
    ),
    *deeds(
        "Guardianship.ended_by GuardianRestriction.imposed_by GuardianRestriction.lifting_asked_by"
        " GuardianRestriction.lifted_by PersonMerge.merged_by PersonMerge.undone_by"
    ),
)


def join(*, kept_id: int, merged_id: int, at: datetime, changes: Changes) -> None:
    """Say of one row what was known of both, and make room beside what it has."""
    primary, merged = (Person.objects.get(pk=pk) for pk in (kept_id, merged_id))
    changes.update(Person.objects.filter(pk=merged_id), merged_into=primary)
    changes.update(Person.objects.filter(pk=kept_id), **_joined(primary, merged))
    # Of two profiles in one role the one that its person agreed to counts.
    agreed = Profile.objects.filter(person=merged).exclude(terms_version="").values("role")
    changes.delete(Profile.objects.filter(person=primary, terms_version="", role__in=agreed))
    # One open demand per person: the kept row's stands for both.
    open_demands = DeletionRequest.objects.filter(state=DeletionRequest.State.SUBMITTED)
    if open_demands.filter(subject=primary).exists():
        changes.delete(open_demands.filter(subject=merged))
    registered = Profile.objects.filter(person=primary).values("role")
    changes.delete(Profile.objects.filter(person=merged, role__in=registered))
    for side, other in (("guardian", "student"), ("student", "guardian")):
        _join_links(changes, primary, merged, side, other)


def _joined(kept: Person, merged: Person) -> dict[str, Any]:
    """What the row that stays says of the person: what Gosuslugi has checked wins, anything else only fills gaps."""
    accounts = Account.objects.filter(person=merged).values_list("level", "trusted")
    is_checked = any(assurance.is_vouched_for(level, trusted=trusted) for level, trusted in accounts)
    first, second = (merged, kept) if is_checked else (kept, merged)
    identity = {name: getattr(first, name) or getattr(second, name) for name in IDENTITY}
    names = (identity["last_name"], identity["first_name"], identity["patronymic"])
    return identity | {
        "snils": kept.snils or merged.snils,
        "others_ended_at": max(filter(None, (kept.others_ended_at, merged.others_ended_at)), default=None),
        "name_key": names_rules.name_key(*names),
        "sort_key": names_rules.sort_key(*names),
    }


def _join_links(changes: Changes, kept: Person, merged: Person, side: str, other: str) -> None:
    """Make room for the merged one's links beside the kept one's: of two open ones one is a double and goes.

    An ended one says no less than before: it begins where the other's days end, at the latest on its own last day.
    """
    for link in Guardianship.objects.filter(**{side: merged}):
        alike = Guardianship.objects.filter(
            Q(to_date__isnull=True) | Q(to_date__gt=link.from_date),
            **{side: kept, f"{other}_id": getattr(link, f"{other}_id")},
        )
        if link.to_date is not None:
            alike = alike.filter(from_date__lt=link.to_date)
        ends = list(alike.values_list("to_date", flat=True))
        if not ends:
            continue
        row = Guardianship.objects.filter(pk=link.pk)
        days = [day for day in (link.to_date, None if None in ends else max(filter(None, ends))) if day]
        if days:
            changes.update(row, from_date=min(days))
        else:
            changes.delete(row)


def forget(*, person_ids: Sequence[int], by: Actor, at: datetime) -> set[str]:
    """Delete logins that are over; what a merge has dropped is not remembered, should it be undone."""
    gone = subjects.deleted_tables()
    for part in MergePart.objects.filter(Q(kept__in=person_ids) | Q(merged__in=person_ids)):
        part.changes = [entry for entry in part.changes if not (entry["is_gone"] and entry["table"] in gone)]
        part.save(update_fields=["changes"])
    over = Session.objects.filter(person__in=person_ids, ended_at__isnull=False)
    return {"Входы, которые закончились"} if over.delete()[0] else set()


def copy(person_ids: Sequence[int]) -> dict[str, Any]:
    """Who the person is and what is known of them; other people appear by their role only."""
    own = {"person__in": person_ids}
    rows = {row.pk: row for row in Person.objects.filter(pk__in=person_ids)}
    records = AccessRecord.objects.filter(student__in=person_ids).order_by("pk")
    looks = AccessRecord.objects.filter(viewer__in=person_ids).select_related("organisation").order_by("pk")
    agreed = Consent.objects.filter(Q(subject__in=person_ids) | Q(given_by__in=person_ids)).order_by("pk")
    demands = DeletionRequest.objects.filter(Q(subject__in=person_ids) | Q(filed_by__in=person_ids)).order_by("pk")
    limits = GuardianRestriction.objects.filter(guardian__in=person_ids).order_by("pk")
    merges = PersonMerge.objects.filter(Q(kept__in=person_ids) | Q(merged__in=person_ids)).order_by("pk")
    return {
        "Человек": _identity(rows[person_ids[0]])
        | {"Записи, объединённые с этой": [_identity(rows[pk]) for pk in person_ids[1:]]},
        "Учётные записи Госуслуг": [
            {"Номер": row.oid, "Уровень": row.get_level_display(), "Последний вход": row.last_login_at}
            for row in Account.objects.filter(**own).order_by("pk")
        ],
        "Профили": [
            {"Роль": row.get_role_display(), "Зарегистрирован": row.registered_at, "Версия условий": row.terms_version}
            for row in Profile.objects.filter(**own).order_by("pk")
        ],
        "Должности": [
            {"Где": row.organisation.full_name, "Роль": row.get_role_display(), "С": row.from_date, "До": row.to_date}
            for row in Post.objects.filter(**own).select_related("organisation").order_by("pk")
        ],
        "Должности по Госуслугам": [
            {
                "ОГРН": row.ogrn,
                "Должность": row.title,
                "Руководитель": row.is_chief,
                "Администратор": row.is_admin,
                "Получено": row.told_at,
            }
            for row in EsiaPost.objects.filter(**own).order_by("pk")
        ],
        "Семья и дети по Госуслугам": [
            # Whose card it is, they read in their own copy.
            {"Карточка получена": row.told_at}
            for row in FamilyCard.objects.filter(**own).order_by("pk")
        ],
        "Законные представители": [
            {"Кто": row.get_relation_display(), "С": row.from_date, "До": row.to_date}
            for row in Guardianship.objects.filter(student__in=person_ids).order_by("pk")
        ],
        "Представляемые дети": [
            {"Кто вы": row.get_relation_display(), "С": row.from_date, "До": row.to_date}
            for row in Guardianship.objects.filter(guardian__in=person_ids).order_by("pk")
        ],
        "Ограничения прав представителя": [
            {
                "Что": row.get_kind_display(),
                "Основание": row.get_ground_display(),
                "С": row.from_date,
                "До": row.to_date,
            }
            for row in limits
        ],
        "Согласия": [
            {
                "Кто дал": "вы" if row.given_by_id in person_ids else "законный представитель",
                "За кого": "за себя" if row.subject_id == row.given_by_id else "за ребёнка",
                "На что": row.get_purpose_display(),
                "Что": row.scopes,
                "Редакция": row.wording,
                "Дано": row.given_at,
                "Отозвано": row.withdrawn_at,
            }
            for row in agreed
        ],
        "Входы": [
            {"Устройство": row.device, "Когда": row.created_at, "Закончен": row.ended_at}
            for row in Session.objects.filter(**own).order_by("pk")
        ],
        "Неотправленные формы": [
            {"Адрес": row.path, "Когда": row.kept_at} for row in UnsentForm.objects.filter(**own).order_by("pk")
        ],
        "Кто смотрел": [
            {"Когда": row.at, "Роль": row.get_role_display(), "Раздел": row.get_section_display(), "Что": row.reason}
            for row in records
        ],
        "Что вы смотрели": [
            {
                "Когда": row.at,
                "Роль": row.get_role_display(),
                "Раздел": row.get_section_display(),
                "Где": row.organisation.full_name if row.organisation else "",
            }
            for row in looks
        ],
        "Требования об удалении": [
            {"Текст": row.text, "Подано": row.submitted_at, "Состояние": row.get_state_display(), "Ответ": row.answer}
            for row in demands
        ],
        "Объединения записей": [
            {"Когда": row.merged_at, "Почему": row.reason, "Отменено": row.undone_at} for row in merges
        ],
    }


def _identity(row: Person) -> dict[str, Any]:
    return {
        "Фамилия": row.last_name,
        "Имя": row.first_name,
        "Отчество": row.patronymic,
        "Дата рождения": row.birth_date,
        "Пол": row.get_gender_display(),
        "СНИЛС": row.snils,
        "СНИЛС со слов семьи": row.claimed_snils,
        "Остальные входы завершены": row.others_ended_at,
    }


ROOM = Room(package="people", keys=KEYS, copy=copy, join=join, forget=forget, undone_whole=True)
