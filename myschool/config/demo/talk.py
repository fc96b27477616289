"""What a demo school says to its families: an announcement, a word in the staff room, a paper to sign, an evening."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from myschool.chat.actions import talking
from myschool.chat.actions.rosters import keep_rosters
from myschool.chat.models import Conversation, Membership
from myschool.involvement import actions as involvement
from myschool.kernel.actors import Actor
from myschool.schools.models import School, SchoolClass

ANNOUNCED = "С понедельника столовая работает с 8:30. Меню на неделю — у классных руководителей."
SAID = "Коллеги, **педсовет** в пятницу в 15:00, кабинет 210."
PAPER = "Правила посещения бассейна: справка, шапочка, сменная обувь. Без справки в воду не пускаем."
WEEK = timedelta(weeks=1)


def begin(school: School, classes: list[SchoolClass], teacher_ids: list[int], by: Actor, at: datetime) -> None:
    """Let the school's conversations begin, and ask its families something."""
    keep_rosters(school_ids=[school.pk], at=at)
    for kind, text in (("news", ANNOUNCED), ("staff", SAID)):
        talk = Conversation.objects.get(school=school, kind=kind)
        place = Membership.objects.get(conversation=talk, person=by.person_id, to_at__isnull=True)
        talking.post(
            place=place, text=text, reply_to=None, attached=[], client_key=uuid4(), is_urgent=False, by=by, at=at
        )
    day = at.date() + WEEK
    involvement.ask_families(
        school=school,
        kind="paper",
        title="Правила посещения бассейна",
        text=PAPER,
        attached=None,
        classes=classes,
        closes_day=day,
        options=[],
        is_anonymous=False,
        by=by,
        at=at,
    )
    involvement.make_evening(
        school=school,
        title="Приём учителей начальных и средних классов",
        place="Второй этаж",
        day=day,
        begins=time(17),
        ends=time(19),
        minutes=15,
        pause=0,
        book_until=day,
        teacher_ids=teacher_ids,
        by=by,
        at=at,
    )
