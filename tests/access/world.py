"""A small world for the table of doors: a home school and family, strangers, and rows that doors are about.

Everything lies around the present moment, since doors ask the clock themselves.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from itertools import count

from myschool.enrolment import actions as enrolment
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Invitation, Placement
from myschool.enrolment.tests.makers import described, make_placement
from myschool.files.models import StoredFile
from myschool.kernel import clock
from myschool.kernel.actors import Actor, Role
from myschool.people import actions as people
from myschool.people.models import (
    Consent,
    DeletionRequest,
    FamilyCard,
    GuardianRestriction,
    Person,
    Post,
)
from myschool.people.rules import name_key
from myschool.people.tests.makers import (
    make_guardianship,
    make_person,
    make_post,
    make_profile,
    make_session,
)
from myschool.schools import actions as schools
from myschool.schools.models import Organisation, School, SchoolClass, SchoolYear, TermScheme
from myschool.schools.rules import Span
from myschool.schools.tests.makers import make_class, make_organisation, make_region, make_year
from myschool.timetable import actions as timetable
from myschool.timetable.models import TeachingLoad

EVERYBODY = frozenset(
    {
        "visitor", "newcomer", "student", "guardian", "teacher", "deputy_head", "head", "school_admin",
        "stranger_admin", "publisher", "expert", "operator", "stranger_operator",
    }
)  # fmt: skip
LOGGED_IN = EVERYBODY - {"visitor"}
STRANGE = "Чужова"


@dataclass
class World:
    """Who comes, by their session's token; rows by their id and other words, by the names the table uses."""

    at: datetime
    actors: dict[str, Actor] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """Today by the clocks of the home school, whose nights begin when days elsewhere are not over."""
        return clock.local_day("Europe/Moscow", self.at)

    @property
    def born(self) -> date:
        """The birthday of everybody's children: they are ten."""
        return date(self.at.year - 10, 1, 1)

    def address(self, about: str) -> list[int | str]:
        """What stands in an address: rows and words by their names, and numbers as they are: «lesson child 1»."""
        known: dict[str, int | str] = {**self.words, **self.rows}
        return [int(word) if word.isdigit() else known[word] for word in about.split()]

    def filled(self, text: str) -> str:
        """The text with each name in braces replaced by the id or the words it stands for."""
        return text.format_map(self.rows | self.words)


_numbers = count(1)


def make_world() -> World:
    """The whole cast and every row, in the order in which they would come to be."""
    world = World(clock.now())
    today = world.day
    first = today.replace(month=9, day=1)
    first = first if first <= today else first.replace(year=first.year - 1)
    year = make_year(make_region(), first, first.replace(year=first.year + 1))
    home, strange = _make_school("home", world), _make_school("strange", world)
    unconnected = _make_school("unconnected", world, connected=False)
    _cast(world, home, strange, year, today)
    _family(world, home, today)
    _requests(world, home, strange)
    _keeping(world, home, "", "Домов")
    _keeping(world, strange, "strange_", STRANGE)
    _connections(world, unconnected)
    _plan(world, home, "", "Домов")
    _plan(world, strange, "strange_", STRANGE)
    world.rows["demand"] = DeletionRequest.objects.create(
        subject_id=world.rows["listed"], filed_by_id=world.rows["listed"], submitted_at=world.at, due_day=today,
        state=DeletionRequest.State.SUBMITTED,
    ).pk  # fmt: skip
    for rows in (
        "files",
        "records",
        "timetable",
        "journal",
        "homework",
        "diary",
        "library",
        "folders",
        "notices",
        "chat",
        "involvement",
    ):
        import_module(f"tests.access.rows.{rows}").lay_out(world)
    world.words["born"] = world.born.isoformat()
    world.words["code"] = enrolment.invite(
        school=home, role=Role.DEPUTY_HEAD, last_name="Домова", first_name="Teacher", patronymic="Ивановна",
        by=world.actors["head"], at=world.at,
    )  # fmt: skip
    return world


def _make_school(name: str, world: World, *, connected: bool = True) -> School:
    organisation = make_organisation()
    world.rows[f"{name}_school"], world.words[f"{name}_inn"] = organisation.pk, organisation.inn
    return School.objects.create(
        organisation=organisation, time_zone="Europe/Moscow", connected_at=world.at if connected else None
    )


def _cast(world: World, home: School, strange: School, year: SchoolYear, today: date) -> None:
    for school, name in ((home, ""), (strange, "strange_")):
        for letter, row in (("А", "class"), ("Б", "second_class"), ("Я", "empty_class")):
            world.rows[name + row] = make_class(school, letter=letter, year=year).pk
    publisher = make_organisation("publisher", short_name="Издательство")
    authority = make_organisation("authority", short_name="Министерство")
    far_region = make_region("39", "Калининградская область", "Europe/Kaliningrad")
    far_authority = make_organisation("authority", far_region, short_name="Далёкое министерство")
    _enter(world, "newcomer")
    _enter(world, "student", Role.STUDENT, birth_date=date(today.year - 15, 1, 1))
    _enter(world, "guardian", Role.GUARDIAN)
    for role in (Role.TEACHER, Role.DEPUTY_HEAD, Role.HEAD, Role.SCHOOL_ADMIN):
        _enter(world, role.value, role, home.organisation)
    _enter(world, "stranger_admin", Role.SCHOOL_ADMIN, strange.organisation)
    _enter(world, "publisher", Role.PUBLISHER, publisher)
    _enter(world, "expert", Role.EXPERT, authority)
    _enter(world, "operator", Role.OPERATOR, authority)
    _enter(world, "stranger_operator", Role.OPERATOR, far_authority)
    # Not of the cast: they own rows that the cast must not reach.
    _enter(world, "mover", Role.STUDENT, birth_date=date(today.year - 16, 1, 1))
    _enter(world, "stranger", Role.GUARDIAN)


def _enter(
    world: World,
    who: str,
    role: Role | None = None,
    organisation: Organisation | None = None,
    birth_date: date = date(1985, 4, 12),
) -> None:
    """Let somebody in: a person with their post or profile, logged in."""
    person = make_person(STRANGE if "stranger" in who else "Домова", who.title(), birth_date=birth_date)
    if organisation:
        make_post(person, organisation, role, world.day - timedelta(days=30))
    elif role:
        make_profile(person, role)
    # Seen a little later than now: however slow the machine, no request needs to touch the session.
    session, world.tokens[who] = make_session(person, role, organisation, world.at + timedelta(minutes=20))
    world.actors[who] = Actor(
        person_id=person.pk,
        session_id=session.pk,
        role=role,
        organisation_id=organisation.pk if organisation else None,
        is_confirmed=True,
    )
    people.keep_unsent_form(person_id=person.pk, path="/look/", fields=[("of", who)], at=world.at)
    world.rows |= {f"{who}_person": person.pk, f"{who}_session": session.pk}


def _family(world: World, home: School, today: date) -> None:
    """The guardian has two children in the home school; one link has ended, one child has come of age."""
    guardian = Person.objects.get(pk=world.rows["guardian_person"])
    since = today - timedelta(days=30)
    for row, birth_date, to_date in (
        ("child", world.born, None),
        ("second_child", world.born, None),
        ("former_child", world.born, today),
        ("grown_up_child", date(today.year - 19, 1, 1), None),
    ):
        child = make_person("Домов", row.title(), birth_date=birth_date)
        link = make_guardianship(guardian, child, from_date=since, to_date=to_date)
        world.rows |= {row: child.pk, f"{row}_link": link.pk}
    placed = Person.objects.get(pk=world.rows["child"])
    make_placement(placed, SchoolClass.objects.get(pk=world.rows["class"]), from_date=since)
    restricted = make_guardianship(make_person("Домов", "Пётр"), placed, "father", since)
    head_id = world.rows["head_person"]
    world.rows["restriction"] = GuardianRestriction.objects.create(
        guardian_id=restricted.guardian_id, student=placed, kind="limited", ground="court", document="Решение суда",
        document_day=since, from_date=since, organisation=home.organisation, imposed_by_id=head_id, imposed_at=world.at,
    ).pk  # fmt: skip
    world.rows["merge"] = people.merge_persons(
        kept_id=make_person("Домов", "Яков").pk, merged_id=make_person("Домов", "Яша").pk, by=world.actors["head"],
        at=world.at,
    ).pk  # fmt: skip
    world.rows["second_session"] = make_session(guardian, Role.GUARDIAN, at=world.at)[0].pk
    consents = {
        purpose: Consent.objects.create(
            subject=guardian, given_by=guardian, purpose=purpose, wording="2026-09-01", given_at=world.at
        )
        for purpose in Consent.Purpose
    }
    world.rows |= {
        "consent": consents[Consent.Purpose.ESIA].pk,
        "terms_consent": consents[Consent.Purpose.TERMS].pk,
    }
    for who, last_name in (("guardian", "Домов"), ("stranger", STRANGE)):
        card = FamilyCard.objects.create(
            person_id=world.rows[f"{who}_person"], last_name=last_name, first_name="Лев", birth_date=world.born,
            name_key=name_key(last_name, "Лев", ""), told_at=world.at,
        )  # fmt: skip
        world.rows[f"{who}_card"] = card.pk


def _requests(world: World, home: School, strange: School) -> None:
    """Requests in every state a door asks about."""
    home_class = world.rows["class"]

    def asked(first_name: str, who: str = "guardian", *, send: bool = True) -> EnrolmentRequest:
        place, _ = enrolment.request_for_student(
            student=described(STRANGE if who == "stranger" else "Домов", first_name, birth_date=world.born),
            relation="mother",
            school=strange if who == "stranger" else home,
            level=7,
            school_class_id=world.rows["strange_class"] if who == "stranger" else home_class,
            by=world.actors[who],
            at=world.at,
            send=send,
        )
        return place

    doubtful = asked("Вера")
    enrolment.ask_to_clarify(request=doubtful, question="Какой адрес?", by=world.actors["head"], at=world.at)
    world.rows |= {
        "request": asked("Глеб").pk,
        "second_request": asked("Инна").pk,
        "draft": asked("Егор", send=False).pk,
        "doubtful_request": doubtful.pk,
        "strange_request": asked("Пётр", "stranger").pk,
    }
    mover = Person.objects.get(pk=world.rows["mover_person"])
    make_placement(mover, school=home, from_date=world.day - timedelta(days=30))
    leaving = enrolment.request_own_place(
        school=strange,
        level=7,
        school_class_id=world.rows["strange_class"],
        by=world.actors["mover"],
        at=world.at,
    )
    enrolment.approve(request=leaving, by=world.actors["stranger_admin"], at=world.at)
    world.rows["leaving_request"] = leaving.pk


def _keeping(world: World, school: School, name: str, last_name: str) -> None:
    """Students, an employee and an invitation of a school; one student is much like a requested one."""
    since = world.day - timedelta(days=30)
    for first_name in ("Ольга", "Глеб"):
        listed = make_person(last_name, first_name, "Ильич", birth_date=world.born)
        placement = Placement.objects.create(
            student=listed,
            school=school,
            level=7,
            school_class_id=world.rows[f"{name}class"],
            from_date=since,
        )
    employee = make_post(make_person(last_name, "Раиса"), school.organisation, Role.TEACHER, since)
    invitation = Invitation.objects.create(
        school=school, role=Role.DEPUTY_HEAD, last_name=last_name, first_name="Зоя",
        name_key=name_key(last_name, "Зоя", ""), code_hash=f"{next(_numbers):032d}".encode(),
        invited_by_id=world.rows["head_person"], invited_at=world.at, expires_at=world.at + timedelta(days=14),
    )  # fmt: skip
    world.rows |= {
        f"{name}listed": listed.pk,
        f"{name}placement": placement.pk,
        f"{name}post": employee.pk,
        f"{name}invitation": invitation.pk,
    }


def _plan(world: World, school: School, name: str, last_name: str) -> None:
    """A school's plan: subjects, a whole group with its teacher, a part with one student, terms and holidays."""
    by = world.actors["stranger_admin" if name else "deputy_head"]
    year = SchoolYear.objects.get()
    school_class = SchoolClass.objects.select_related("school_year").get(pk=world.rows[f"{name}class"])
    teacher = Post.objects.get(pk=world.rows[f"{name}post"]).person_id
    planned, other = (
        schools.add_subject(school=school, title=f"{title} ({last_name})", code="", by=by, at=world.at)
        for title in ("Алгебра", "Физика")
    )
    day = world.day
    timetable.plan_subject(
        school_class=school_class, subject=planned, hours=Decimal(3), teacher_id=teacher, day=day, by=by, at=world.at
    )  # fmt: skip
    part = timetable.make_group(
        subject=planned, title="Часть", classes=[school_class], is_part=True, by=by, at=world.at
    )
    timetable.fill_part(
        teaching_group=part, student_ids=[world.rows[f"{name}listed"]], day=day, by=by, at=world.at
    )
    scheme = schools.make_term_scheme(
        school=school, year=year, title=f"Четверти ({last_name})", kind=TermScheme.Kind.QUARTER,
        terms=[Span(year.from_date, year.to_date)], by=by, at=world.at,
    )  # fmt: skip
    unfollowed = schools.make_term_scheme(
        school=school, year=year, title="Полугодия", kind=TermScheme.Kind.HALF_YEAR,
        terms=[Span(year.from_date, year.to_date)], by=by, at=world.at,
    )  # fmt: skip
    holiday = schools.add_holiday(
        school=school, year=year, title=f"Каникулы ({last_name})", from_date=year.from_date, to_date=year.to_date,
        up_to_level=None, by=by, at=world.at,
    )  # fmt: skip
    load = TeachingLoad.objects.get(teacher=teacher)
    world.rows |= {
        f"{name}subject": planned.pk,
        f"{name}other_subject": other.pk,
        f"{name}teacher": teacher,
        f"{name}load": load.pk,
        f"{name}group": load.teaching_group_id,
        f"{name}part": part.pk,
        f"{name}scheme": scheme.pk,
        f"{name}unfollowed_scheme": unfollowed.pk,
        f"{name}holiday": holiday.pk,
    }
    world.words["first_day"] = year.from_date.isoformat()
    world.words["last_day"] = (year.to_date - timedelta(days=1)).isoformat()


def _connections(world: World, unconnected: School) -> None:
    """The teacher and another have applied to connect a school of the home region, each by a decree."""
    for who in ("head", "teacher"):
        decree = StoredFile.objects.create(
            key=f"{next(_numbers):032d}", name="приказ.pdf", content_type="application/pdf", size=4,
            owner_id=world.rows[f"{who}_person"], stored_at=world.at,
        )  # fmt: skip
        asked = ConnectionRequest.objects.create(
            organisation=unconnected.organisation, applicant_id=world.rows[f"{who}_person"], decree_number="5",
            decree_day=world.day, decree=decree, state=ConnectionRequest.State.SUBMITTED,
            submitted_at=world.at, due_day=world.day + timedelta(days=5),
        )  # fmt: skip
        world.rows[f"{who}_connection"] = asked.pk
