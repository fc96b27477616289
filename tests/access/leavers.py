"""The cast of leavers: people who had every right of somebody of the cast, made rows with it, and lost it.

A leaver is answered at every door and stream as somebody who never had the right (`like`), and no page shows them what they
have lost. What stays theirs all the same is in `keeps`, with the reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from myschool.chat.models import Conversation, Membership
from myschool.enrolment.actions import placing
from myschool.enrolment.actions import placing as placing_actions
from myschool.enrolment.models import Placement
from myschool.people import actions as people
from myschool.people.models import Guardianship, Person, Post, Session
from myschool.people.tests.makers import make_post, years_ago
from myschool.schools.models import Organisation, SchoolClass
from myschool.timetable.actions import plan
from myschool.timetable.models import HomeroomTeacher, Lesson, TeachingLoad
from tests.access.doors import DOORS, Door
from tests.access.world import World

# What only pages of home hold, as each of the cast is shown it: words that are marked as its own, and names of its people.
OF_STUDENT = ("(Домов)", "География ()")
OF_FAMILY = (*OF_STUDENT, "Домов Child")
OF_SCHOOL = (*OF_FAMILY, "Домов Ольга")
# Whose decisions wait for the operator, who demands a deletion, who asks to connect a school.
OF_REGION = ("Домов Марк", "Домов Лидия", "Домов Глеб", "Домова Teacher")


Keeps = dict[str, str]
# What a person keeps whatever they may act as.
PERSONAL: Keeps = {
    "POST end-session second_session": "one's own session",
    "POST withdraw-consent consent": "one's own agreement",
    "GET own-request request": "what one has asked for oneself; the school decides",
    "POST send-draft draft": "the same",
    "POST answer-request doubtful_request": "the same",
    "POST withdraw-request request": "the same",
    "GET connection teacher_connection": "one's own application",
    "GET decree teacher_connection": "the paper one has sent with it",
    "GET play play": "what everybody may read",
    "POST finish-play play": "the same",
    "GET collection collection": "a list of one's own of what everybody may read",
    "POST change-collection collection": "the same",
    "POST remove-collection collection": "the same",
    "GET export-collection collection": "the same",
    "HEAD upload upload": "a file one is sending to oneself",
    "POST remove-device device": "one's own browser",
    "GET export guardian_person": "a copy of one's own data",
    "GET who-looked student_person": "who looked at one's own data",
    "GET diary-week student_person": "one's own diary",
    "GET diary-marks student_person": "one's own marks",
    "POST take-back-message waiting_message": "what nobody has read yet may be taken back",
}
# Who has a profile may ask for a post, or a place, as at the beginning.
REGISTERED: Keeps = {
    "GET home": "a cabinet",
    "POST registration": "another profile",
    "POST switch-role": "back to the other role",
    "POST own-post": "asking for a post",
    "POST invitation": "taking a post that was offered",
    "POST connect": "asking to connect a school",
    "POST add-student": "asking to be linked",
    "POST own-place": "asking for a place",
}
LINK: Keeps = {
    "GET read-feed token": "the link is the permission, whoever is logged in; it shows what its own person may see"
}
# Files are the person's, in whatever role; sharing them needs the post.
FILES: Keeps = (
    {
        f"{method} {name} {row}": "one's own file"
        for method, names, rows in (
            ("GET", "folder", "folder shared_folder"),
            ("POST", "folder", "folder"),
            ("GET", "folder-options", "folder"),
            ("GET", "document", "document shared_document"),
            ("POST", "document make-file-link", "document"),
            ("GET", "document-preview download-document document-content", "shared_document"),
            ("GET", "download-version", "document_version"),
            ("POST", "end-share", "file_share"),
        )
        for name in names.split()
        for row in rows.split()
    }
    | {
        f"POST {name}-item {kind} {prefix}{row}": "one's own file"
        for kind, row in (("folders", "folder"), ("documents", "document"))
        for name, prefix in (("rename", ""), ("move", ""), ("trash", ""), ("restore", "trashed_"))
    }
    | {"GET document-page shared_document 1": "one's own file"}
)
OWN = PERSONAL | REGISTERED | LINK
# The teacher still works at the school.
COLLEAGUE: Keeps = (
    OWN
    | FILES
    | {
        "POST share-item folders folder": "the school's teachers share with its classes",
        "POST share-item documents document": "the same",
        "GET topic-plans": "one's own plans",
        "GET topic-plan plan": "one's own plan",
        "GET rewrite-topic-plan plan": "one's own plan",
        "POST rewrite-topic-plan plan": "one's own plan",
        "POST withdraw-remark remark": "one's own words",
        "POST withdraw-absence absence": "one's own absence",
        "GET evening evening": "one's own hours at the evening",
        "POST close-slot slot": "one's own hour",
        "POST begin-play checked_own_version": "one's own material",
        "GET own-material own_draft": "one's own material",
        **{
            f"{method} {name} {talk}": "a conversation of one's own, in the same post"
            for method, name, talks in (
                ("GET", "talk", ("hike", "letters")),
                ("GET", "talk-changes", ("hike", "letters")),
                ("GET", "talk-older", ("hike",)),
                ("POST", "send-message", ("hike", "letters")),
                ("POST", "pin-message", ("letters 1",)),
                ("POST", "react-to-message", ("hike 1",)),
                ("POST", "edit-message", ("hike 1",)),
                ("POST", "delete-message", ("hike 1", "hike 2", "hike 3")),
            )
            for talk in talks
        },
        "chat:{hike}": "a conversation of one's own, in the same post",
        "chat:{letters}": "the same",
        "GET conversations": "the same",
        "GET chat-whom": "who may be written to follows the rosters",
        "GET chat-named": "the same",
        "POST chat-named": "the same",
    }
)


@dataclass(frozen=True)
class Leaver:
    """Somebody who was as a member of the cast, and became like another who never had the right."""

    name: str
    was: str
    like: str
    leave: Callable[[World], None]
    keeps: Keeps
    lost: tuple[str, ...] = OF_SCHOOL

    def __str__(self) -> str:
        return self.name

    @property
    def doors(self) -> list[Door]:
        """Every door that was open and is not kept."""
        return [door for door in DOORS if self.was in door.who and str(door) not in self.keeps]


def end_link(world: World) -> None:
    """The school ends the guardian's link with the child."""
    link = Guardianship.objects.get(pk=world.rows["child_link"])
    people.unlink_guardian(guardianship=link, day=world.day, by=world.actors["head"], at=world.at)


def come_of_age(world: World) -> None:
    """The child's 18th birthday is today."""
    Person.objects.filter(pk=world.rows["child"]).update(birth_date=years_ago(18, world.day))


def end_post(world: World, who: str) -> None:
    """The post of somebody of the cast ends today."""
    by = world.actors["head" if who == "school_admin" else "school_admin"]
    for post in Post.objects.filter(person=world.actors[who].person_id, to_date__isnull=True):
        people.leave_post(post=post, day=world.day, by=by, at=world.at)


def move_post(world: World, who: str, to: str) -> None:
    """The post ends, and the person works, and acts, where a stranger does."""
    end_post(world, who)
    here, there = world.actors[who], world.actors[to]
    organisation = Organisation.objects.get(pk=there.organisation_id or 0)
    make_post(Person.objects.get(pk=here.person_id), organisation, here.role, world.day)
    Session.objects.filter(pk=here.session_id).update(organisation=organisation)


def end_loads(world: World) -> None:
    """The teacher's loads and the class they lead end, another gives the lessons; the post goes on."""
    teacher = world.actors["teacher"].person_id
    for load in TeachingLoad.objects.filter(teacher=teacher):
        plan.end_load(load=load, day=world.day, by=world.actors["deputy_head"], at=world.at)
    HomeroomTeacher.objects.filter(teacher=teacher).update(to_date=world.day)
    colleague = world.actors["colleague"].person_id
    Lesson.objects.filter(teacher=teacher).update(teacher=colleague, planned_teacher=colleague)


def move_place(world: World) -> None:
    """The student studies in the strange school from today."""
    strange = SchoolClass.objects.get(pk=world.rows["strange_class"])
    placing.place(
        student_id=world.rows["student_person"],
        school_id=strange.school_id,
        level=7,
        school_class=strange,
        day=world.day,
        stamp=world.actors["stranger_head"].stamp(world.at),
    )


def end_place(world: World) -> None:
    """The student has left school."""
    placement = Placement.objects.get(student=world.rows["student_person"], to_date__isnull=True)
    placing_actions.depart(placement=placement, day=world.day, by=world.actors["head"], at=world.at)


def end_session(world: World, who: str) -> None:
    """The session was ended from another device."""
    Session.objects.filter(pk=world.actors[who].session_id).update(ended_at=world.at, ended="remote")


def act_as(world: World, who: str, role: str) -> None:
    """The same person, in the same session, acts in another role."""
    Session.objects.filter(pk=world.actors[who].session_id).update(role=role, organisation=None)


def end_membership(world: World) -> None:
    """The guardian has left the group of the teacher."""
    memberships = Membership.objects.filter(conversation=world.rows["hike"], person=world.rows["guardian_person"])
    memberships.update(to_at=world.at)


def mute(world: World) -> None:
    """The school has forbidden the guardian to write in the group of the teacher."""
    memberships = Membership.objects.filter(conversation=world.rows["hike"], person=world.rows["guardian_person"])
    memberships.update(muted_until=world.at + timedelta(days=3))


def close_talk(world: World) -> None:
    """The group of the teacher is closed."""
    Conversation.objects.filter(pk=world.rows["hike"]).update(closed_at=world.at, closed="over")


BY_PERSON = OWN | FILES
LEAVERS = [
    Leaver(
        name="withdrawn guardian",
        was="guardian",
        like="stranger_guardian",
        leave=end_link,
        keeps=PERSONAL
        | {
            "GET home": "that the link with this child was ended, and by whom: the name and nothing else",
            "GET own-privacy": "the same, and where to turn",
        },
        lost=OF_FAMILY,
    ),
    Leaver(
        name="guardian of an 18-year-old",
        was="guardian",
        like="stranger_guardian",
        leave=come_of_age,
        keeps=PERSONAL,
        lost=OF_FAMILY,
    ),
    Leaver(
        name="guardian in another role",
        was="guardian",
        like="stranger_student",
        leave=partial(act_as, who="guardian", role="student"),
        keeps=OWN | {"GET open-notice notice": "notices are the person's, in whatever role"},
        lost=OF_FAMILY,
    ),
    Leaver(
        name="guardian after logout",
        was="guardian",
        like="visitor",
        leave=partial(end_session, who="guardian"),
        keeps=LINK,
        lost=OF_FAMILY,
    ),
    Leaver(name="moved student", was="student", like="stranger_student", leave=move_place, keeps=OWN, lost=OF_STUDENT),
    Leaver(
        name="graduated student", was="student", like="stranger_student", leave=end_place, keeps=OWN, lost=OF_STUDENT
    ),
    Leaver(
        name="student in another role",
        was="student",
        like="stranger_guardian",
        leave=partial(act_as, who="student", role="guardian"),
        keeps=OWN,
        lost=OF_STUDENT,
    ),
    Leaver(name="dismissed teacher", was="teacher", like="newcomer", leave=partial(end_post, who="teacher"), keeps=OWN),
    Leaver(
        name="moved teacher",
        was="teacher",
        like="stranger_teacher",
        leave=partial(move_post, who="teacher", to="stranger_teacher"),
        keeps=BY_PERSON,
    ),
    Leaver(
        name="teacher without classes",
        was="teacher",
        like="colleague",
        leave=end_loads,
        keeps=COLLEAGUE,
        lost=("Домов Child", "География ()"),
    ),
    Leaver(
        name="teacher in another role",
        was="teacher",
        like="stranger_guardian",
        leave=partial(act_as, who="teacher", role="guardian"),
        keeps=BY_PERSON,
    ),
    Leaver(
        name="dismissed deputy head",
        was="deputy_head",
        like="newcomer",
        leave=partial(end_post, who="deputy_head"),
        keeps=OWN,
    ),
    Leaver(name="dismissed head", was="head", like="newcomer", leave=partial(end_post, who="head"), keeps=OWN),
    Leaver(
        name="suspended administrator",
        was="school_admin",
        like="newcomer",
        leave=partial(end_post, who="school_admin"),
        keeps=OWN,
    ),
    Leaver(
        name="dismissed publisher",
        was="publisher",
        like="newcomer",
        leave=partial(end_post, who="publisher"),
        keeps=OWN,
        lost=("Материал drafted",),
    ),
    Leaver(
        name="dismissed expert",
        was="expert",
        like="newcomer",
        leave=partial(end_post, who="expert"),
        keeps=OWN,
        lost=("Материал judged",),
    ),
    Leaver(
        name="dismissed operator",
        was="operator",
        like="newcomer",
        leave=partial(end_post, who="operator"),
        keeps=OWN,
        lost=OF_REGION,
    ),
    Leaver(
        name="moved operator",
        was="operator",
        like="stranger_operator",
        leave=partial(move_post, who="operator", to="stranger_operator"),
        keeps=OWN,
        lost=OF_REGION,
    ),
]
