from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from myschool.kernel.clock import local_day
from myschool.schools.rules.working_days import RegionCalendar
from myschool.timetable.rules import bells as bells_rules
from myschool.timetable.rules import changes as changes_rules
from myschool.timetable.rules import clashes, groups, sanitary, school_calendar
from myschool.timetable.rules import lessons as lessons_rules
from myschool.timetable.rules.bells import BellRule, BellSchedule, BellSlot
from myschool.timetable.rules.changes import Cancellation, Difference, Move, Substitution
from myschool.timetable.rules.clashes import ClashKind
from myschool.timetable.rules.groups import SchoolClass, Scope, Shift, TeachingGroup
from myschool.timetable.rules.lessons import Lesson, Room, Subject, Teacher, TemplateLesson
from myschool.timetable.rules.school_calendar import Holiday, MovedDay, SchoolCalendar, Term, TermKind, TermScheme, Week

modest = settings(max_examples=20, deadline=None)

ZONES = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk"),
    *("Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan"),
    "Asia/Kamchatka",
)
MONDAY, FRIDAY, SATURDAY = 0, 4, 5


def bells_from(*beginnings, minutes=45, shift=Shift.FIRST, title="Обычный день"):
    slots = []
    for number, text in enumerate(beginnings, start=1):
        starts = datetime.combine(date.min, time.fromisoformat(text))
        slots.append(BellSlot(number, starts.time(), (starts + timedelta(minutes=minutes)).time()))
    return BellSchedule(title, tuple(slots), shift)


MORNING = bells_from("08:30", "09:30", "10:30", "11:30", "12:30", "13:25", "14:20", "15:15")
AFTERNOON = bells_from("14:00", "14:55", "15:50", shift=Shift.SECOND)
SHORT = bells_from("08:30", "09:10", "09:50", minutes=30, title="Короткий день")
PRIMARY = bells_from("08:30", "09:20", "10:20", "11:15", minutes=35, title="Начальная школа")

SIX_A = SchoolClass(id=61, level=6, letter="А")
SEVEN_A = SchoolClass(id=71, level=7, letter="А")
ELEVEN_A = SchoolClass(id=111, level=11, letter="А")
ELEVEN_B = SchoolClass(id=112, level=11, letter="Б", profile="Медицинский")
FIRST_FORM = SchoolClass(id=11, level=1, letter="А")

QUARTERS = (
    Term(date(2026, 9, 1), date(2026, 10, 25), TermKind.QUARTER, 1),
    Term(date(2026, 11, 2), date(2026, 12, 31), TermKind.QUARTER, 2),
    Term(date(2027, 1, 11), date(2027, 3, 27), TermKind.QUARTER, 3),
    Term(date(2027, 4, 5), date(2027, 5, 27), TermKind.QUARTER, 4),
)
HALF_YEARS = (
    Term(date(2026, 9, 1), date(2026, 12, 31), TermKind.HALF_YEAR, 1),
    Term(date(2027, 1, 11), date(2027, 5, 27), TermKind.HALF_YEAR, 2),
)
TRIMESTERS = (
    Term(date(2026, 9, 1), date(2026, 12, 1), TermKind.TRIMESTER, 1),
    Term(date(2026, 12, 1), date(2027, 3, 1), TermKind.TRIMESTER, 2),
    Term(date(2027, 3, 1), date(2027, 5, 27), TermKind.TRIMESTER, 3),
)
HOLIDAYS = (
    Holiday(date(2026, 10, 26), date(2026, 11, 2), "Осенние каникулы"),
    Holiday(date(2026, 12, 31), date(2027, 1, 11), "Зимние каникулы"),
    Holiday(date(2027, 2, 15), date(2027, 2, 22), "Каникулы первоклассников", Scope(levels=frozenset({1}))),
    Holiday(date(2027, 3, 27), date(2027, 4, 5), "Весенние каникулы"),
)
YEAR = SchoolCalendar(
    schemes=(
        TermScheme(QUARTERS),
        TermScheme(HALF_YEARS, Scope(levels=frozenset({10, 11}))),
        TermScheme(TRIMESTERS, Scope(profiles=frozenset({"Медицинский"}))),
    ),
    holidays=HOLIDAYS,
    six_day=(Scope(levels=frozenset(range(5, 12))),),
    region=RegionCalendar(holidays=frozenset({date(2026, 11, 4), date(2027, 2, 23)})),
)
WHOLE_YEAR = (date(2026, 9, 1), date(2027, 6, 1))

ALGEBRA = Subject(1, "Алгебра")
SPORT = Subject(2, "Физкультура", is_physical_education=True)
ORLOVA, BELOV = Teacher(1, "Орлова А. П."), Teacher(2, "Белов И. С.")
ROOM_12, HALL = Room(12, "12"), Room(90, "спортзал", is_shared=True)

numbers = count(1)


def whole(*classes):
    return TeachingGroup(next(numbers), ", ".join(each.title for each in classes), classes)


def part(title, classes, *student_ids):
    return TeachingGroup(next(numbers), title, classes, frozenset(student_ids))


def template_lesson(weekday, number, teaching_group, **more):
    return TemplateLesson(
        id=next(numbers), weekday=weekday, number=number, teaching_group=teaching_group, subject=ALGEBRA, **more
    )


def lesson(day=date(2026, 10, 5), slot=MORNING.slots[0], teaching_group=None, **more):
    key = more.pop("key", None) or f"a{next(numbers)}"
    return Lesson(
        key=key,
        day=day,
        slot=slot,
        teaching_group=teaching_group or whole(SEVEN_A),
        subject=more.pop("subject", ALGEBRA),
        **more,
    )


def lessons_a_day(*counts, school_class=SEVEN_A, bells=MORNING, **more):
    """So many lessons on Monday, on Tuesday and so on."""
    teaching_group = whole(school_class)
    return [
        lesson(date(2026, 10, 5) + timedelta(weekday), slot, teaching_group, **more)
        for weekday, many in enumerate(counts)
        for slot in bells.slots[:many]
    ]


def on(day, school_class=SEVEN_A, calendar=YEAR):
    school_day = calendar.school_day(school_class, day)
    assert school_day is not None
    return school_day


def dates_of(placing):
    return [each.day for each in placing.lessons]


def clash_kinds(*lessons):
    return sorted(clash.kind for clash in clashes.clashes(lessons))


# Bells

BELL_RULES = (
    BellRule(MORNING),
    BellRule(AFTERNOON),
    BellRule(SHORT, weekdays=frozenset({FRIDAY})),
    BellRule(PRIMARY, Scope(levels=frozenset(range(1, 5)))),
)


@pytest.mark.parametrize(
    ("school_class", "day", "bells"),
    [
        (SEVEN_A, date(2026, 9, 3), MORNING),
        (SEVEN_A, date(2026, 9, 4), SHORT),
        (SchoolClass(id=72, level=7, letter="Б", shift=Shift.SECOND), date(2026, 9, 3), AFTERNOON),
        (SchoolClass(id=72, level=7, letter="Б", shift=Shift.SECOND), date(2026, 9, 4), AFTERNOON),
        (FIRST_FORM, date(2026, 9, 3), PRIMARY),
        (FIRST_FORM, date(2026, 9, 4), PRIMARY),
    ],
)
def test_each_class_hears_its_own_bells(school_class, day, bells) -> None:
    assert bells_rules.bells_on(BELL_RULES, school_class, on(day, school_class)) is bells


def test_a_one_off_day_wins_over_all_and_a_named_class_over_its_level() -> None:
    own = bells_from("10:00", title="Только первый класс «А»")
    festive = bells_from("12:00", title="Праздник")
    declared = (
        *BELL_RULES,
        BellRule(festive, days=frozenset({date(2026, 9, 4)})),
        BellRule(own, Scope(class_ids=frozenset({FIRST_FORM.id}))),
    )
    heard = [bells_rules.bells_on(declared, FIRST_FORM, on(date(2026, 9, day), FIRST_FORM)) for day in (3, 4, 7)]
    assert heard == [own, festive, own]


def test_without_a_rule_for_the_shift_no_bells_ring() -> None:
    second_shift = SchoolClass(id=72, level=7, letter="Б", shift=Shift.SECOND)
    assert bells_rules.bells_on([BellRule(MORNING)], second_shift, on(date(2026, 9, 3), second_shift)) is None


def test_faults_of_bells_are_told_in_words() -> None:
    first, second = BellSlot(1, time(9), time(9, 45)), BellSlot(2, time(9, 40), time(10, 25))
    assert bells_rules.slot_faults([first, second]) == ["Урок 2 начинается раньше, чем заканчивается урок 1."]
    assert bells_rules.slot_faults([first, first]) == ["Урок 1 указан дважды."]
    assert bells_rules.slot_faults([BellSlot(3, time(9), time(9))]) == ["Урок 3 заканчивается раньше, чем начинается."]
    assert bells_rules.slot_faults(MORNING.slots) == []
    with pytest.raises(ValueError, match="Урок 2"):
        BellSchedule("Наложение", (first, second))


spans = some.lists(some.integers(0, 1439), min_size=2, max_size=2, unique=True).map(sorted)


@modest
@given(spans, spans)
def test_overlap_is_symmetric_and_means_a_minute_in_both(one, other) -> None:
    first, second = (
        BellSlot(number, time(*divmod(begin, 60)), time(*divmod(end, 60)))
        for number, (begin, end) in ((1, one), (7, other))
    )
    shared = set(range(*one)) & set(range(*other))
    assert first.overlaps(second) == second.overlaps(first) == bool(shared)


# The calendar


def test_terms_differ_by_level_and_by_profile() -> None:
    day = date(2026, 12, 15)
    terms = [YEAR.term_on(each, day) for each in (SEVEN_A, ELEVEN_A, ELEVEN_B)]
    titles = [term and term.title for term in terms]
    assert titles == ["2-я четверть", "1-е полугодие", "2-й триместр"]


def test_a_day_outside_the_year_has_no_term_and_no_lessons() -> None:
    for day in (date(2026, 8, 31), date(2027, 5, 27)):
        assert YEAR.term_on(SEVEN_A, day) is None
        assert YEAR.school_day(SEVEN_A, day) is None


def test_faults_of_terms_are_told_in_words() -> None:
    late = Term(date(2026, 10, 20), date(2026, 12, 31), TermKind.MODULE, 2)
    early = Term(date(2026, 9, 1), date(2026, 10, 25), TermKind.MODULE, 1)
    empty = Term(date(2027, 2, 1), date(2027, 2, 1), TermKind.MODULE, 3)
    assert school_calendar.term_faults([late, early]) == ["2-й модуль начинается раньше, чем заканчивается 1-й модуль."]
    assert school_calendar.term_faults([empty]) == ["3-й модуль заканчивается раньше, чем начинается."]
    with pytest.raises(ValueError, match="2-й модуль"):
        TermScheme((early, late))


def test_first_formers_have_a_holiday_of_their_own() -> None:
    day = date(2027, 2, 17)
    assert YEAR.school_day(FIRST_FORM, day) is None
    assert YEAR.school_day(SEVEN_A, day) is not None


def test_saturday_is_a_school_day_only_for_whom_the_school_says() -> None:
    week = (date(2026, 9, 7), date(2026, 9, 14))
    assert [day.weekday for day in YEAR.school_days(SEVEN_A, *week)] == [0, 1, 2, 3, 4, 5]
    assert [day.weekday for day in YEAR.school_days(FIRST_FORM, *week)] == [0, 1, 2, 3, 4]
    assert (YEAR.days_a_week(SEVEN_A), YEAR.days_a_week(FIRST_FORM)) == (6, 5)


def test_a_public_holiday_is_a_day_off_unless_a_move_made_it_working() -> None:
    region = RegionCalendar(
        holidays=frozenset({date(2026, 11, 4), date(2026, 11, 5)}), working_days=frozenset({date(2026, 11, 5)})
    )
    calendar = SchoolCalendar(schemes=YEAR.schemes, region=region)
    assert calendar.school_day(SEVEN_A, date(2026, 11, 4)) is None
    assert calendar.school_day(SEVEN_A, date(2026, 11, 5)) is not None


def test_a_working_saturday_is_taught_as_the_monday_that_is_off() -> None:
    saturday, monday = date(2026, 11, 14), date(2026, 11, 16)
    primary = Scope(levels=frozenset(range(1, 5)))
    calendar = SchoolCalendar(
        schemes=YEAR.schemes, six_day=YEAR.six_day, moved_days=(MovedDay(saturday, monday, primary),)
    )
    moved = on(saturday, FIRST_FORM, calendar)
    assert (moved.weekday, moved.week) == (MONDAY, calendar.week(monday))
    assert calendar.school_day(FIRST_FORM, monday) is None
    assert on(saturday, SEVEN_A, calendar).weekday == SATURDAY
    assert on(monday, SEVEN_A, calendar).weekday == MONDAY

    template = [template_lesson(MONDAY, 1, whole(FIRST_FORM))]
    days = dates_of(lessons_rules.dated_lessons(template, calendar, BELL_RULES, date(2026, 11, 9), date(2026, 11, 24)))
    assert days == [date(2026, 11, 9), saturday, date(2026, 11, 23)]


def test_weeks_alternate_over_holidays_and_new_year() -> None:
    assert YEAR.week(date(2026, 9, 1)) is Week.A  # a Tuesday: its week began in August
    assert (YEAR.week(date(2026, 9, 6)), YEAR.week(date(2026, 9, 7))) == (Week.A, Week.B)
    # 19–25 October is the eighth week, then a week of holidays, then the ninth.
    weeks = [YEAR.week_number(date(2026, 10, day)) for day in (19, 24, 25, 26)]
    assert weeks == [8, 8, 8, 8]
    assert YEAR.week_number(date(2026, 11, 2)) == 9
    assert YEAR.week_number(date(2026, 12, 30)) == 17
    assert YEAR.week_number(date(2027, 1, 11)) == 18
    # First-formers rest in February, the school's weeks go on.
    assert YEAR.week_number(date(2027, 2, 22)) == YEAR.week_number(date(2027, 2, 8)) + 2


def test_a_school_may_count_the_weeks_of_holidays_too() -> None:
    calendar = SchoolCalendar(schemes=YEAR.schemes, holidays=HOLIDAYS, counts_idle_weeks=True)
    assert calendar.week_number(date(2026, 11, 2)) == 10
    assert calendar.week_number(date(2027, 1, 11)) == 20


def test_a_year_that_begins_on_saturday_begins_its_weeks_with_who_studies_then() -> None:
    terms = (Term(date(2029, 9, 1), date(2029, 10, 27), TermKind.QUARTER, 1),)
    five = SchoolCalendar(schemes=(TermScheme(terms),))
    six = SchoolCalendar(schemes=(TermScheme(terms),), six_day=(groups.EVERYBODY,))
    monday = date(2029, 9, 3)
    assert (five.week_number(monday), six.week_number(monday)) == (1, 2)


days_of_year = some.integers(0, 272).map(lambda ahead: WHOLE_YEAR[0] + timedelta(ahead))
classes = some.sampled_from([FIRST_FORM, SIX_A, SEVEN_A, ELEVEN_A, ELEVEN_B])


@modest
@given(days_of_year)
def test_the_week_changes_on_mondays_and_by_one(day) -> None:
    step = YEAR.week_number(day + timedelta(1)) - YEAR.week_number(day)
    assert step == 0 or (step == 1 and day.weekday() == 6)


# From the template to dates


@modest
@given(classes, some.integers(0, 6), days_of_year, some.integers(0, 60))
def test_no_lesson_falls_on_a_day_off(school_class, weekday, from_date, length) -> None:
    template = [template_lesson(weekday, 1, whole(school_class))]
    to_date = from_date + timedelta(length)
    placing = lessons_rules.dated_lessons(template, YEAR, BELL_RULES, from_date, to_date)
    assert placing.unplaced == ()
    for day in dates_of(placing):
        assert from_date <= day < to_date
        assert day.weekday() == weekday < YEAR.days_a_week(school_class)
        assert day not in YEAR.region.holidays
        assert YEAR.term_on(school_class, day)
        assert not any(each.contains(day) and each.scope.covers(school_class) for each in HOLIDAYS)


@modest
@given(days_of_year, some.integers(0, 60), some.integers(0, 60))
def test_a_period_gives_the_lessons_of_its_parts(from_date, first, second) -> None:
    template = [template_lesson(weekday, 2, whole(SEVEN_A)) for weekday in range(6)]
    middle = from_date + timedelta(first)
    bounds = ((from_date, middle), (middle, middle + timedelta(second)), (from_date, middle + timedelta(second)))
    before, after, both = (lessons_rules.dated_lessons(template, YEAR, BELL_RULES, *each).lessons for each in bounds)
    assert before + after == both
    assert len({each.key for each in both}) == len(both)


def test_lessons_of_week_a_and_week_b_take_turns() -> None:
    teaching_group = whole(SEVEN_A)
    template = [template_lesson(MONDAY, 1, teaching_group, week=week) for week in Week]
    days = date(2026, 10, 12), date(2026, 11, 10)
    lessons = lessons_rules.dated_lessons(template, YEAR, BELL_RULES, *days).lessons
    keys = [
        lessons_rules.lesson_key(template[week].id, each.day) for week, each in zip((0, 1, 0, 1), lessons, strict=False)
    ]
    assert [each.day for each in lessons] == [
        date(2026, 10, 12),
        date(2026, 10, 19),
        date(2026, 11, 2),
        date(2026, 11, 9),
    ]
    assert [each.key for each in lessons] == keys


def test_a_template_lesson_lives_in_its_period() -> None:
    planned = template_lesson(MONDAY, 1, whole(SEVEN_A), from_date=date(2026, 9, 14), to_date=date(2026, 9, 28))
    assert dates_of(lessons_rules.dated_lessons([planned], YEAR, BELL_RULES, *WHOLE_YEAR)) == [
        date(2026, 9, 14),
        date(2026, 9, 21),
    ]


def test_a_lesson_beyond_a_short_day_is_left_with_a_reason_and_the_rest_kept() -> None:
    teaching_group = whole(SEVEN_A)
    template = [template_lesson(FRIDAY, number, teaching_group) for number in (3, 4)]
    placing = lessons_rules.dated_lessons(template, YEAR, BELL_RULES, date(2026, 9, 4), date(2026, 9, 5))
    assert [each.slot for each in placing.lessons] == [SHORT.slots[2]]
    assert [each.reason for each in placing.unplaced] == ["В звонках этого дня нет урока 4."]


def test_a_group_of_several_classes_meets_where_all_study_and_hear_the_same_bells() -> None:
    together = whole(FIRST_FORM, SIX_A)
    template = [template_lesson(weekday, 1, together) for weekday in (MONDAY, SATURDAY)]
    week = date(2026, 9, 7), date(2026, 9, 14)
    placing = lessons_rules.dated_lessons(template, YEAR, BELL_RULES, *week)
    assert [each.reason for each in placing.unplaced] == [
        "У классов группы разные звонки на урок 1.",
        "В этот день учатся не все классы группы.",
    ]
    agreed = lessons_rules.dated_lessons(template, YEAR, [BellRule(MORNING)], *week)
    assert dates_of(agreed) == [date(2026, 9, 7)]

    seniors = [template_lesson(MONDAY, 1, whole(ELEVEN_A, ELEVEN_B))]
    assert dates_of(lessons_rules.dated_lessons(seniors, YEAR, BELL_RULES, *week)) == [date(2026, 9, 7)]


# Moments


def test_a_monday_lesson_in_kamchatka_stays_a_monday_lesson_seen_from_kaliningrad() -> None:
    first = lesson(date(2026, 9, 7), BellSlot(1, time(8), time(8, 45)))
    at = lessons_rules.moment_of(first.day, first.slot.starts, "Asia/Kamchatka")
    assert at == datetime(2026, 9, 6, 20, tzinfo=UTC)
    assert at.astimezone(ZoneInfo("Europe/Kaliningrad")).hour == 22
    assert local_day("Europe/Kaliningrad", at) == date(2026, 9, 6)
    assert local_day("Asia/Kamchatka", at) == first.day
    assert first.day.weekday() == MONDAY


def test_the_time_on_the_wall_stays_when_volgograd_changes_its_clocks() -> None:
    before, after = (lessons_rules.moment_of(date(2020, 12, day), time(8), "Europe/Volgograd") for day in (25, 28))
    assert (before.hour, after.hour) == (4, 5)
    for at in (before, after):
        assert at.astimezone(ZoneInfo("Europe/Volgograd")).time() == time(8)


def test_a_deadline_is_the_same_moment_wherever_it_is_shown() -> None:
    at = lessons_rules.moment_of(date(2026, 9, 7), time(16), "Asia/Omsk")
    assert at == datetime(2026, 9, 7, 10, tzinfo=UTC)
    assert at.astimezone(ZoneInfo("Asia/Omsk")).strftime("%d.%m %H:%M") == "07.09 16:00"


@modest
@given(some.sampled_from(ZONES), some.dates(date(2012, 1, 1), date(2040, 1, 1)), some.times(time(7), time(20)))
def test_every_zone_of_the_country_gives_the_day_and_time_back(zone, day, at) -> None:
    moment = lessons_rules.moment_of(day, at, zone)
    assert moment.tzinfo is UTC
    assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == datetime.combine(day, at)


# Clashes


def test_lessons_of_two_shifts_clash_by_the_clock_not_by_their_numbers() -> None:
    sixth = lesson(slot=BellSlot(6, time(13, 25), time(14, 10)), teacher=ORLOVA, room=ROOM_12)
    first = lesson(slot=AFTERNOON.slots[0], teaching_group=whole(SIX_A), teacher=ORLOVA, room=ROOM_12)
    assert clash_kinds(sixth, first) == [ClashKind.ROOM, ClashKind.TEACHER]
    words = {clash.kind: clash.words for clash in clashes.clashes([first, sixth])}
    assert words[ClashKind.TEACHER] == (
        "5 октября: у учителя Орлова А. П. два урока сразу: Алгебра, 7А, 13:25–14:10; Алгебра, 6А, 14:00–14:45."
    )
    assert "кабинет 12 занят двумя уроками сразу" in words[ClashKind.ROOM]


def test_the_same_number_at_different_times_is_no_clash() -> None:
    first = lesson(teacher=ORLOVA)
    assert clash_kinds(first, lesson(slot=AFTERNOON.slots[0], teacher=ORLOVA)) == []
    next_day = lesson(date(2026, 10, 6), teacher=ORLOVA)
    assert clash_kinds(first, next_day) == []
    assert not first.overlaps(next_day)
    at_once = BellSlot(2, MORNING.slots[0].ends, time(10))
    assert clash_kinds(first, lesson(slot=at_once, teacher=ORLOVA)) == []


def test_half_past_nine_and_ten_overlap() -> None:
    pair = BellSlot(2, time(9, 30), time(10, 15)), BellSlot(3, time(10), time(10, 45))
    assert pair[0].overlaps(pair[1])
    assert clash_kinds(*(lesson(slot=slot) for slot in pair)) == [ClashKind.STUDENTS]


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        (whole(ELEVEN_A, ELEVEN_B), whole(ELEVEN_B), True),
        (whole(ELEVEN_A), whole(ELEVEN_B), False),
        (part("Английский 1", (SEVEN_A,), 1, 2), part("Английский 2", (SEVEN_A,), 3, 4), False),
        (part("Английский 1", (SEVEN_A,), 1, 2), part("Девочки", (SEVEN_A,), 2, 3), True),
        (part("Английский 1", (SEVEN_A,), 1, 2), whole(SEVEN_A), True),
        (part("Физика", (ELEVEN_A, ELEVEN_B), 7, 8), part("Химия", (ELEVEN_B,), 8), True),
        (part("Физика", (ELEVEN_A, ELEVEN_B), 7, 8), whole(SEVEN_A), False),
        (part("Ещё пусто", (SEVEN_A,)), part("Английский 2", (SEVEN_A,), 3), False),
        (part("Ещё пусто", (SEVEN_A,)), whole(SEVEN_A), True),
    ],
)
def test_groups_clash_by_the_students_they_share(first, second, shared) -> None:
    assert first.shares_students(second) == second.shares_students(first) == shared
    assert clash_kinds(lesson(teaching_group=first), lesson(teaching_group=second)) == [ClashKind.STUDENTS] * shared


def test_a_group_clashes_with_itself_even_while_empty() -> None:
    empty = part("Ещё пусто", (SEVEN_A,))
    [clash] = clashes.clashes([lesson(teaching_group=empty), lesson(teaching_group=empty)])
    assert clash.words.startswith("5 октября: Ещё пусто: два урока сразу")


def test_two_lessons_share_a_hall_but_no_teacher_is_nobody() -> None:
    assert clash_kinds(lesson(room=HALL), lesson(teaching_group=whole(SIX_A), room=HALL)) == []
    assert clash_kinds(lesson(), lesson(teaching_group=whole(SIX_A))) == []


drawn_lessons = some.lists(
    some.builds(
        lesson,
        slot=some.sampled_from((*MORNING.slots[5:], *AFTERNOON.slots)),
        teaching_group=some.sampled_from([whole(SIX_A), whole(SEVEN_A), whole(SIX_A, SEVEN_A)]),
        teacher=some.sampled_from([None, ORLOVA, BELOV]),
        room=some.sampled_from([None, ROOM_12, HALL]),
    ),
    max_size=8,
)


@modest
@given(drawn_lessons)
def test_the_order_of_lessons_makes_no_difference_to_their_clashes(lessons) -> None:
    def found(ordered):
        return {(each.kind, each.first.key, each.second.key) for each in clashes.clashes(ordered)}

    assert found(lessons) == found(lessons[::-1])


@modest
@given(drawn_lessons)
def test_what_is_placed_apart_never_clashes_and_loses_nothing(lessons) -> None:
    placing = clashes.placed_apart(lessons)
    assert clashes.clashes(placing.lessons) == []
    keys = [each.key for each in placing.lessons] + [each.key for each in placing.unplaced]
    assert sorted(keys) == sorted(each.key for each in lessons)
    assert all(each.reason for each in placing.unplaced)


def test_a_lesson_without_a_free_room_is_left_with_a_reason_and_the_rest_kept() -> None:
    booking = lesson(room=ROOM_12)
    wanted = lesson(teaching_group=whole(SIX_A), room=ROOM_12)
    other = lesson(teaching_group=whole(ELEVEN_A), room=Room(13, "13"))
    placing = clashes.placed_apart([wanted, other], held=[booking])
    assert placing.lessons == (other,)
    [left] = placing.unplaced
    assert left.key == wanted.key
    assert "кабинет 12 занят" in left.reason


def test_a_move_is_tried_against_the_lesson_it_moves() -> None:
    planned = lesson(teacher=ORLOVA)
    other = lesson(slot=MORNING.slots[2], teaching_group=whole(SIX_A), teacher=ORLOVA)
    bookings = clashes.Bookings([planned, other])

    def moved(slot):
        [effective] = changes_rules.effective_lessons([planned], [Move(planned.key, slot=slot)])
        return bookings.clashes_of(effective.lesson)

    assert moved(MORNING.slots[0]) == []
    assert moved(MORNING.slots[1]) == []
    assert [clash.kind for clash in moved(MORNING.slots[2])] == [ClashKind.TEACHER]


def test_free_slots_are_those_no_lesson_touches() -> None:
    busy = [lesson(), lesson(slot=BellSlot(1, time(10), time(10, 45)))]
    free = clashes.free_slots(MORNING, busy)
    assert [slot.number for slot in free] == [4, 5, 6, 7, 8]
    after_saving = clashes.free_slots(MORNING, [*busy, lesson(slot=free[0])])
    assert after_saving[0].number == 5


# Changes


@modest
@given(drawn_lessons)
def test_no_change_changes_nothing(lessons) -> None:
    effective = changes_rules.effective_lessons(lessons, [])
    assert changes_rules.held_lessons(effective) == lessons
    assert all(not each.differences and not each.teachers_to_tell for each in effective)


def test_a_substitute_has_the_right_to_that_lesson_only() -> None:
    teaching_group = whole(SEVEN_A)
    monday, tuesday = (lesson(date(2026, 10, day), teaching_group=teaching_group, teacher=ORLOVA) for day in (5, 6))
    effective = changes_rules.effective_lessons([monday, tuesday], [Substitution(monday.key, BELOV)])
    assert effective[0].lesson.teacher == BELOV
    assert effective[0].differences == {Difference.TEACHER}
    assert effective[0].teachers_to_tell == {ORLOVA, BELOV}
    assert effective[1].differences == frozenset()
    assert changes_rules.keys_to_substitute(effective, BELOV.id) == {monday.key}
    assert changes_rules.keys_to_substitute(effective, ORLOVA.id) == frozenset()


def test_a_substitute_may_bring_another_subject() -> None:
    planned = lesson(teacher=ORLOVA)
    [effective] = changes_rules.effective_lessons([planned], [Substitution(planned.key, BELOV, SPORT)])
    assert effective.lesson.subject == SPORT
    assert effective.differences == {Difference.TEACHER, Difference.SUBJECT}


def test_a_moved_lesson_keeps_its_key_and_what_was_not_moved() -> None:
    planned = lesson(teacher=ORLOVA, room=ROOM_12)
    day = date(2026, 10, 7)
    [effective] = changes_rules.effective_lessons([planned], [Move(planned.key, day=day, slot=MORNING.slots[3])])
    assert effective.lesson.key == planned.key
    assert (effective.lesson.day, effective.lesson.slot) == (day, MORNING.slots[3])
    assert (effective.lesson.teacher, effective.lesson.room) == (ORLOVA, ROOM_12)
    assert effective.differences == {Difference.TIME}
    assert effective.planned == planned

    for part_of_it, difference in (
        (Move(planned.key, day=day), Difference.TIME),
        (Move(planned.key, slot=MORNING.slots[3]), Difference.TIME),
        (Move(planned.key, room=HALL), Difference.ROOM),
    ):
        [moved] = changes_rules.effective_lessons([planned], [part_of_it])
        assert moved.differences == {difference}


def test_a_cancelled_lesson_stays_in_sight_and_takes_nobodys_time() -> None:
    planned = lesson(teacher=ORLOVA)
    effective = changes_rules.effective_lessons(
        [planned], [Cancellation(planned.key), Substitution(planned.key, BELOV)]
    )
    assert Difference.CANCELLED in effective[0].differences
    assert effective[0].teachers_to_tell == {ORLOVA, BELOV}
    assert changes_rules.held_lessons(effective) == []
    assert changes_rules.keys_to_substitute(effective, BELOV.id) == frozenset()


def test_an_added_lesson_can_be_changed_like_any_other() -> None:
    added = lesson(key=lessons_rules.added_lesson_key(7), teacher=ORLOVA)
    changes: list[changes_rules.Change] = [changes_rules.Addition(added), Move(added.key, room=ROOM_12)]
    [effective] = changes_rules.effective_lessons([], changes)
    assert effective.differences == {Difference.ADDED}
    assert effective.lesson.room == ROOM_12
    assert effective.planned is None
    assert effective.teachers_to_tell == {ORLOVA}


def test_a_change_taken_back_leaves_no_trace() -> None:
    planned = lesson(teacher=ORLOVA)
    there_and_back = [Substitution(planned.key, BELOV), Substitution(planned.key, ORLOVA)]
    [effective] = changes_rules.effective_lessons([planned], there_and_back)
    assert effective.differences == frozenset()


def test_a_change_of_no_lesson_and_an_addition_of_a_known_one_are_refused() -> None:
    planned = lesson()
    with pytest.raises(ValueError, match="Cancellation of lesson t9-2026-09-01"):
        changes_rules.effective_lessons([planned], [Cancellation("t9-2026-09-01")])
    with pytest.raises(ValueError, match="Addition"):
        changes_rules.effective_lessons([planned], [changes_rules.Addition(planned)])


def test_keys_are_told_apart_and_stay() -> None:
    assert lessons_rules.lesson_key(12, date(2026, 9, 1)) == "t12-2026-09-01"
    assert lessons_rules.added_lesson_key(12) == "a12"


# Sanitary norms


def warned(school_class, lessons, days_a_week=6, **more):
    warnings = sanitary.sanitary_warnings(school_class, lessons, days_a_week=days_a_week, **more)
    assert all(each.act and each.severity == "warning" for each in warnings)
    return [each.words for each in warnings]


def test_thirty_three_hours_in_six_days_are_lawful_for_the_sixth_level_and_thirty_four_are_not() -> None:
    full = lessons_a_day(6, 6, 6, 6, 6, 3, school_class=SIX_A)
    assert warned(SIX_A, full) == []
    more = lessons_a_day(6, 6, 6, 6, 6, 4, school_class=SIX_A)
    assert warned(SIX_A, more) == ["6А, неделя с 5 октября: 34 часа, а при шестидневной неделе можно не больше 33."]


@pytest.mark.parametrize(
    ("level", "days_a_week", "most"),
    [
        *((1, 5, 21), (2, 5, 23), (4, 6, 26), (5, 5, 29), (5, 6, 32), (6, 5, 30), (6, 6, 33)),
        *((7, 5, 32), (7, 6, 35), (8, 5, 33), (9, 6, 36), (10, 5, 34), (11, 6, 37)),
    ],
)
def test_weekly_hours_have_a_limit_by_level_and_length_of_week(level, days_a_week, most) -> None:
    school_class = SchoolClass(id=1, level=level, letter="А")

    def weekly(hours):
        counts = [(hours + weekday) // days_a_week for weekday in range(days_a_week)]
        texts = warned(school_class, lessons_a_day(*counts, school_class=school_class), days_a_week)
        return [words for words in texts if "неделя с" in words]

    assert weekly(most) == []
    assert len(weekly(most + 1)) == 1


@pytest.mark.parametrize(
    ("level", "days_a_week", "subject", "counts", "warnings"),
    [
        (1, 5, SPORT, (5, 4, 4, 4, 4), 0),
        (1, 5, ALGEBRA, (5, 4, 4, 4, 4), 1),
        (1, 5, SPORT, (5, 5, 4, 4), 1),
        (1, 5, SPORT, (6, 4), 1),
        (3, 6, ALGEBRA, (6, 5, 5, 5), 0),
        (3, 6, ALGEBRA, (6, 6, 5), 1),
        (3, 5, ALGEBRA, (6, 5, 5), 1),
        (5, 5, ALGEBRA, (6, 6), 0),
        (6, 6, ALGEBRA, (7, 6), 1),
        (7, 5, ALGEBRA, (7, 7), 0),
        (11, 6, ALGEBRA, (8, 7), 1),
    ],
)
def test_lessons_a_day_have_a_limit_by_level(level, days_a_week, subject, counts, warnings) -> None:
    school_class = SchoolClass(id=1, level=level, letter="А")
    lessons = lessons_a_day(*counts, school_class=school_class, subject=subject)
    assert len(warned(school_class, lessons, days_a_week)) == warnings


def test_a_lesson_begins_at_eight_and_ends_by_seven_in_the_evening() -> None:
    lawful = lesson(slot=BellSlot(1, time(8), time(8, 45))), lesson(slot=BellSlot(7, time(18, 15), time(19)))
    assert warned(SEVEN_A, lawful) == []
    early = lesson(slot=BellSlot(0, time(7, 50), time(8, 35)))
    late = lesson(slot=BellSlot(7, time(18, 20), time(19, 5)))
    assert warned(SEVEN_A, [early, late, early]) == [
        "7А, 5 октября: урок начинается в 07:50, а должен не раньше 08:00.",
        "7А, 5 октября: урок заканчивается в 19:05, а должен не позже 19:00.",
    ]


@pytest.mark.parametrize("level", range(1, 12))
def test_the_second_shift_is_not_for_every_level(level) -> None:
    afternoon = SchoolClass(id=1, level=level, letter="А", shift=Shift.SECOND)
    expected = [f"{level}А учится во вторую смену, а должен в первую."] if level in (1, 5, 9, 11) else []
    assert warned(afternoon, []) == expected
    assert warned(SchoolClass(id=1, level=level, letter="А"), []) == []


def test_a_compensating_class_studies_in_the_first_shift() -> None:
    assert len(warned(SchoolClass(id=1, level=7, letter="К", shift=Shift.SECOND, is_compensating=True), [])) == 1


def test_hours_are_those_of_the_busiest_student() -> None:
    english = [part(f"Английский {number}", (SIX_A,), number) for number in (1, 2)]
    full = lessons_a_day(6, 6, 6, 6, 5, school_class=SIX_A)
    saturday = date(2026, 10, 10)
    apart = [*full, *(lesson(saturday, MORNING.slots[each], english[each]) for each in (0, 1))]
    students = frozenset({1, 2})
    assert warned(SIX_A, apart, days_a_week=5, student_ids=students) == []
    assert len(warned(SIX_A, apart, days_a_week=5)) == 1
    both_at_once = [*full, *(lesson(saturday, MORNING.slots[0], each) for each in english)]
    assert warned(SIX_A, both_at_once, days_a_week=5) == []
    elsewhere = [*apart, *lessons_a_day(7, school_class=SEVEN_A)]
    assert warned(SIX_A, elsewhere, days_a_week=5, student_ids=students) == []
