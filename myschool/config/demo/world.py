"""The demo world is played: people come, schools connect, families ask, and each step is the action life would take.

The register (authorities, schools, school years) has no actions and is written down as it is. All happens in one
transaction: there is a whole demo world or none.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from myschool.config.demo import cast, population, registry, school_days, shelves, talk
from myschool.config.demo.citizens import Citizen, Family, organisation_oid, standin_record
from myschool.config.demo.registry import CONNECTED, DAWN, SCHOOLS, SPRING_SENIOR, VOLCANO, VSHUO, SchoolPlan
from myschool.config.demo.studies import Studies
from myschool.enrolment.actions import asking, connecting, deciding, placing, staffing
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, StudentCard
from myschool.enrolment.students import Student
from myschool.files.received import Received
from myschool.files.receiving import PAPERS, receive
from myschool.journal.actions.codes import give_usual_codes
from myschool.kernel.actors import Actor, Role, nobody
from myschool.people import actions as people
from myschool.people.actors import hash_of
from myschool.people.esia.answers import EsiaOrganisation, EsiaPerson, Grant
from myschool.people.gateways import LOGIN_SCOPES
from myschool.people.models import AccessRecord, Account, Person, Session
from myschool.people.processing import answer_due
from myschool.schools import actions as schools
from myschool.schools.classifiers import loading
from myschool.schools.models import Organisation, Region, School, SchoolClass, SchoolYear
from myschool.schools.queries import year_classes
from myschool.timetable.access import teachers_of

State = EnrolmentRequest.State
Reason = EnrolmentRequest.Reason
OPENED, A_MONTH = timedelta(days=120), timedelta(days=30)
ASKED_LONG_AGO = timedelta(days=100)
LATELY = timedelta(days=2)
HOUR = timedelta(hours=1)
DEVICE = "Учебный вход"
QUESTION, ANSWER = "Уточните, пожалуйста, с какого дня ученик учится у нас.", "С первого сентября."


def build(at: datetime) -> bool:
    """Make the demo world unless there is one; answers whether it was made."""
    # Files come first: nothing is stored, looked over or unpacked inside the one transaction that makes the world.
    files = None if _is_there() else _Files(_decree(), shelves.pack(at))
    with transaction.atomic():
        loading.load(at=at)
        registry.lay_out_time(registry.year_start(at.date()))
        give_usual_codes()
        if files is None or _is_there():
            return False
        _World(at, files).play()
    return True


def _is_there() -> bool:
    return Organisation.objects.filter(inn=VSHUO.inn).exists()


def start_of_world() -> date:
    """The first day of the school year for which the demo world was made: its people's ages follow from it."""
    classes = SchoolClass.objects.filter(school__organisation__inn=VSHUO.inn).select_related("school_year")
    return classes.earliest("school_year__from_date", "pk").school_year.from_date


def tell_standin(path: Path, start: date) -> None:
    """Write the file that makes the stand-in of Gosuslugi know the demo people."""
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [standin_record(citizen) for citizen in population.account_holders(start)]
    path.write_text(json.dumps(records, ensure_ascii=False, indent=1), "utf-8")


@dataclass(frozen=True)
class _Files:
    """What the world's people have brought, in the store already."""

    decree: Received
    packages: list[shelves.Packed]


class _World:
    """The play, with what its scenes hand on to each other."""

    def __init__(self, at: datetime, files: _Files) -> None:
        self.at, self.files = at, files
        self.start = registry.year_start(at.date())
        # Before the school year, however far that has gone: what is planned from its first day on needs people by then.
        self.opened = at - max(OPENED, at.date() - self.start + A_MONTH)
        self.schools: dict[SchoolPlan, School] = {}
        self.classes: dict[tuple[SchoolPlan, int, str], SchoolClass] = {}
        self.operators: dict[str, Actor] = {}
        self.admins: dict[SchoolPlan, Actor] = {}

    def play(self) -> None:
        """Scene by scene."""
        self.open_regions()
        for plan in CONNECTED:
            self.connect(plan)
            self.make_classes(plan)
            self.hire(plan)
        self.ask_to_connect_by_decree()
        for place, (plan, family) in enumerate(population.families(self.start)):
            self.settle(plan, family, asked=self.at - timedelta(hours=6 * (place % 30) + 30))
        self.ask_for_a_class_that_is_not_there()
        self.ask_for_transfer()
        self.ask_for_posts()
        self.demand_deletion()
        for plan in cast.TEACHERS:
            self.plan_studies(plan)
        self.fill_library()
        self.talk()
        asking.expire_requests(day=self.at.date(), at=self.at)

    def talk(self) -> None:
        """The schools whose days are played talk with their families."""
        for plan in cast.TEACHERS:
            school = self.schools[plan]
            classes = [school_class for (of, _, _), school_class in self.classes.items() if of == plan]
            teachers = list(teachers_of(school.pk, self.at.date()).order_by("pk").values_list("pk", flat=True))
            talk.begin(school, classes, teachers, self.admins[plan], self.at - HOUR)

    def fill_library(self) -> None:
        """A publisher, experts and materials."""
        shelves.fill(
            self.files.packages,
            publisher=_come(cast.PUBLISHER, self.opened, Role.PUBLISHER),
            experts=[_come(citizen, self.opened, Role.TEACHER) for citizen in cast.EXPERTS],
            operator=self.operators[registry.MOSCOW],
            region=registry.MOSCOW,
            at=self.opened,
        )

    # Regions and schools

    def open_regions(self) -> None:
        """Authorities with their operators, and all schools, none of them connected."""
        for region, citizen in cast.OPERATORS.items():
            authority = registry.found_authority(Region.objects.get(pk=region))
            actor = _come(citizen, self.opened, Role.TEACHER)
            people.take_post(
                person_id=actor.person_id,
                organisation_id=authority.pk,
                role=Role.OPERATOR,
                from_date=self.opened.date(),
                stamp=nobody(self.opened),
            )
            self.operators[region] = replace(actor, role=Role.OPERATOR, organisation_id=authority.pk)
        self.schools = {plan: registry.found_school(plan) for plan in SCHOOLS}

    def connect(self, plan: SchoolPlan) -> None:
        """The administrator connects the school: by Gosuslugi's word, or by a decree and the operator."""
        citizen, school = cast.ADMINS[plan], self.schools[plan]
        actor = _come(citizen, self.opened, Role.TEACHER)
        if citizen.administers:
            people.remember_esia_posts(
                person_id=actor.person_id, told=(_esia_post(citizen.administers),), at=self.opened
            )
            connecting.ask_connection(
                school=school, decree_number="", decree_day=None, decree=None, by=actor, at=self.opened
            )
        else:
            connection = self.bring_decree(school, "12-к", actor, self.opened)
            connecting.approve_connection(connection=connection, by=self.operators[plan.region], at=self.opened + HOUR)
        school.refresh_from_db()
        self.admins[plan] = replace(actor, role=Role.SCHOOL_ADMIN, organisation_id=school.pk)

    def bring_decree(self, school: School, number: str, by: Actor, at: datetime) -> ConnectionRequest:
        """Ask to connect a school with a decree."""
        return connecting.ask_connection(
            school=school, decree_number=number, decree_day=at.date(), decree=self.files.decree, by=by, at=at
        )

    def ask_to_connect_by_decree(self) -> None:
        """One application declined, and the next one on the operator's desk."""
        actor = _come(cast.DECREE_BEARER, self.at - LATELY, Role.TEACHER)
        lyceum, operator = self.schools[DAWN], self.operators[DAWN.region]
        first = self.bring_decree(lyceum, "7", actor, self.at - LATELY)
        connecting.decline_connection(
            connection=first,
            reason_text="На скане не видно подписи и печати. Приложите читаемый скан приказа.",
            by=operator,
            at=self.at - LATELY + HOUR,
        )
        self.bring_decree(lyceum, "7", actor, self.at - HOUR)

    def make_classes(self, plan: SchoolPlan) -> None:
        """The classes of the year."""
        year = SchoolYear.objects.get(region=plan.region, from_date=self.start)
        for level, letter in plan.classes:
            self.classes[plan, level, letter] = schools.create_class(
                school=self.schools[plan], year=year, level=level, letter=letter, by=self.admins[plan], at=self.opened
            )

    def hire(self, plan: SchoolPlan) -> None:
        """The staff: most from the school's papers, one teacher by request, one invited and still awaited."""
        admin, school = self.admins[plan], self.schools[plan]
        for employee in population.staff(plan):
            people.take_post(
                person_id=_write_down(employee.citizen).pk,
                organisation_id=school.pk,
                role=employee.role,
                from_date=self.start,
                stamp=admin.stamp(self.opened),
            )
        if plan in cast.TEACHERS:
            teacher = _come(cast.TEACHERS[plan], self.opened, Role.TEACHER)
            request = asking.request_post(school=school, role=Role.TEACHER, by=teacher, at=self.opened)
            deciding.approve(request=request, by=admin, at=self.opened + HOUR)
        if plan == VSHUO:
            staffing.invite(
                school=school,
                role=Role.TEACHER,
                last_name="Громова",
                first_name="Яна",
                patronymic="Олеговна",
                by=admin,
                at=self.at - LATELY,
            )

    # Families

    def settle(self, plan: SchoolPlan, family: Family, asked: datetime) -> None:
        """A student gets on the school's list; guardians are linked by the school, or ask for it at `asked`."""
        admin, citizen = self.admins[plan], family.student
        school_class = self.classes[plan, family.level, family.letter]
        student = placing.add_student(
            school_class=school_class,
            last_name=citizen.last_name,
            first_name=citizen.first_name,
            patronymic=citizen.patronymic,
            birth_date=citizen.birth_date,
            gender=citizen.gender,
            snils=citizen.snils,
            day=self.start,
            by=admin,
            at=self.opened,
        )
        askers = 1 if family.asks else 0
        for relation, guardian in family.guardians[askers:]:
            guardian_id = (
                _come(guardian, self.opened, Role.GUARDIAN).person_id if guardian.level else _write_down(guardian).pk
            )
            people.link_guardian(
                guardian_id=guardian_id,
                student_id=student.pk,
                relation=relation,
                from_date=self.start,
                stamp=admin.stamp(self.opened),
            )
        if family.asks:
            at = self.at - ASKED_LONG_AGO if family.asks == State.EXPIRED else asked
            self.ask(plan, family, school_class, student, at)
        if citizen.level and citizen.came:
            registers = Role.STUDENT if family.level >= population.FIRST_OVER_14 else None
            _come(citizen, self.at - LATELY, registers)

    def ask(self, plan: SchoolPlan, family: Family, school_class: SchoolClass, student: Person, at: datetime) -> None:
        """The first guardian asks for the student's place and the link, and it goes as far as the story says."""
        relation, citizen = family.guardians[0]
        guardian, admin, later = _come(citizen, at, Role.GUARDIAN), self.admins[plan], at + HOUR
        halves = asking.request_for_student(
            student=_described(family.student),
            relation=relation,
            school=self.schools[plan],
            level=family.level,
            school_class_id=school_class.pk,
            by=guardian,
            at=at,
            send=family.asks != State.DRAFT,
        )
        for half in halves:
            match family.asks:
                case State.CLARIFY | State.ANSWERED:
                    deciding.ask_to_clarify(request=half, question=QUESTION, by=admin, at=later)
                    if family.asks == State.ANSWERED:
                        asking.answer(request=half, text=ANSWER, by=guardian, at=later + HOUR)
                case State.APPROVED:
                    deciding.approve(request=half, same_as_id=student.pk, by=admin, at=later)
                case State.DECLINED:
                    deciding.decline(
                        request=half,
                        reason=Reason.MISMATCH,
                        text="Проверьте дату рождения в свидетельстве.",
                        by=admin,
                        at=later,
                    )
                case State.WITHDRAWN:
                    asking.withdraw(request=half, by=guardian, at=later)
        if family.asks == State.APPROVED:
            people.record_access(student_ids=[student.pk], section=AccessRecord.Section.REQUEST, by=admin, at=later)

    def ask_for_a_class_that_is_not_there(self) -> None:
        """A request without a class: the school has no 7th classes yet."""
        parent = cast.volcano_newcomers(self.start)
        guardian = _come(parent, self.at - LATELY, Role.GUARDIAN)
        asking.request_for_student(
            student=_described(parent.children[0]),
            relation=cast.FATHER,
            school=self.schools[VOLCANO],
            level=7,
            school_class_id=None,
            by=guardian,
            at=self.at - LATELY,
        )

    def ask_for_transfer(self) -> None:
        """A student of one school asks another, which agrees; now the first has to let them go."""
        citizen = next(
            family.student
            for plan, family in population.families(self.start)
            if plan == SPRING_SENIOR and family.student.level
        )
        student = replace(_come(citizen, self.at - LATELY), role=Role.STUDENT)
        request = asking.request_own_place(
            school=self.schools[VSHUO],
            level=10,
            school_class_id=self.classes[VSHUO, 10, "физмат"].pk,
            by=student,
            at=self.at - LATELY,
        )
        deciding.approve(request=request, by=self.admins[VSHUO], at=self.at - LATELY + HOUR)

    def ask_for_posts(self) -> None:
        """A teacher waits to be acknowledged."""
        teacher = _come(cast.NEW_TEACHER, self.at - LATELY, Role.TEACHER)
        asking.request_post(school=self.schools[VSHUO], role=Role.TEACHER, by=teacher, at=self.at - LATELY)

    def plan_studies(self, plan: SchoolPlan) -> None:
        """The school's study plan and its year of lessons; then one teacher's journal of the last weeks."""
        school, year = self.schools[plan], SchoolYear.objects.get(region=plan.region, from_date=self.start)
        planned, citizen = Studies(school, year, self.admins[plan], self.opened), cast.TEACHERS[plan]
        teacher_id = Account.objects.get(oid=citizen.oid).person_id
        colleagues = teachers_of(school.pk, self.start).exclude(pk=teacher_id).order_by("pk")
        planned.plan(list(year_classes(school, year)), [teacher_id, *colleagues.values_list("pk", flat=True)])
        school_days.declare(school, self.admins[plan], self.opened)
        teacher = replace(
            _come(citizen, self.at - LATELY, Role.TEACHER), organisation_id=school.pk, time_zone=school.time_zone
        )
        school_days.keep_journal(school, teacher, self.at.date())

    def demand_deletion(self) -> None:
        """Somebody who came by mistake wants their data deleted; the operators decide."""
        visitor = _come(cast.CHANCE_VISITOR, self.at - LATELY, Role.GUARDIAN)
        people.demand_deletion(
            subject_id=visitor.person_id,
            text="Зарегистрировался по ошибке, детей в школах нет.",
            due_day=answer_due((self.at - LATELY).date()),
            by=visitor,
            at=self.at - LATELY,
        )


def _come(citizen: Citizen, at: datetime, role: Role | None = None) -> Actor:
    """Log in through Gosuslugi, and register if a role is named."""
    assert citizen.level is not None  # noqa: S101 - who has no account does not come
    grant = Grant(
        access_token="",
        oid=citizen.oid,
        level=citizen.level,
        trusted=citizen.is_trusted,
        session=None,
        scopes=LOGIN_SCOPES,
        methods=(),
        authenticated_at=at,
        expires_at=None,
    )
    esia_person = EsiaPerson(
        oid=citizen.oid,
        last_name=citizen.last_name,
        first_name=citizen.first_name,
        patronymic=citizen.patronymic or None,
        birth_date=citizen.birth_date,
        gender="M" if citizen.gender == "M" else "F",
        snils=citizen.snils,
        trusted=citizen.is_trusted,
    )
    token = people.log_in(issuer=settings.ESIA["issuer"], grant=grant, told=esia_person, device=DEVICE, at=at)
    session = Session.objects.get(token_hash=hash_of(token))
    actor = Actor(person_id=session.person_id, session_id=session.pk, role=role, is_confirmed=citizen.is_trusted)
    if role:
        people.register(role=role, by=actor, at=at, day_somewhere=at.date())
    return actor


def _write_down(citizen: Citizen) -> Person:
    """Somebody known from a school's papers."""
    return people.add_person(
        last_name=citizen.last_name,
        first_name=citizen.first_name,
        patronymic=citizen.patronymic,
        birth_date=citizen.birth_date,
        gender=citizen.gender,
        snils=citizen.snils,
    )


def _described(student: Citizen) -> Student:
    """A child as the guardian's request has it: by the card at Gosuslugi, or typed."""
    typed = Student(
        last_name=student.last_name,
        first_name=student.first_name,
        patronymic=student.patronymic,
        birth_date=student.birth_date,
        gender=student.gender,
    )
    if student.level is None:
        return typed
    return replace(typed, source=StudentCard.Source.ESIA, esia_oid=student.oid, snils=student.snils)


def _esia_post(plan: SchoolPlan) -> EsiaOrganisation:
    return EsiaOrganisation(
        oid=organisation_oid(plan),
        full_name=plan.full_name,
        short_name=plan.short_name,
        ogrn=plan.ogrn,
        chief=False,
        admin=True,
    )


def _decree() -> Received:
    """A scan of a decree: an empty page."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj%bendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"xref\n0 4\n0000000000 65535 f \n%btrailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(content),
    )
    upload = SimpleUploadedFile("prikaz.pdf", content, content_type="application/pdf")
    return receive(upload, PAPERS, field="decree")
