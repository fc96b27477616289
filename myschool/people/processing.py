"""The register of processing (реестр обработки): what is kept, why, on what ground, who sees it, how long."""

from dataclasses import dataclass
from datetime import date

from myschool.kernel.deadlines import deadline
from myschool.kernel.text import plural
from myschool.schools.queries import working_day_after

FEDERAL_CALENDAR = "77"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One kind of data."""

    what: str
    whose: str
    purpose: str
    ground: str
    seen_by: str
    kept: str


@dataclass(frozen=True)
class Register:
    """The register as a page."""

    title: str
    entries: tuple[Entry, ...]
    answer_term: str


@dataclass(frozen=True)
class Terms:
    """The terms of use as a page."""

    title: str
    version: str


ENTRIES = (
    Entry(
        what="Фамилия, имя, отчество, дата рождения, пол",
        whose="Ученики, законные представители, сотрудники",
        purpose="Узнать человека и связать его с записями школы",
        ground="Закон об образовании (ст. 98 273-ФЗ), согласие при входе через Госуслуги",
        seen_by="Сам человек, его законные представители, сотрудники его школы",
        kept="Пока человек учится или работает, затем по срокам школьных документов",
    ),
    Entry(
        what="СНИЛС",
        whose="Те, у кого он есть в Госуслугах или в документах школы",
        purpose="Не перепутать однофамильцев",
        ground="Закон об образовании (ст. 98 273-ФЗ), согласие при входе через Госуслуги",
        seen_by="Сам человек; администратор школы видит только последние цифры",
        kept="Пока человек учится или работает",
    ),
    Entry(
        what="Номер учётной записи Госуслуг и её уровень",
        whose="Все, кто входил",
        purpose="Вход без пароля на платформе",
        ground="ПП РФ от 10.07.2013 № 584",
        seen_by="Никто, кроме самой программы",
        kept="Пока открыт доступ",
    ),
    Entry(
        what="Школа, класс, дни зачисления и выбытия",
        whose="Ученики",
        purpose="Журнал, дневник, перевод между школами",
        ground="Закон об образовании (ст. 98 273-ФЗ)",
        seen_by="Сам ученик, представители, сотрудники школы",
        kept="Не меньше 5 лет: срок хранения журналов",
    ),
    Entry(
        what="Запросы в школу и решения по ним",
        whose="Заявители",
        purpose="Рассмотреть запрос и объяснить решение",
        ground="Обращение заявителя",
        seen_by="Заявитель, администратор школы",
        kept="Отклонённые и отозванные — 90 дней, одобренные — как сведения о месте",
    ),
    Entry(
        what="Связь ребёнка и законного представителя",
        whose="Ученики младше 18 лет и их представители",
        purpose="Доступ родителей к дневнику",
        ground="Семейный кодекс (ст. 64), закон об образовании (ст. 44 273-ФЗ)",
        seen_by="Представитель, ученик, администратор школы",
        kept="До 18 лет ученика или до прекращения связи",
    ),
    Entry(
        what="Приказ о назначении ответственного",
        whose="Администраторы школ",
        purpose="Убедиться, что школу подключает её представитель",
        ground="Обращение организации",
        seen_by="Заявитель, региональный оператор",
        kept="5 лет",
    ),
    Entry(
        what="Входы, устройства, кто и когда смотрел данные ученика",
        whose="Все пользователи",
        purpose="Безопасность и отчёт перед семьёй",
        ground="Ст. 19 152-ФЗ, приказ ФСТЭК № 117",
        seen_by="Сам человек, законный представитель",
        kept="Входы — 90 дней, записи о просмотрах — 3 года, летопись действий, где есть только номера, — бессрочно",
    ),
)


def register() -> Register:
    """The register for families."""
    return Register("Как мы обращаемся с персональными данными", ENTRIES, answer_term())


def answer_term() -> str:
    """The term to answer a demand, in words: «10 рабочих дней»."""
    days = deadline("subject_demand").days
    return f"{days} {plural(days, 'рабочий день', 'рабочих дня', 'рабочих дней')}"


def answer_due(day: date) -> date:
    """The last day to answer a demand made on that day."""
    return working_day_after(FEDERAL_CALENDAR, day, deadline("subject_demand").days)
