"""The table of doors: every address, the method, who gets in and what the page costs.

A door that takes a row is also tried with the same row of the strange side, `strange_…`: the world lays both sides out by
the same functions. Whoever is not let in gets 404, as if nothing were there, and a visitor 401. `others` is what they get instead where a
form is open to everybody and its action explains a refusal. Names in braces are rows of the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.access.world import EVERYBODY, LOGGED_IN

LEADERS = frozenset({"head", "school_admin"})
EVERY_LEADER = LEADERS | {"stranger_admin"}
PLANNERS = LEADERS | {"deputy_head"}
EVERY_PLANNER = PLANNERS | {"stranger_admin"}
STAFF = LOGGED_IN - {"newcomer", "student", "guardian"}
OPERATORS = frozenset({"operator", "stranger_operator"})
SCHOOL_STAFF = EVERY_PLANNER | {"teacher"}
READERS = PLANNERS | {"teacher"}
FAMILY = frozenset({"student", "guardian"})
STUDENT, GUARDIAN = frozenset({"student"}), frozenset({"guardian"})
PUBLISHER, EXPERT = frozenset({"publisher"}), frozenset({"expert"})
WITH_ROLE = LOGGED_IN - {"newcomer"}
TALKERS = PLANNERS | FAMILY | {"teacher"}
HIKERS = FAMILY | {"teacher"}
HEAD = frozenset({"head"})
EVERY_TEACHER = frozenset({"teacher", "stranger_teacher"})
TEACHER, OPERATOR = frozenset({"teacher"}), frozenset({"operator"})

# Words of addresses that name no row.
KINDS_OF_ITEMS = frozenset({"folders", "documents"})
# Doors with a row to which nobody is foreign, and why.
IN_CATALOGUE = "what is published is everybody's"
BY_LINK = "the signed link is the permission"
OF_MACHINERY = "what followers failed on belongs to no region"
BY_PROGRAM = "programs bring a token, people never get in"
OPEN = {
    "material published": IN_CATALOGUE,
    "favour published": IN_CATALOGUE,
    "report-error published": IN_CATALOGUE,
    "take-material published": IN_CATALOGUE,
    "begin-play published_version": IN_CATALOGUE,
    "follow-again set_aside": OF_MACHINERY,
    "confirm-address confirming": BY_LINK,
    "stop-mail stopping": BY_LINK,
    "file-link file_token": BY_LINK,
    "read-feed token": BY_LINK,
    "lti-line-item published": BY_PROGRAM,
    "lti-scores published": BY_PROGRAM,
    "lti-results published": BY_PROGRAM,
    "lti-members class": BY_PROGRAM,
}

Sent = Mapping[str, str | bytes]
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Door:
    """An address and a method: who is let in and what they are answered.

    `about` is the row in the address, `sent` the query or the form. A page has its heading, and for some of those let
    in the number of SQL statements it takes to show it, the one that finds the session among them.
    """

    name: str
    method: str
    who: frozenset[str]
    answer: int
    about: str = ""
    sent: Sent = field(default_factory=dict)
    others: int = 404
    visitors: int = 401
    h1: str = ""
    statements: Counts = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.about)))

    @property
    def foreign(self) -> tuple[str, ...]:
        """The door's addresses with a row of the strange side in the place of each of its rows; none if all may have them."""
        words = self.about.split()
        return tuple(
            " ".join([*words[:place], f"strange_{word}", *words[place + 1 :]])
            for place, word in enumerate(words)
            if f"{self.name} {self.about}" not in OPEN and not word.isdigit() and word not in KINDS_OF_ITEMS
        )

    def answer_to(self, who: str) -> int:
        """The status that somebody of the cast gets."""
        if who in self.who:
            return self.answer
        return self.visitors if who == "visitor" else self.others


def page(
    name: str, who: frozenset[str], h1: str, statements: Counts, about: str = "", sent: Sent | None = None
) -> Door:
    """A page to look at."""
    return Door(
        name=name,
        method="GET",
        who=who,
        answer=200,
        about=about,
        sent=sent or {},
        others=404,
        h1=h1,
        statements=statements,
    )


def part(
    name: str, who: frozenset[str], statements: Counts, about: str = "", sent: Sent | None = None, others: int = 404
) -> Door:
    """A part of a page, or something else that has no one heading."""
    return Door(
        name=name, method="GET", who=who, answer=200, about=about, sent=sent or {}, others=others, statements=statements
    )


def post(
    name: str, who: frozenset[str], about: str = "", sent: Sent | None = None, answer: int = 302, others: int = 404
) -> Door:
    """Something to do; it ends on another page."""
    return Door(name=name, method="POST", who=who, answer=answer, about=about, sent=sent or {}, others=others)


PLACE = {"inn": "{home_inn}", "school": "{home_school}", "level": "7", "school_class": "{second_class}"}
NAMED = {"last_name": "Домов", "first_name": "Юрий", "patronymic": "", "birth_date": "{born}"}
GROUP = {"subject": "{subject}", "title": "Новая"}
SCHEME = {"title": "Новый", "kind": "other", "first_1": "{first_day}", "last_1": "{first_day}"}
HOLIDAY = {"title": "Новые", "from_date": "{first_day}", "last_day": "{first_day}"}
AWAY = {"from_day": "{today}", "last_day": "{today}", "kind": "courses"}
POST = {"inn": "{home_inn}", "school": "{home_school}", "role": "teacher"}
RESTRICTION = {"kind": "limited", "ground": "court", "document": "Решение суда", "document_day": "2026-09-01"}
DECREE: Sent = {
    "inn": "{unconnected_inn}",
    "school": "{unconnected_school}",
    "decree_number": "5",
    "decree_day": "2026-09-01",
    "decree": b"%PDF-1.4 scan",
}

DOORS = [
    Door(name="look", method="GET", who=EVERYBODY, answer=302),
    part("home", EVERYBODY - {"newcomer"}, {"visitor": 0, "guardian": 10, "school_admin": 7}, others=302),
    # Identity
    Door(name="login", method="GET", who=EVERYBODY, answer=302),
    Door(name="login-return", method="GET", who=LOGGED_IN, answer=302, visitors=400),
    post("logout", EVERYBODY),
    page("help-login", EVERYBODY, "Помощь со входом", {"visitor": 0, "guardian": 1}, sent={"check": "1"}),
    page("replay", LOGGED_IN, "Сохранённая форма", {"guardian": 3}),
    page("registration", LOGGED_IN, "Регистрация", {"newcomer": 2}),
    post("registration", LOGGED_IN - STUDENT, sent={"role": "guardian", "terms": "on"}, others=403),
    page("terms", EVERYBODY, "Условия использования", {"visitor": 0, "guardian": 1}),
    page("roles", LOGGED_IN, "Ваши роли", {"teacher": 3}),
    post("switch-role", STUDENT, sent={"role": "student"}, others=403),
    post("switch-role", TEACHER, sent={"role": "teacher", "organisation": "{home_school}"}, others=403),
    page("sessions", LOGGED_IN, "Где выполнен вход", {"guardian": 2}),
    post("end-session", GUARDIAN, "second_session"),
    post("end-other-sessions", LOGGED_IN),
    part("session-time", LOGGED_IN, {"guardian": 1}),
    post("session-time", LOGGED_IN, answer=200),
    # One's own data
    page("privacy", EVERYBODY, "Как мы обращаемся с персональными данными", {"visitor": 0, "guardian": 1}),
    page("own-privacy", LOGGED_IN, "Мои персональные данные", {"guardian": 8}),
    post("withdraw-consent", GUARDIAN, "consent"),
    page("who-looked", GUARDIAN, "Кто смотрел данные", {"guardian": 3}, "child"),
    page("who-looked", STUDENT, "Кто смотрел данные", {"student": 3}, "student_person"),
    page("refused-looks", EVERY_LEADER | OPERATORS, "Попытки доступа", {"head": 3, "operator": 3}),
    post("demand-deletion", GUARDIAN, "child"),
    part("export", GUARDIAN, {"guardian": 86}, "child"),
    part("export", GUARDIAN, {"guardian": 87}, "guardian_person"),
    # Asking to join a school
    part("school-by-inn", LOGGED_IN, {"guardian": 3}, sent={"inn": "{home_inn}"}),
    part("classes-of-level", LOGGED_IN, {"guardian": 4}, sent={"school": "{home_school}", "level": "7"}),
    page("own-place", LOGGED_IN, "Школа и класс", {"student": 1}),
    post("own-place", STUDENT, sent=PLACE, others=403),
    page("add-student", LOGGED_IN, "Добавить ребёнка", {"guardian": 2}),
    post("add-student", GUARDIAN, sent={"relation": "mother", **NAMED, **PLACE}, others=403),
    page("own-post", LOGGED_IN, "Работа в школе", {"teacher": 1}),
    post("own-post", STAFF, sent=POST, others=403),
    page("invitation", LOGGED_IN, "Приглашение в школу", {"teacher": 1}),
    post("invitation", TEACHER, sent={"code": "{code}"}),
    page("own-request", GUARDIAN, "Запрос № {request}", {"guardian": 3}, "request"),
    post("send-draft", GUARDIAN, "draft"),
    post("answer-request", GUARDIAN, "doubtful_request", {"text": "Улица Новая"}),
    post("withdraw-request", GUARDIAN, "request"),
    # Connecting a school
    page("connect", LOGGED_IN, "Подключить школу", {"teacher": 4}, sent={"inn": "{unconnected_inn}"}),
    post("connect", STAFF, sent=DECREE, others=403),
    page("connection", TEACHER, "Заявка на подключение №", {"teacher": 2}, "teacher_connection"),
    part("decree", TEACHER | OPERATOR, {"teacher": 2}, "teacher_connection"),
    page("connections", OPERATORS, "Подключение школ", {"operator": 3}),
    post("approve-connection", OPERATOR, "teacher_connection"),
    post("decline-connection", OPERATOR, "teacher_connection", {"text": "Приказ не читается"}),
    # Demands to delete data
    page("demands", OPERATORS, "Удаление данных", {"operator": 4}),
    post("grant-deletion", OPERATOR, "demand"),
    post("refuse-deletion", OPERATOR, "demand", {"text": "Этого требует закон"}),
    # What operators decide in place of leaders
    page("decisions", OPERATORS, "Решения вместо руководителя", {"operator": 4}),
    page("decide", OPERATOR, "Запрос № {left_request}", {"operator": 10}, "left_request"),
    post("approve", OPERATOR, "left_request", {"same_as": "0"}),
    post("decline", OPERATOR, "left_request", {"reason": "duplicate"}),
    post("clarify", OPERATOR, "left_request", {"text": "Какой адрес?"}),
    post("release", OPERATOR, "left_release"),
    # The school's desk
    page("desk", EVERY_LEADER, "Запросы", {"school_admin": 4}),
    Door(name="search-desk", method="GET", who=EVERY_LEADER, answer=302),
    post("search-desk", EVERY_LEADER, sent={"name": "Петров"}, answer=200),
    post("approve-many", EVERY_LEADER, sent={"ids": "{request}"}),
    page("decide", LEADERS, "Запрос № {request}", {"school_admin": 14}, "request"),
    page(
        "decide",
        EVERY_LEADER | {"stranger_head"},
        "Запрос № {leaving_request}",
        {"stranger_admin": 10},
        "leaving_request",
    ),
    post("approve", LEADERS, "request", {"same_as": "0"}),
    post("decline", LEADERS, "request", {"reason": "duplicate"}),
    post("clarify", LEADERS, "request", {"text": "Какой адрес?"}),
    post("release", LEADERS, "leaving_request"),
    # Classes and staff
    page("classes", EVERY_LEADER, "Классы", {"school_admin": 6}),
    post("classes", EVERY_LEADER, sent={"name": "8А"}),
    page("class", LEADERS, "7А класс", {"school_admin": 7}, "class"),
    post("class", LEADERS, "class", NAMED),
    post("rename-class", LEADERS, "class", {"name": "7Ю"}),
    post("close-class", LEADERS, "empty_class"),
    post("move", LEADERS, "placement", {"school_class": "{second_class}"}),
    post("depart", LEADERS, "placement"),
    post("end-guardianship", LEADERS, "child_link"),
    page("restrict-guardian", LEADERS, "Права представителя", {"school_admin": 6}, "child_link"),
    post("restrict-guardian", LEADERS, "child_link", RESTRICTION),
    post("lift-restriction", LEADERS, "restriction"),
    post("take-lifting-back", LEADERS, "restriction"),
    page("merges", EVERY_LEADER, "Объединённые записи", {"school_admin": 7}),
    post("undo-merge", LEADERS, "merge"),
    page("find-people", EVERY_LEADER, "Поиск людей", {"school_admin": 2}),
    post("find-people", EVERY_LEADER, sent={"name": "Домов"}, answer=200),
    page("staff", EVERY_LEADER, "Сотрудники", {"school_admin": 4}),
    post("staff", EVERY_LEADER, sent={"role": "teacher", **NAMED}, answer=200),
    post("dismiss", LEADERS, "post"),
    post("withdraw-invitation", LEADERS, "invitation"),
    # The study plan
    page("plan", EVERY_PLANNER, "Учебный план", {"deputy_head": 8}),
    post("plan", EVERY_PLANNER, sent={"title": "Химия"}),
    post("close-subject", PLANNERS, "subject"),
    page("class-plan", PLANNERS, "Учебный план: 7А", {"deputy_head": 7}, "class"),
    post("class-plan", PLANNERS, "class", {"subject": "{other_subject}", "hours": "2", "teacher": "{teacher}"}),
    post("set-hours", PLANNERS, "class", {"subject": "{subject}", "hours": "2,5"}),
    page("make-group", PLANNERS, "Новая учебная группа", {"deputy_head": 4}, "class"),
    post("make-group", PLANNERS, "class", GROUP | {"classes": "{class}"}),
    page("teaching-group", PLANNERS, "Алгебра (Домов): 7А", {"deputy_head": 8}, "group"),
    page("teaching-group", PLANNERS, "Алгебра (Домов): Часть", {"deputy_head": 10}, "part"),
    post("teaching-group", PLANNERS, "group", {"teacher": "{teacher}", "hours": "2"}),
    post("fill-part", PLANNERS, "part", {"ids": "{listed}"}),
    post("add-group-class", PLANNERS, "group", {"school_class": "{second_class}"}),
    post("split-group", PLANNERS, "group", {"parts": "2"}),
    post("close-group", PLANNERS, "group"),
    post("end-load", PLANNERS, "load"),
    page("terms-of-year", EVERY_PLANNER, "Учебные периоды и каникулы", {"deputy_head": 7}),
    page("make-scheme", EVERY_PLANNER, "Новый набор периодов", {"deputy_head": 2}),
    post("make-scheme", EVERY_PLANNER, sent=SCHEME),
    post("give-scheme", PLANNERS, "scheme", {"ids": "{class}"}),
    post("change-terms", PLANNERS, "scheme", {"first_1": "{first_day}", "last_1": "{last_day}"}),
    post("remove-scheme", PLANNERS, "unfollowed_scheme"),
    page("add-holiday", EVERY_PLANNER, "Новые каникулы", {"deputy_head": 2}),
    post("add-holiday", EVERY_PLANNER, sent=HOLIDAY),
    post("remove-holiday", PLANNERS, "holiday"),
    # Bells and the weekly template
    page("bells", EVERY_PLANNER, "Звонки, кабинеты и режим", {"deputy_head": 12}),
    post(
        "bells",
        EVERY_PLANNER,
        sent={"title": "Новые", "shift": "1", "starts": "08:00", "minutes": "45", "breaks": "10"},
    ),
    post("close-bells", PLANNERS, "bells"),
    post("add-rooms", EVERY_PLANNER, sent={"titles": "102"}),
    post("close-room", PLANNERS, "room"),
    post("move-day", EVERY_PLANNER, sent={"day": "2026-12-05", "instead_of": "2026-12-07"}),
    post("move-day-back", PLANNERS, "moved"),
    post("set-regime", PLANNERS, "class", {"shift": "2", "days_a_week": "6"}),
    post("give-homeroom", PLANNERS, "class", {"teacher": "{teacher_person}"}),
    page("template", EVERY_PLANNER, "Недельное расписание: 7А", {"deputy_head": 21}),
    post("add-line", PLANNERS, "class", {"teaching_group": "{taught}", "weekday": "0", "number": "1"}),
    post("end-line", PLANNERS, "line"),
    page("publishing", EVERY_PLANNER, "Публикация расписания", {"deputy_head": 22}),
    post("publish", EVERY_PLANNER),
    post("settle-task", PLANNERS, "task"),
    post("remove-group-class", PLANNERS, "taught", {"school_class": "{class}"}, answer=409),
    # Lessons and what changed about them
    page("timetable", SCHOOL_STAFF, "Моё расписание", {"teacher": 6}),
    page("substitutions", EVERY_PLANNER, "Замены:", {"deputy_head": 10}),
    page("substituted", EVERY_PLANNER, "Журнал замещённых уроков", {"deputy_head": 3}),
    page("add-lesson", EVERY_PLANNER, "Дополнительный урок", {"deputy_head": 4}),
    post(
        "add-lesson",
        PLANNERS,
        others=404,
        sent={
            "teaching_group": "{taught}",
            "teacher": "{teacher_person}",
            "day": "{today}",
            "number": "7",
            "starts": "17:00",
            "ends": "17:45",
        },
    ),
    post("substitute", PLANNERS, sent={"teacher_{lesson}": "{teacher}"}),
    post("move-lesson", PLANNERS, "lesson", {"day": "{today}", "number": "7", "starts": "17:00", "ends": "17:45"}),
    post("cancel-lesson", PLANNERS, "lesson", {"reason": "Карантин"}),
    post("withdraw-change", PLANNERS, "change"),
    # Who is away
    page("own-absences", EVERY_TEACHER, "Моё отсутствие", {"teacher": 4}),
    post("own-absences", EVERY_TEACHER, sent=AWAY),
    post("withdraw-absence", TEACHER, "absence"),
    page("teacher-absences", EVERY_PLANNER, "Отсутствие учителей", {"deputy_head": 4}),
    page("enter-absence", EVERY_PLANNER, "Записать отсутствие", {"deputy_head": 3}),
    post("enter-absence", PLANNERS, sent=AWAY | {"teacher": "{teacher}"}, others=404),
    page("decide-absence", PLANNERS, "Отсутствие учителя", {"deputy_head": 3}, "absence"),
    post("decide-absence", PLANNERS, "absence", {"accepted": "1", "answer": ""}),
    page("end-absence", PLANNERS, "Отсутствие учителя", {"deputy_head": 3}, "approved_absence"),
    post("end-absence", PLANNERS, "approved_absence", {"day": "{next_month}"}),
    # The journal's page and its cells
    page("journals", SCHOOL_STAFF, "Журналы", {"teacher": 6, "deputy_head": 5}),
    page("journal-page", READERS, "География (): 7А", {"teacher": 2, "deputy_head": 2}, "taught"),
    part("journal-data", READERS, {"teacher": 4, "deputy_head": 5}, "taught"),
    page("journal-print", READERS, "География (): 7А", {"teacher": 4, "deputy_head": 4}, "taught"),
    part("lesson-data", TEACHER, {"teacher": 5}, "lesson"),
    post("save-cell", TEACHER, "lesson child 1", {"text": "5"}, answer=200),
    part("cell-history", READERS, {"teacher": 5}, "lesson child 1"),
    part("average-explained", READERS, {"teacher": 9}, "taught child"),
    post("ask-unlock", TEACHER, "lesson", {"reason": "Ошибка"}, answer=200),
    page("unlocks", EVERY_PLANNER, "Запросы на изменение журнала", {"deputy_head": 3}),
    post("decide-unlock", PLANNERS, "unlock", {"granted": "1", "days": "2"}),
    # The lesson's page, topics, final marks and the school's rules
    page("lesson", READERS, "География (), 7А:", {"teacher": 21, "deputy_head": 20}, "lesson"),
    post("write-topic", TEACHER, "lesson", {"text": "Материки"}),
    post("note-attendance", TEACHER, "lesson", {"code_{child}": "{ill_code}"}),
    post("plan-work", TEACHER, "lesson", {"kind": "{kind}"}),
    post("drop-work", TEACHER, "work"),
    post("give-remark", TEACHER, "lesson", {"student": "{child}", "text": "Молодец"}),
    post("withdraw-remark", TEACHER, "remark"),
    post("add-material", TEACHER, "lesson", {"url": "https://example.com/atlas"}),
    post("remove-material", TEACHER, "material"),
    part("material-file", READERS, {"teacher": 2}, "material"),
    page("topic-plans", SCHOOL_STAFF, "Планы тем (КТП)", {"teacher": 3}),
    page("make-topic-plan", TEACHER, "Новый план тем", {"teacher": 3}),
    post(
        "make-topic-plan",
        TEACHER,
        sent={"subject": "{taught_subject}", "level": "7", "title": "План", "text": "Дроби"},
        others=404,
    ),
    page("topic-plan", READERS, "География 7", {"teacher": 5}, "plan"),
    page("rewrite-topic-plan", TEACHER, "География 7", {"teacher": 3}, "plan"),
    post("rewrite-topic-plan", TEACHER, "plan", {"title": "План", "text": "Дроби; 2"}),
    post("copy-topic-plan", READERS, "plan"),
    post("follow-topic-plan", TEACHER, "taught", {"plan": "{plan}"}),
    page("finals", READERS, "Итоговые отметки: География (), 7А", {"teacher": 11}, "taught"),
    post(
        "give-term-marks",
        TEACHER,
        "taught",
        {"term": "{term}", "mark_{child}": "н/а", "reason_{child}": "Мало отметок"},
    ),
    post("give-year-marks", TEACHER, "taught", {"mark_{child}": "н/а", "reason_{child}": "Мало отметок"}),
    post("close-term", TEACHER | PLANNERS, "taught", {"term": "{term}"}, answer=409),
    post("reopen-term", PLANNERS, "taught", {"term": "{term}", "reason": "Апелляция"}, answer=409),
    post("set-group-scale", PLANNERS, "taught", {"scale": "pass_fail"}),
    page("sheet", READERS, "Сводная ведомость: 7А", {"teacher": 8}, "class"),
    page("notes", SCHOOL_STAFF, "Справки и объяснения", {"teacher": 4}),
    post("decide-note", READERS, "note", {"accepted": "1"}),
    part("note-file", READERS, {"teacher": 3}, "note"),
    page("journal-rules", EVERY_PLANNER, "Правила журнала", {"deputy_head": 7}),
    post("journal-rules", EVERY_PLANNER, sent={"scale": "five", "lowest_mark": "2", "control_works_a_day": "1"}),
    page("add-kind", EVERY_PLANNER, "Новый вид работы", {"deputy_head": 2}),
    post("add-kind", EVERY_PLANNER, sent={"title": "Тест", "short": "т", "weight": "1,5"}),
    post("close-kind", PLANNERS, "kind"),
    page("change-weight", PLANNERS, "Вес: ", {"deputy_head": 4}, "kind"),
    post("change-weight", PLANNERS, "kind", {"weight": "4", "from_day": "{today}"}),
    page("add-final-rule", EVERY_PLANNER, "Правило итоговых отметок", {"deputy_head": 3}),
    post(
        "add-final-rule",
        EVERY_PLANNER,
        sent={"from_day": "{first_day}", "five": "4,5", "four": "3,5", "three": "2,5", "least_marks": "3"},
    ),
    # Homework
    page("group-homework", TEACHER, "Домашние задания: География (), 7А", {"teacher": 7}, "taught"),
    post("group-homework", TEACHER, "taught", {"text": "Параграф 5", "due_day": "{today}"}),
    page("homework", READERS, "География (): задание на", {"teacher": 8, "deputy_head": 8}, "homework"),
    page("change-homework", TEACHER, "Изменить задание", {"teacher": 2}, "homework"),
    post("change-homework", TEACHER, "homework", {"text": "Параграф 6", "due_day": "{today}"}),
    post("withdraw-homework", TEACHER, "homework"),
    post("review-work", TEACHER, "version", {"accepted": "1"}),
    part("homework-file", READERS, {"teacher": 2}, "homework_file"),
    part("handed-file", TEACHER, {"teacher": 3}, "handed_file"),
    page("own-homework", GUARDIAN, "География (): задание на", {"guardian": 8}, "homework child"),
    post("own-homework", GUARDIAN, "homework child", {"text": "Готово"}),
    post("tick-homework", GUARDIAN, "homework child", {"done": "on"}),
    part("own-homework-file", GUARDIAN, {"guardian": 4}, "homework child homework_file"),
    part("own-handed-file", GUARDIAN, {"guardian": 4}, "homework child handed_file"),
    page("own-homework", STUDENT, "География (): задание на", {"student": 8}, "homework student_person"),
    post("own-homework", STUDENT, "homework student_person", {"text": "Готово"}),
    post("tick-homework", STUDENT, "homework student_person", {"done": "on"}),
    part("own-homework-file", STUDENT, {"student": 4}, "homework student_person homework_file"),
    part("own-handed-file", STUDENT, {"student": 4}, "homework student_person own_handed_file"),
    page("homework-report", EVERY_PLANNER, "Когда задают домашние задания", {"deputy_head": 4}),
    post("homework-report", EVERY_PLANNER, sent={"post_until": "18:00"}),
    part("homework-report-csv", EVERY_PLANNER, {"deputy_head": 4}),
    # Conversations
    page("conversations", WITH_ROLE, "Чаты", {"guardian": 2, "teacher": 3}),
    page("conversations", WITH_ROLE, "Поиск в чатах", {"guardian": 2}, sent={"q": "линейки"}),
    part("chats-unread", WITH_ROLE, {"guardian": 2}),
    page("chat-whom", WITH_ROLE, "Кому написать", {"teacher": 4}),
    post("chat-begin", TALKERS - HEAD, sent={"school": "{home_school}", "person": "{head_person}"}),
    page("chat-named", SCHOOL_STAFF, "Новая группа", {"teacher": 3}),
    post("chat-named", SCHOOL_STAFF, sent={"title": "Поход"}, answer=422),
    page("own-complaints", WITH_ROLE, "Мои жалобы", {"teacher": 3}),
    part("chat-file", TALKERS, {"teacher": 2}, "news_file"),
    post("take-back-message", TEACHER, "waiting_message"),
    page("talk", TALKERS, "Объявления школы", {"guardian": 7, "teacher": 7}, "news"),
    part("talk-changes", TALKERS, {"guardian": 3}, "news", {"after": "0"}),
    part("talk-older", TALKERS, {"guardian": 3}, "news", {"before": "2"}),
    post("send-message", TALKERS - FAMILY, "staff", {"text": "Завтра", "client_key": "{message_key}"}),
    post("talk-read", TALKERS, "news", {"number": "1"}, answer=204),
    post("edit-message", HEAD, "news 1", {"text": "В десять"}),
    post("delete-message", PLANNERS, "news 1"),
    post("react-to-message", TALKERS, "news 1", {"sign": "👍"}),
    post("pin-message", PLANNERS, "news 1", {"pinned": "on"}),
    page("talk-members", READERS, "Участники: Объявления школы", {"teacher": 5}, "news"),
    page("message-readers", READERS, "Прочитали 0 из", {"teacher": 5}, "news 1"),
    page("report-message", TALKERS - HEAD, "Пожаловаться на сообщение", {"guardian": 2}, "news 1"),
    post("report-message", TALKERS - HEAD, "news 1", {"reason": "other"}),
    page("talk", HIKERS, "Поход", {"guardian": 8}, "hike"),
    part("talk-changes", HIKERS, {"guardian": 3}, "hike", {"after": "0"}),
    part("talk-older", HIKERS, {"guardian": 3}, "hike", {"before": "2"}),
    post("send-message", HIKERS, "hike", {"text": "Иду", "client_key": "{message_key}"}),
    post("react-to-message", HIKERS, "hike 1", {"sign": "👍"}),
    *(
        door
        for number, who in ((1, TEACHER), (2, GUARDIAN), (3, STUDENT))
        for door in (
            post("edit-message", who, f"hike {number}", {"text": "Не иду"}),
            post("delete-message", who | TEACHER, f"hike {number}"),
        )
    ),
    page("talk", GUARDIAN | TEACHER, "", {"guardian": 8}, "letters"),
    part("talk-changes", GUARDIAN | TEACHER, {"guardian": 3}, "letters", {"after": "0"}),
    post("send-message", GUARDIAN | TEACHER, "letters", {"text": "Спасибо", "client_key": "{message_key}"}),
    post("edit-message", GUARDIAN, "letters 2", {"text": "Иначе"}),
    post("pin-message", GUARDIAN | TEACHER, "letters 1", {"pinned": "on"}),
    page("complaints", EVERY_LEADER | OPERATORS, "Жалобы на сообщения", {"head": 4}),
    # The reported message is the head's own: they neither decide nor see who reported it.
    page("complaint", LEADERS - HEAD, "Жалоба №", {"school_admin": 11}, "news_complaint"),
    post("complaint", LEADERS - HEAD, "news_complaint", {"decision": "no_breach", "answer": "Всё в порядке"}),
    post("complaint-evidence", LEADERS - HEAD, "news_complaint", answer=200),
    page("chat-rules", EVERY_LEADER, "Правила переписки", {"head": 4}),
    post("chat-rules", EVERY_LEADER, sent={"pairs": "staff-staff"}),
    # Between school and family
    page("involvement", SCHOOL_STAFF | GUARDIAN, "Школа и семья", {"guardian": 7, "head": 6}),
    page("new-ask", SCHOOL_STAFF, "Спросить семьи", {"head": 2}),
    post("new-ask", SCHOOL_STAFF, sent={"title": "Правила"}, answer=422),
    page("ask-results", PLANNERS, "Музей", {"head": 5}, "ask"),
    part("ask-results-csv", PLANNERS, {"head": 5}, "ask"),
    page("change-ask", PLANNERS, "Изменить и спросить заново", {"head": 2}, "ask"),
    post("change-ask", PLANNERS, "ask", {"title": "Музей", "text": "Едем", "closes_day": "{today}"}),
    post("remind-ask", PLANNERS, "ask"),
    post("withdraw-ask", PLANNERS, "ask"),
    page("family-ask", GUARDIAN, "Музей", {"guardian": 6}, "ask child"),
    part("family-ask-file", GUARDIAN, {"guardian": 3}, "ask child"),
    post("answer-ask", GUARDIAN, "ask child", {"option": "1", "seen": "1"}),
    page("new-evening", EVERY_PLANNER, "Новый родительский вечер", {"head": 3}),
    post("new-evening", EVERY_PLANNER, sent={"title": "Вечер"}, answer=422),
    page("evening", READERS, "Вечер", {"head": 4}, "evening"),
    post("withdraw-evening", PLANNERS, "evening"),
    page("booking", GUARDIAN, "Вечер", {"guardian": 6}, "evening child"),
    post("close-slot", READERS, "slot", {"reason": "совещание"}),
    post("free-slot", GUARDIAN, "booked_slot"),
    post("book-slot", GUARDIAN, "slot child"),
    # The library
    page("library", WITH_ROLE, "Библиотека", {"guardian": 4, "teacher": 3}),
    page("material", WITH_ROLE, "Материал published", {"guardian": 8, "teacher": 7}, "published"),
    post("favour", WITH_ROLE, "published", {"kept": "on"}),
    post("report-error", WITH_ROLE, "published", {"text": "Опечатка"}),
    post("begin-play", WITH_ROLE, "published_version"),
    post("begin-play", frozenset({"publisher"}), "drafted_version"),
    post("begin-play", frozenset({"expert"}) | frozenset({"publisher"}), "judged_version"),
    post("begin-play", PLANNERS | TEACHER, "checked_own_version"),
    page("play", GUARDIAN, "Материал published", {"guardian": 2}, "play"),
    post("finish-play", GUARDIAN, "play"),
    page("play", STUDENT, "Материал school_own", {"student": 2}, "school_play"),
    post("finish-play", STUDENT, "school_play"),
    page("shelves", LOGGED_IN, "Моя полка", {"guardian": 4}),
    post("make-collection", LOGGED_IN, sent={"title": "К уроку"}),
    page("collection", GUARDIAN, "К уроку", {"guardian": 3}, "collection"),
    post("change-collection", GUARDIAN, "collection", {"material": "{published}", "kept": "on"}),
    post("remove-collection", GUARDIAN, "collection"),
    page("own-materials", SCHOOL_STAFF | PUBLISHER, "Мои материалы", {"publisher": 5, "teacher": 5}),
    post("begin-material-upload", SCHOOL_STAFF | PUBLISHER, answer=400),
    page("new-material", SCHOOL_STAFF | PUBLISHER, "Новый материал", {"publisher": 2}),
    post("new-material", SCHOOL_STAFF | PUBLISHER, sent={"title": ""}, answer=422),
    page("own-material", PUBLISHER, "Материал published", {"publisher": 7}, "published"),
    page("own-material", TEACHER, "Материал own_draft", {"teacher": 7}, "own_draft"),
    post("new-version", PUBLISHER, "published"),
    post("withdraw-material", PUBLISHER, "published", {"reason": "Устарел"}),
    page("version", PUBLISHER, "Материал drafted", {"publisher": 3}, "drafted_version"),
    post("version", PUBLISHER, "drafted_version", {"title": ""}, answer=422),
    post("submit-version", PUBLISHER, "drafted_version"),
    post("answer-report", PUBLISHER, "report", {"text": "Исправили"}),
    page("become-publisher", LOGGED_IN, "Стать поставщиком контента", {"guardian": 3}),
    post("become-publisher", LOGGED_IN, sent={"inn": ""}, answer=422),
    page("reviews", EXPERT, "Экспертиза", {"expert": 4}),
    page("review", EXPERT, "Материал judged", {"expert": 5}, "review"),
    post("review", EXPERT, "review", {"verdict": ""}, answer=422),
    post("declare-conflict", EXPERT, "review"),
    page("school-materials", EVERY_PLANNER, "Материалы учителей", {"deputy_head": 3}),
    post("approve-own", PLANNERS, "checked_own_version"),
    post("return-own", PLANNERS, "checked_own_version", {"comment": "Добавьте ответы"}),
    page("publishers", OPERATORS, "Поставщики контента", {"operator": 2}),
    part("agreement", OPERATOR, {"operator": 2}, "application"),
    post("approve-publisher", OPERATOR, "application"),
    post("decline-publisher", OPERATOR, "application", {"reason": "Нет соглашения"}),
    page("experts", OPERATORS, "Эксперты", {"operator": 7}),
    post("experts", OPERATORS, sent={"snils": ""}, answer=422),
    post("dismiss-expert", OPERATOR, "expert_post"),
    page("take-material", TEACHER, "На урок: Материал published", {"teacher": 3}, "published"),
    post("take-material", TEACHER, "published", {"lesson": "{lesson}"}),
    post("open-material", READERS, "taken_material"),
    page("material-results", READERS, "Материал published: результаты", {"teacher": 7}, "taken_material"),
    post("material-results", TEACHER, "taken_material", {"mark_{child}": ""}),
    post("diary-open-material", GUARDIAN, "child lesson taken_material"),
    # The store of learning records: programs come in with a key, people not at all
    part("xapi-about", EVERYBODY, {"visitor": 0}),
    *(
        Door(name=f"xapi-{name}", method=method, who=EVERYBODY, answer=400)
        for name, methods in (
            ("statements", "GET PUT POST"),
            ("activities", "GET"),
            ("states", "GET PUT POST DELETE"),
            ("activity-profiles", "GET PUT POST DELETE"),
            ("agents", "GET"),
            ("agent-profiles", "GET PUT POST DELETE"),
        )
        for method in methods.split()
    ),
    page("import-cartridge", SCHOOL_STAFF | PUBLISHER, "Перенести из другой системы", {"publisher": 2}),
    post("import-cartridge", SCHOOL_STAFF | PUBLISHER, sent={"subject": "none"}, answer=422),
    Door(
        name="export-collection", method="GET", who=GUARDIAN, answer=200, about="collection", statements={"guardian": 4}
    ),
    # Suppliers' tools: people come to some, programs with a token of their own to others
    page("own-tools", PUBLISHER, "Внешние тренажёры", {"publisher": 2}),
    page("new-tool", PUBLISHER, "Подключить тренажёр", {"publisher": 1}),
    post("new-tool", PUBLISHER, sent={"title": "Без ключа"}, answer=422),
    post("end-tool", PUBLISHER, "tool", sent={"end": "1"}),
    Door(name="choose-content", method="GET", who=PUBLISHER, answer=302, about="tool"),
    Door(name="take-items", method="GET", who=LOGGED_IN, answer=400),
    Door(name="take-items", method="POST", who=LOGGED_IN, answer=400),
    Door(name="open-tool", method="GET", who=PUBLISHER, answer=302, about="tool_play"),
    Door(name="lti-authorize", method="GET", who=LOGGED_IN, answer=422),
    Door(name="lti-authorize", method="POST", who=LOGGED_IN, answer=422),
    part("oai", EVERYBODY, {"visitor": 0}),
    post("oai", EVERYBODY, answer=200),
    part("lti-keys", EVERYBODY, {"visitor": 0}),
    Door(name="lti-items", method="POST", who=EVERYBODY, answer=400),
    Door(name="lti-token", method="POST", who=EVERYBODY, answer=400),
    *(
        Door(name=f"lti-{name}", method=method, who=EVERYBODY, answer=401, about=about)
        for name, method, about in (
            ("line-items", "GET", ""),
            ("line-item", "GET", "published"),
            ("scores", "POST", "published"),
            ("results", "GET", "published"),
            ("members", "GET", "class"),
        )
    ),
    page("record-keys", PUBLISHER, "Хранилище учебных записей", {"publisher": 2}),
    post("record-keys", PUBLISHER, sent={"title": "Тренажёр"}, answer=200),
    post("end-record-key", PUBLISHER, "record_key", sent={"end": "1"}),
    # Files in parts
    Door(name="upload", method="HEAD", who=GUARDIAN, answer=200, about="upload"),
    # One's own files, and what is shared with one's class
    page("own-files", WITH_ROLE, "Мои файлы", {"teacher": 5}, sent={"q": ""}),
    post("begin-own-upload", WITH_ROLE, answer=400),
    post("own-files", WITH_ROLE, sent={"attached": b"%PDF-1.7\n%%EOF"}),
    page("folder", TEACHER, "Уроки", {"teacher": 5}, "folder"),
    page("folder", TEACHER | FAMILY, "Для класса", {"teacher": 6, "guardian": 4}, "shared_folder"),
    post("folder", TEACHER, "folder", {"attached": b"%PDF-1.7\n%%EOF"}),
    post("make-folder", WITH_ROLE, sent={"name": "Новая"}),
    page("folder-options", TEACHER, "Папка: Уроки", {"teacher": 5}, "folder"),
    page("document", TEACHER, "план-1.pdf", {"teacher": 10}, "document"),
    page("document", TEACHER | FAMILY, "план-7.pdf", {"teacher": 10, "guardian": 5}, "shared_document"),
    post("document", TEACHER, "document", {"attached": b"%PDF-1.7\n%%EOF"}),
    part("document-preview", TEACHER | FAMILY, {"guardian": 5}, "shared_document"),
    part("download-document", TEACHER | FAMILY, {"guardian": 3}, "shared_document"),
    part("document-content", TEACHER | FAMILY, {"guardian": 3}, "shared_document"),
    part("document-page", TEACHER | FAMILY, {"guardian": 4}, "shared_document 1"),
    part("download-version", TEACHER, {"teacher": 2}, "document_version"),
    post("make-file-link", TEACHER, "document", answer=200),
    part("file-link", WITH_ROLE, {"guardian": 3}, "file_token"),
    page("shared-files", WITH_ROLE, "Мне доступно", {"guardian": 3}),
    page("trash", WITH_ROLE, "Корзина", {"teacher": 4}),
    post("empty-trash", WITH_ROLE),
    *(
        door
        for kind, row in (("folders", "folder"), ("documents", "document"))
        for door in (
            post("rename-item", TEACHER, f"{kind} {row}", {"name": "Иначе"}),
            post("move-item", TEACHER, f"{kind} {row}", {"folder": ""}),
            post("trash-item", TEACHER, f"{kind} {row}"),
            post("restore-item", TEACHER, f"{kind} trashed_{row}"),
            post("share-item", TEACHER, f"{kind} {row}", {"school_class": "{class}"}),
        )
    ),
    post("end-share", TEACHER, "file_share"),
    # The diary
    page("diary", FAMILY, "Дневник", {"guardian": 7, "student": 7}),
    page("diary-week", GUARDIAN, "Дневник: Домов Child", {"guardian": 5}, "child"),
    page("diary-week", STUDENT, "Дневник: Домова Student", {"student": 5}, "student_person"),
    part("diary-week-data", GUARDIAN, {"guardian": 2}, "child"),
    page("diary-lesson", STUDENT, "География", {"student": 7}, "student_person lesson"),
    page("diary-marks", STUDENT, "Отметки: Домова Student", {"student": 7}, "student_person"),
    page("diary-lesson", GUARDIAN, "География", {"guardian": 7}, "child lesson"),
    part("diary-material", GUARDIAN, {"guardian": 8}, "child lesson material"),
    page("diary-marks", GUARDIAN, "Отметки: Домов Child", {"guardian": 7}, "child"),
    page("absences", GUARDIAN, "Пропуски: Домов Child", {"guardian": 7}, "child"),
    post("absences", GUARDIAN, "child", {"from_day": "{today}", "last_day": "{today}", "meaning": "illness"}),
    post("withdraw-note", GUARDIAN, "own_note"),
    post("acknowledge", GUARDIAN, "child", {"monday": "2026-09-07"}),
    page("diary-changes", GUARDIAN, "Изменения в журнале: Домов Child", {"guardian": 3}, "child"),
    page("diary-calendar", GUARDIAN, "Контрольные и нагрузка: Домов Child", {"guardian": 4}, "child"),
    # Calendars for other programs
    page("calendar-feed", LOGGED_IN, "Календарь в телефоне", {"guardian": 2}),
    post("make-feed", LOGGED_IN),
    post("renew-feed", LOGGED_IN),
    post("revoke-feed", LOGGED_IN),
    part("read-feed", EVERYBODY, {"visitor": 10}, "token"),
    # Notices: one's own, how one is told, links in letters, and what operators watch
    page("notices", LOGGED_IN, "Уведомления", {"guardian": 3}),
    part("notice-bell", LOGGED_IN, {"guardian": 2}),
    Door(name="open-notice", method="GET", who=GUARDIAN, answer=302, about="notice"),
    post("read-notices", LOGGED_IN, sent={"newest": "{notice}"}),
    page("notice-settings", LOGGED_IN, "Настройки уведомлений", {"guardian": 4}),
    post("notice-settings", LOGGED_IN, sent={"quiet_from": ""}, answer=422),
    post("notice-address", LOGGED_IN, sent={"address": "new@example.com"}),
    post("add-device", LOGGED_IN, sent={"endpoint": "https://example.com/1"}, answer=422),
    post("remove-device", GUARDIAN, "device"),
    page("confirm-address", EVERYBODY, "Адрес почты", {"visitor": 0}, "confirming"),
    post("confirm-address", EVERYBODY, "confirming", answer=200),
    page("stop-mail", EVERYBODY, "Письма с уведомлениями", {"visitor": 0}, "stopping"),
    post("stop-mail", EVERYBODY, "stopping", answer=200),
    page("deliveries", OPERATORS, "Доставка уведомлений", {"operator": 7}),
    post("send-again", OPERATOR, "dead_delivery"),
    page("followers", OPERATORS, "Обработка событий", {"operator": 5}),
    post("follow-again", OPERATORS, "set_aside"),
    part("service-worker", EVERYBODY, {"visitor": 0}),
    part("web-manifest", EVERYBODY, {"visitor": 0}),
]
