"""Whose study plan an actor may keep, and who is in a group."""

from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL

from myschool.enrolment.access import placements_on, students_to_answer_for
from myschool.enrolment.models import Placement
from myschool.kernel.actors import SCHOOL_LEADERS, Actor, Role
from myschool.kernel.periods import lasts_on
from myschool.people.access import posts_on
from myschool.people.models import Person, Post
from myschool.schools.models import Holiday, School, SchoolClass, Subject, TermScheme
from myschool.timetable.models import (
    BellSchedule,
    GroupClass,
    HomeroomTeacher,
    Lesson,
    LessonChange,
    MovedDay,
    PlanTask,
    Room,
    TeacherAbsence,
    TeachingGroup,
    TeachingLoad,
    TemplateLesson,
)

PLAN_KEEPERS = SCHOOL_LEADERS | {Role.DEPUTY_HEAD}


def school_to_plan(actor: Actor) -> QuerySet[School]:
    """The school whose study plan the actor keeps: leaders and deputy heads (завучи)."""
    if actor.role not in PLAN_KEEPERS:
        return School.objects.none()
    return School.objects.filter(organisation=actor.school_id)


def classes_to_plan(actor: Actor) -> QuerySet[SchoolClass]:
    """Classes of that school that are not closed."""
    return SchoolClass.objects.filter(school__in=school_to_plan(actor), closed_at__isnull=True)


def subjects_to_plan(actor: Actor) -> QuerySet[Subject]:
    """Subjects that school teaches."""
    return Subject.objects.filter(school__in=school_to_plan(actor), closed_at__isnull=True)


def subjects_in_plan(actor: Actor, school_class: SchoolClass) -> QuerySet[Subject]:
    """Subjects whose hours of the class may be changed: those in its plan, closed ones too."""
    return Subject.objects.filter(school__in=school_to_plan(actor), curriculumhours__school_class=school_class)


def groups_to_plan(actor: Actor) -> QuerySet[TeachingGroup]:
    """Groups of that school that are still taught."""
    return TeachingGroup.objects.filter(school__in=school_to_plan(actor), closed_at__isnull=True)


def loads_to_end(actor: Actor) -> QuerySet[TeachingLoad]:
    """Loads of those groups that have no end yet."""
    return TeachingLoad.objects.filter(to_date__isnull=True, teaching_group__in=groups_to_plan(actor))


def schemes_to_plan(actor: Actor) -> QuerySet[TermScheme]:
    """Schemes of terms of that school."""
    return TermScheme.objects.filter(school__in=school_to_plan(actor))


def holidays_to_plan(actor: Actor) -> QuerySet[Holiday]:
    """Holidays of that school."""
    return Holiday.objects.filter(school__in=school_to_plan(actor))


def loads_on(day: date | Combinable) -> QuerySet[TeachingLoad]:
    """Who teaches which group on that day: the SQL word `timetable_loads_on`. Who does is asked to hold a post besides."""
    return TeachingLoad.objects.filter(lasts_on(day))


def homerooms_on(day: date | Combinable) -> QuerySet[HomeroomTeacher]:
    """Who leads which class on that day: the SQL word `timetable_homeroom_on`. Who does is asked to hold a post besides."""
    return HomeroomTeacher.objects.filter(lasts_on(day))


def teachers_of(school_id: int, day: date) -> QuerySet[Person]:
    """Who holds a teaching post in the school on that day."""
    posts = posts_on(day).filter(organisation=school_id, role=Role.TEACHER)
    return Person.objects.filter(pk__in=posts.values("person"))


def places_in(teaching_group: TeachingGroup, day: date) -> QuerySet[Placement]:
    """Places held that day in one of the group's classes."""
    classes = GroupClass.objects.filter(lasts_on(day), teaching_group=teaching_group)
    return placements_on(day).filter(school_class__in=classes.values("school_class"))


def students_of_classes(teaching_group: TeachingGroup, day: date) -> QuerySet[Person]:
    """Students placed that day in one of the group's classes."""
    return Person.objects.filter(pk__in=places_in(teaching_group, day).values("student"))


def members_on(teaching_group: TeachingGroup, day: date) -> QuerySet[Person]:
    """The students of a group on that day: those of its classes, and of a part only those on its list.

    Who moves to another class loses the part by that alone, and has it again on coming back. The SQL word
    `timetable_members_on` says it.
    """
    params = [day, teaching_group.pk]
    return Person.objects.filter(
        pk__in=RawSQL("SELECT student_id FROM timetable_members_on(%s) WHERE teaching_group_id = %s", params)
    )


def own_students(actor: Actor, day: date) -> QuerySet[Person]:
    """Whose data a teacher sees as a matter of course on that day; any other look is written down for the family.

    Students of the groups they teach, of the lessons they hold that day for somebody else, of the class they lead.
    `timetable_own_students(teacher, school, day)` says it to SQL.
    """
    if actor.role != Role.TEACHER:
        return Person.objects.none()
    params = [actor.person_id, actor.school_id, day]
    return Person.objects.filter(pk__in=RawSQL("SELECT student_id FROM timetable_own_students(%s, %s, %s)", params))


def students_answered_for(actor: Actor, day: date) -> QuerySet[Person]:
    """Students whom the actor is no stranger to: those a teacher sees as a matter of course, those of a leader's school."""
    own, of_school = own_students(actor, day), students_to_answer_for(actor)
    return Person.objects.filter(Q(pk__in=own.values("pk")) | Q(pk__in=of_school.values("pk")))


def school_to_look_at(actor: Actor) -> QuerySet[School]:
    """The school whose timetable is open to the actor: all its staff."""
    return School.objects.filter(organisation=actor.school_id or 0)


def bells_to_plan(actor: Actor) -> QuerySet[BellSchedule]:
    """Bells that ring in the planned school."""
    return BellSchedule.objects.filter(school__in=school_to_plan(actor), closed_at__isnull=True)


def rooms_to_plan(actor: Actor) -> QuerySet[Room]:
    """Rooms of that school."""
    return Room.objects.filter(school__in=school_to_plan(actor), closed_at__isnull=True)


def moved_days_to_plan(actor: Actor) -> QuerySet[MovedDay]:
    """Moved days of that school."""
    return MovedDay.objects.filter(school__in=school_to_plan(actor))


def lines_to_plan(actor: Actor) -> QuerySet[TemplateLesson]:
    """Lines of that school's weekly template that have no end yet."""
    return TemplateLesson.objects.filter(school__in=school_to_plan(actor), to_date__isnull=True)


def lessons_to_change(actor: Actor) -> QuerySet[Lesson]:
    """Lessons of that school that are or were to be held."""
    return Lesson.objects.filter(school__in=school_to_plan(actor)).exclude(state=Lesson.State.DROPPED)


def changes_to_withdraw(actor: Actor) -> QuerySet[LessonChange]:
    """What was changed about them and still counts."""
    return LessonChange.objects.filter(lesson__school__in=school_to_plan(actor), withdrawn_at__isnull=True)


def tasks_to_settle(actor: Actor) -> QuerySet[PlanTask]:
    """What a keeper is to check."""
    return PlanTask.objects.filter(school__in=school_to_plan(actor), settled_at__isnull=True)


def school_to_be_away_from(actor: Actor) -> QuerySet[School]:
    """The school in which the actor teaches, and whose leaders decide on their absence."""
    if actor.role != Role.TEACHER:
        return School.objects.none()
    return School.objects.filter(organisation=actor.school_id)


def own_absences(actor: Actor) -> QuerySet[TeacherAbsence]:
    """A teacher's own absences in that school."""
    return TeacherAbsence.objects.filter(school__in=school_to_be_away_from(actor), teacher=actor.person_id)


def absences_to_plan(actor: Actor) -> QuerySet[TeacherAbsence]:
    """Absences of the planned school's teachers."""
    return TeacherAbsence.objects.filter(school__in=school_to_plan(actor))


def absences_of_others(actor: Actor) -> QuerySet[TeacherAbsence]:
    """Those the actor may decide on, or may have: on their own nobody decides, in whatever role."""
    return absences_to_plan(actor).exclude(teacher=actor.person_id)


def who_else_decides_on_absences(actor: Actor, day: date) -> QuerySet[Post]:
    """Posts of those who keep the plan of the actor's school on a day beside the actor: on one's own absence they decide."""
    keepers = posts_on(day).filter(organisation=actor.school_id or 0, role__in=PLAN_KEEPERS)
    return keepers.exclude(person=actor.person_id)


def absences_to_decide(actor: Actor) -> QuerySet[TeacherAbsence]:
    """Those of them that wait for a decision."""
    return absences_of_others(actor).filter(state=TeacherAbsence.State.ASKED)
