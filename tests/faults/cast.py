"""`python -m tests.faults.cast`: a school whose people will lose their rights; prints their sessions and what to end."""

# ruff: noqa: E402 - Django must be set up before what stands on it is imported
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myschool.config.settings")

import django

django.setup()

from myschool.chat.tests.makers import make_talkers
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people.models import Guardianship, Person
from myschool.people.tests.makers import make_person, make_post, make_profile, make_session


def made() -> dict[str, object]:
    """The sessions' tokens by who they are, and the ids that the doors need."""
    at = now()
    talkers = make_talkers(at=at)
    school = talkers.school.organisation
    teacher = Person.objects.get(pk=talkers.teacher.person_id)
    make_profile(teacher, Role.GUARDIAN)
    colleague, admin = make_person("Уволенная"), make_person("Главная")
    post = make_post(colleague, school)
    make_post(admin, school, role=Role.SCHOOL_ADMIN)
    mother = Person.objects.get(pk=talkers.mothers[0].person_id)
    who = {
        "teacher": (teacher, Role.TEACHER, school),
        "teachers_phone": (teacher, Role.TEACHER, school),
        "colleague": (colleague, Role.TEACHER, school),
        "admin": (admin, Role.SCHOOL_ADMIN, school),
        "mother": (mother, Role.GUARDIAN, None),
    }
    for name, (person, role, place) in who.items():
        make_session(person, role, place, at=at, token=f"faults-{name}")
    return {"post": post.pk, "link": Guardianship.objects.get(guardian=mother).pk, "talk": talkers.talk("guardians").pk}


if __name__ == "__main__":
    json.dump(made(), sys.stdout)
