"""What the journal objects to when a package below changes the lessons and terms that its marks rest on."""

from collections.abc import Collection
from datetime import date

from myschool.journal.actions.finals import TermIsClosed
from myschool.journal.models import JournalPage, TermClosing
from myschool.journal.queries.declared import terms_of
from myschool.journal.queries.lesson import lessons_written
from myschool.kernel.text import day_month, plural
from myschool.timetable.models import TeachingGroup


def check_lesson_moves(*, lesson_id: int, teaching_group_id: int, days: Collection[date]) -> None:
    """Make sure that a lesson takes no marks out of a closed term or into one.

    Raises:
        TermIsClosed: it has marks or absences, and one of the days is of a term that is closed for the group.
    """
    if not lessons_written([lesson_id]):
        return
    page = JournalPage.objects.select_for_update().filter(teaching_group=teaching_group_id).first()
    closed = set(page.closed_terms) if page else set()
    terms = [term for term in terms_of(TeachingGroup.objects.get(pk=teaching_group_id)) if term.pk in closed]
    for day in days:
        if any(term.from_date <= day < term.to_date for term in terms):
            raise TermIsClosed(
                f"На уроке есть отметки или пропуски, а период, в который входит {day_month(day)}, закрыт."
                " Сначала завуч открывает период."
            )


def check_terms_move(*, term_ids: Collection[int]) -> None:
    """Make sure that no journal is closed for these terms.

    Raises:
        TermIsClosed: it is, for at least one group.
    """
    closed = TermClosing.objects.filter(term__in=term_ids, reopened_at__isnull=True)
    numbers = sorted(set(closed.values_list("term__number", flat=True)))
    if numbers:
        groups = closed.values("teaching_group").distinct().count()
        words = plural(groups, "группы", "групп", "групп")
        listed = ", ".join(f"{number}-й" for number in numbers)
        raise TermIsClosed(
            f"Дни закрытого периода не меняются: {listed} период закрыт у {groups} {words}."
            " Сначала откройте его в журналах этих групп."
        )
