"""A small world for the table of doors: a home school and family, strangers, and rows that doors are about.

Everything lies around the present moment, since doors ask the clock themselves.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from itertools import count

from myschool.enrolment.actions import asking, deciding, staffing
from myschool.enrolment.models import ConnectionRequest, EnrolmentRequest, Invitation, Placement
from myschool.enrolment.tests.makers import described, make_placement
from myschool.files.models import StoredFile
from myschool.kernel import clock
from myschool.kernel.actors import Actor, Role
from myschool.people import actions as people
from myschool.people.models import Consent, DeletionRequest, FamilyCard, GuardianRestriction, Person, Post
from myschool.people.rules.names import name_key
from myschool.people.tests.makers import make_guardianship, make_person, make_post, make_profile, make_session
from myschool.schools import actions as schools
from myschool.schools.models import Organisation, Region, School, SchoolClass, SchoolYear, TermScheme
from myschool.schools.rules.terms import Span
from myschool.schools.tests.makers import make_class, make_organisation, make_region, make_year
from myschool.timetable.actions import plan
from myschool.timetable.models import TeachingLoad

EVERYBODY = frozenset(
    {
        "visitor",
        "newcomer",
        "student",
        "guardian",
        "teacher",
        "deputy_head",
        "head",
        "school_admin",
        "stranger_admin",
        "publisher",
        "expert",
        "operator",
        "stranger_operator",
    }
)
LOGGED_IN = EVERYBODY - {"visitor"}
STRANGE = "Чужова"
# Each has every right of their kind, in another school, family, region or organisation: none of it reaches home.
STRANGERS = frozenset(
    {
        "stranger_student",
        "stranger_guardian",
        "stranger_teacher",
        "stranger_deputy_head",
        "stranger_head",
        "stranger_admin",
        "stranger_publisher",
        "stranger_expert",
        "stranger_operator",
    }
)


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
    def sides(self) -> "tuple[Side, Side]":
        """The home school with its family and the strange one, which are laid out by the same functions."""
        return Side(self, "", "", "Домов"), Side(self, "strange_", "stranger_", STRANGE)

    @property
    def born(self) -> date:
        """The birthday of everybody's children: they are ten."""
        return date(self.at.year - 10, 1, 1)

    def address(self, about: str) -> list[int | str]:
        """What stands in an address: rows and words by their names, and numbers as they are: «lesson child 1»."""
        values: dict[str, int | str] = {**self.words, **self.rows}
        return [int(word) if word.isdigit() else values[word] for word in about.split()]

    def filled(self, text: str) -> str:
        """The text with each name in braces replaced by the id or the words it stands for."""
        return text.format_map(self.rows | self.words)


@dataclass(frozen=True)
class Side:
    """A school, a family, a publisher and an authority: the rows and people of the other side bear a prefix."""

    world: World
    rows: str
    people: str
    last_name: str

    @property
    def is_home(self) -> bool:
        """Whether it is the side of the cast."""
        return not self.rows

    def actor(self, who: str) -> Actor:
        """The side's guardian, teacher, head and so on."""
        return self.world.actors[self.people + who]

    def row(self, name: str) -> int:
        """The id of the side's row of this name."""
        return self.world.rows[self.rows + name]

    @property
    def school(self) -> School:
        """The side's school."""
        return School.objects.select_related("organisation").get(pk=self.actor("head").school_id)

    def keep(self, **ids: int) -> None:
        """Name rows of the side."""
        self.world.rows |= {self.rows + name: pk for name, pk in ids.items()}

    def say(self, **words: str) -> None:
        """Name other words that stand in addresses and forms."""
        self.world.words |= {self.rows + name: word for name, word in words.items()}

    def paper(self, key: str, owner: str) -> StoredFile:
        """A stored file of one of the side's people."""
        return StoredFile.objects.create(
            key=f"{self.rows}{key}".ljust(32, "0"),
            name=f"{key}.pdf",
            content_type="application/pdf",
            size=4,
            owner_id=self.actor(owner).person_id,
            stored_at=self.world.at,
        )


_numbers = count(1)


def make_world() -> World:
    """The whole cast and every row, in the order in which they would come to be."""
    world = World(at=clock.now())
    today = world.day
    first = today.replace(month=9, day=1)
    first = first if first <= today else first.replace(year=first.year - 1)
    year = make_year(make_region(), first, first.replace(year=first.year + 1))
    far_region = make_region("39", "Калининградская область", "Europe/Kaliningrad")
    far_year = make_year(far_region, first, first.replace(year=first.year + 1))
    home, strange = _make_school("home", world), _make_school("strange", world)
    unconnected = _make_school("unconnected", world, connected=False)
    far = _make_school("far", world, region=far_region)
    far_unconnected = _make_school("far_unconnected", world, region=far_region, connected=False)
    _cast(world, home, strange, year, today)
    world.rows["far_class"] = make_class(far, year=far_year).pk
    for side in world.sides:
        _family(side, today)
        _requests(side)
        _keeping(side)
    _leaving(world, home, strange, far, far_unconnected)
    _connections(world, "", unconnected)
    _connections(world, "strange_", far_unconnected)
    for side in world.sides:
        _plan(side, year)
    _demand(world, "demand", world.rows["listed"])
    _demand(world, "strange_demand", world.rows["far_person"])
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
        "instead",
        "machinery",
    ):
        import_module(f"tests.access.rows.{rows}").lay_out(world)
    world.words["born"] = world.born.isoformat()
    world.words["code"] = staffing.invite(
        school=home,
        role=Role.DEPUTY_HEAD,
        last_name="Домова",
        first_name="Teacher",
        patronymic="Ивановна",
        by=world.actors["head"],
        at=world.at,
    )
    return world


def _make_school(name: str, world: World, *, region: Region | None = None, connected: bool = True) -> School:
    organisation = make_organisation(region=region)
    world.rows[f"{name}_school"], world.words[f"{name}_inn"] = organisation.pk, organisation.inn
    return School.objects.create(
        organisation=organisation, time_zone="Europe/Moscow", connected_at=world.at if connected else None
    )


def _cast(world: World, home: School, strange: School, year: SchoolYear, today: date) -> None:
    for school, name in ((home, ""), (strange, "strange_")):
        for letter, row in (("А", "class"), ("Б", "second_class"), ("Я", "empty_class")):
            world.rows[name + row] = make_class(school, letter=letter, year=year).pk
    authority = make_organisation("authority", short_name="Министерство")
    far_authority = make_organisation("authority", Region.objects.get(code="39"), short_name="Далёкое министерство")
    _enter(world, "newcomer")
    for school, keepers, name in ((home, authority, ""), (strange, far_authority, "stranger_")):
        publisher = make_organisation("publisher", short_name=f"Издательство {name}")
        _enter(world, f"{name}student", Role.STUDENT, birth_date=date(today.year - 15, 1, 1))
        _enter(world, f"{name}guardian", Role.GUARDIAN)
        for role in (Role.TEACHER, Role.DEPUTY_HEAD, Role.HEAD, Role.SCHOOL_ADMIN):
            _enter(world, name + role.value.removeprefix("school_" if name else ""), role, school.organisation)
        _enter(world, f"{name}publisher", Role.PUBLISHER, publisher)
        _enter(world, f"{name}expert", Role.EXPERT, keepers)
        _enter(world, f"{name}operator", Role.OPERATOR, keepers)
    # Works at home and teaches nobody: what a teacher is without classes.
    _enter(world, "colleague", Role.TEACHER, home.organisation)
    # Not of the cast: they own rows that the cast must not reach.
    for who in ("mover", "far_mover"):
        _enter(world, who, Role.STUDENT, birth_date=date(today.year - 16, 1, 1))


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
    row = who.replace("stranger_", "strange_")
    world.rows |= {f"{row}_person": person.pk, f"{row}_session": session.pk}


def _restricted(side: Side, since: date) -> None:
    """Another guardian of the child, whose rights a court has limited; and two rows that were one person."""
    head = side.actor("head")
    restricted = make_guardianship(
        make_person(side.last_name, "Пётр"), Person.objects.get(pk=side.row("child")), "father", since
    )
    restriction = GuardianRestriction.objects.create(
        guardian_id=restricted.guardian_id,
        student_id=side.row("child"),
        kind="limited",
        ground="court",
        document="Решение суда",
        document_day=since,
        from_date=since,
        organisation=side.school.organisation,
        imposed_by_id=head.person_id,
        imposed_at=side.world.at,
    )
    merge = people.merge_persons(
        kept_id=make_person(side.last_name, "Яков").pk,
        merged_id=make_person(side.last_name, "Яша").pk,
        by=head,
        at=side.world.at,
    )
    side.keep(restriction=restriction.pk, merge=merge.pk)


def _family(side: Side, today: date) -> None:
    """A guardian has two children in the school; one link has ended, one child has come of age. A student is on their own."""
    world, guardian = side.world, Person.objects.get(pk=side.row("guardian_person"))
    since = today - timedelta(days=30)
    for row, birth_date, to_date in (
        ("child", world.born, None),
        ("second_child", world.born, None),
        ("former_child", world.born, today),
        ("grown_up_child", date(today.year - 19, 1, 1), None),
    ):
        child = make_person(side.last_name, row.title(), birth_date=birth_date)
        link = make_guardianship(guardian, child, from_date=since, to_date=to_date)
        side.keep(**{row: child.pk, f"{row}_link": link.pk})
    school_class = SchoolClass.objects.get(pk=side.row("class"))
    for row in ("child", "student_person"):
        make_placement(Person.objects.get(pk=side.row(row)), school_class, from_date=since)
    _restricted(side, since)
    side.keep(second_session=make_session(guardian, Role.GUARDIAN, at=world.at)[0].pk)
    consents = {
        purpose: Consent.objects.create(
            subject=guardian, given_by=guardian, purpose=purpose, wording="2026-09-01", given_at=world.at
        )
        for purpose in Consent.Purpose
    }
    card = FamilyCard.objects.create(
        person=guardian,
        last_name=side.last_name,
        first_name="Лев",
        birth_date=world.born,
        name_key=name_key(side.last_name, "Лев", ""),
        told_at=world.at,
    )
    side.keep(consent=consents[Consent.Purpose.ESIA].pk, terms_consent=consents[Consent.Purpose.TERMS].pk, card=card.pk)


def _requests(side: Side) -> None:
    """Requests in every state a door asks about."""

    def asked(first_name: str, *, send: bool = True) -> EnrolmentRequest:
        place, _ = asking.request_for_student(
            student=described(side.last_name, first_name, birth_date=side.world.born),
            relation="mother",
            school=side.school,
            level=7,
            school_class_id=side.row("class"),
            by=side.actor("guardian"),
            at=side.world.at,
            send=send,
        )
        return place

    doubtful = asked("Вера")
    deciding.ask_to_clarify(request=doubtful, question="Какой адрес?", by=side.actor("head"), at=side.world.at)
    side.keep(
        request=asked("Глеб").pk,
        second_request=asked("Инна").pk,
        draft=asked("Егор", send=False).pk,
        doubtful_request=doubtful.pk,
    )


def _leaving(world: World, home: School, strange: School, far: School, far_unconnected: School) -> None:
    """A transfer from the home school to the strange one, and one between two schools far away."""
    for row, who, leaves, to, school_class, leader in (
        ("", "mover", home, strange, "strange_class", world.actors["stranger_admin"]),
        (
            "strange_",
            "far_mover",
            far_unconnected,
            far,
            "far_class",
            replace(world.actors["stranger_admin"], organisation_id=far.pk),
        ),
    ):
        mover = Person.objects.get(pk=world.rows[f"{who}_person"])
        make_placement(mover, school=leaves, from_date=world.day - timedelta(days=30))
        leaving = asking.request_own_place(
            school=to, level=7, school_class_id=world.rows[school_class], by=world.actors[who], at=world.at
        )
        deciding.approve(request=leaving, by=leader, at=world.at)
        world.rows[f"{row}leaving_request"] = leaving.pk
    # Somebody whose only place is in the far region.
    far_person = make_person(STRANGE, "Далёкий", birth_date=world.born)
    make_placement(far_person, school=far, from_date=world.day - timedelta(days=30))
    world.rows["far_person"] = far_person.pk


def _demand(world: World, row: str, subject: int) -> None:
    world.rows[row] = DeletionRequest.objects.create(
        subject_id=subject,
        filed_by_id=subject,
        submitted_at=world.at,
        due_day=world.day,
        state=DeletionRequest.State.SUBMITTED,
    ).pk


def _keeping(side: Side) -> None:
    """Students, an employee and an invitation of a school; one student is much like a requested one."""
    world, last_name = side.world, side.last_name
    since = world.day - timedelta(days=30)
    for first_name in ("Ольга", "Глеб"):
        listed = make_person(last_name, first_name, "Ильич", birth_date=world.born)
        placement = Placement.objects.create(
            student=listed, school=side.school, level=7, school_class_id=side.row("class"), from_date=since
        )
    employee = make_post(make_person(last_name, "Раиса"), side.school.organisation, Role.TEACHER, since)
    invitation = Invitation.objects.create(
        school=side.school,
        role=Role.DEPUTY_HEAD,
        last_name=last_name,
        first_name="Зоя",
        name_key=name_key(last_name, "Зоя", ""),
        code_hash=f"{next(_numbers):032d}".encode(),
        invited_by_id=side.actor("head").person_id,
        invited_at=world.at,
        expires_at=world.at + timedelta(days=14),
    )
    side.keep(listed=listed.pk, placement=placement.pk, post=employee.pk, invitation=invitation.pk)


def _plan(side: Side, year: SchoolYear) -> None:
    """A school's plan: subjects, a whole group with its teacher, a part with one student, terms and holidays."""
    world, school, last_name = side.world, side.school, side.last_name
    by, day = side.actor("deputy_head"), world.day
    school_class = SchoolClass.objects.select_related("school_year").get(pk=side.row("class"))
    teacher = Post.objects.get(pk=side.row("post")).person_id
    planned, other = (
        schools.add_subject(school=school, title=f"{title} ({last_name})", code="", by=by, at=world.at)
        for title in ("Алгебра", "Физика")
    )
    plan.plan_subject(
        school_class=school_class, subject=planned, hours=Decimal(3), teacher_id=teacher, day=day, by=by, at=world.at
    )
    part = plan.make_group(subject=planned, title="Часть", classes=[school_class], is_part=True, by=by, at=world.at)
    plan.fill_part(teaching_group=part, student_ids=[side.row("listed")], day=day, by=by, at=world.at)
    scheme = schools.make_term_scheme(
        school=school,
        year=year,
        title=f"Четверти ({last_name})",
        kind=TermScheme.Kind.QUARTER,
        terms=[Span(year.from_date, year.to_date)],
        by=by,
        at=world.at,
    )
    unfollowed = schools.make_term_scheme(
        school=school,
        year=year,
        title="Полугодия",
        kind=TermScheme.Kind.HALF_YEAR,
        terms=[Span(year.from_date, year.to_date)],
        by=by,
        at=world.at,
    )
    holiday = schools.add_holiday(
        school=school,
        year=year,
        title=f"Каникулы ({last_name})",
        from_date=year.from_date,
        to_date=year.to_date,
        up_to_level=None,
        by=by,
        at=world.at,
    )
    load = TeachingLoad.objects.get(teacher=teacher)
    side.keep(
        subject=planned.pk,
        other_subject=other.pk,
        teacher=teacher,
        load=load.pk,
        group=load.teaching_group_id,
        part=part.pk,
        scheme=scheme.pk,
        unfollowed_scheme=unfollowed.pk,
        holiday=holiday.pk,
    )
    world.words["first_day"] = year.from_date.isoformat()
    world.words["last_day"] = (year.to_date - timedelta(days=1)).isoformat()


def _connections(world: World, name: str, unconnected: School) -> None:
    """The teacher and another have applied to connect a school of a region, each by a decree."""
    for who in ("head", "teacher"):
        applicant = world.rows[f"{name}{who}_person"]
        decree = StoredFile.objects.create(
            key=f"{next(_numbers):032d}",
            name="приказ.pdf",
            content_type="application/pdf",
            size=4,
            owner_id=applicant,
            stored_at=world.at,
        )
        application = ConnectionRequest.objects.create(
            organisation=unconnected.organisation,
            applicant_id=applicant,
            decree_number="5",
            decree_day=world.day,
            decree=decree,
            state=ConnectionRequest.State.SUBMITTED,
            submitted_at=world.at,
            due_day=world.day + timedelta(days=5),
        )
        world.rows[f"{name}{who}_connection"] = application.pk
