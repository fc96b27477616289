"""Persons for tests: plain functions with sensible defaults."""

from datetime import date, timedelta
from itertools import count
from urllib.parse import parse_qs, urlsplit

from myschool.kernel.actors import STAFF, Actor, Role
from myschool.kernel.clock import now
from myschool.people.actors import COOKIE, hash_of
from myschool.people.esia.answers import EsiaPerson
from myschool.people.models import Account, Guardianship, Person, Post, Profile, Session
from myschool.people.rules import assurance, names
from myschool.schools.tests.makers import NOON

ISSUER = "http://127.0.0.1:8010/"
_numbers = count(1)


def make_person(last_name="Петрова", first_name="Анна", patronymic="Ивановна", birth_date=date(1985, 4, 12), **more):
    return Person.objects.create(
        last_name=last_name,
        first_name=first_name,
        patronymic=patronymic,
        birth_date=birth_date,
        name_key=names.name_key(last_name, first_name, patronymic),
        sort_key=names.sort_key(last_name, first_name, patronymic),
        **more,
    )


def make_account(person, oid=None, level="PR", trusted=True):
    return Account.objects.create(
        person=person,
        issuer=ISSUER,
        oid=oid or f"90{next(_numbers):06d}",
        level=level,
        trusted=trusted,
        last_login_at=NOON,
    )


def make_profile(person, role, terms_version="2026-09-01"):
    return Profile.objects.get_or_create(
        person=person, role=role, defaults={"terms_version": terms_version, "registered_at": NOON}
    )[0]


def make_post(person, organisation, role=Role.TEACHER, from_date=date(2026, 9, 1), to_date=None):
    make_profile(person, Role.TEACHER)
    return Post.objects.create(
        person=person, organisation=organisation, role=role, from_date=from_date, to_date=to_date
    )


def make_guardianship(guardian, student, relation="mother", from_date=date(2026, 9, 1), to_date=None):
    return Guardianship.objects.create(
        guardian=guardian, student=student, relation=relation, from_date=from_date, to_date=to_date
    )


def make_session(person, role="", organisation=None, at=NOON, token=None, hours=12):
    token = token or f"token-{next(_numbers)}"
    account = person.account_set.first() or make_account(person)
    session = Session.objects.create(
        token_hash=hash_of(token),
        person=person,
        account=account,
        role=role or "",
        organisation=organisation,
        device="Chrome, Linux",
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    return session, token


def make_actor(person=None, role=Role.GUARDIAN, organisation=None):
    """An actor with a real session; a staff role gets its post, any other its profile."""
    person = person or make_person()
    if role in STAFF:
        Post.objects.get_or_create(
            person=person, organisation=organisation, role=role, defaults={"from_date": date(2026, 9, 1)}
        )
        make_profile(person, Role.TEACHER)
    elif role is not None:
        make_profile(person, role)
    session, _ = make_session(person, role, organisation)
    return Actor(
        person_id=person.pk,
        session_id=session.pk,
        role=role,
        organisation_id=organisation.pk if organisation else None,
        name=names.short_name(person.last_name, person.first_name, person.patronymic),
        place_title=organisation.short_name if organisation else "",
        time_zone=organisation.region.time_zone if organisation else "",
        is_confirmed=assurance.is_confirmed(session.account.level, trusted=session.account.trusted),
    )


def log_in(client, actor, at):
    """Give the test client the cookie of a fresh session of the actor."""
    person = Person.objects.get(pk=actor.person_id)
    session, token = make_session(person, actor.role, None, at=at)
    Session.objects.filter(pk=session.pk).update(organisation=actor.organisation_id)
    client.cookies[COOKIE] = token
    return session


def told(
    oid="1000",
    last_name="Петрова",
    first_name="Анна",
    patronymic="Ивановна",
    birth_date=date(1985, 4, 12),
    snils="11223344595",
    **more,
):
    """A person as Gosuslugi tells about them."""
    return EsiaPerson(
        oid=oid,
        last_name=last_name,
        first_name=first_name,
        patronymic=patronymic,
        birth_date=birth_date,
        snils=snils,
        **more,
    )


def go_to_gosuslugi(client, **query):
    """Press «Войти»; answers the state that Gosuslugi will send back."""
    sent = client.get("/login/", query)
    return parse_qs(urlsplit(sent.url).query)["state"][0]


def come(client, esia, oid="1000", **query):
    """The whole way in, for a person scripted in the stand-in `esia`."""
    state = go_to_gosuslugi(client, **query)
    return client.get("/login/return/", {"code": esia.sign_in(oid), "state": state})


def years_ago(years, day=None):
    """The birth date of somebody who turns that old on the day, today by default."""
    day = day or now().date()
    return day.replace(year=day.year - years, day=min(day.day, 28))
