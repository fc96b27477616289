"""The life of a request, and who may ask for what at which age; pure."""

from datetime import date

from myschool.people.rules.ages import FULL_AGE, age_on, is_of_registration_age

# From each state, where a request may go; a state that is not here is final.
WAYS = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"clarify", "release", "approved", "declined", "withdrawn", "expired"},
    "clarify": {"answered", "declined", "withdrawn", "expired"},
    "answered": {"clarify", "release", "approved", "declined", "withdrawn", "expired"},
    "release": {"approved", "declined", "withdrawn", "expired"},
}
LIVE = frozenset(WAYS)
DECIDABLE = frozenset(state for state, ways in WAYS.items() if "release" in ways)
SHORTEST_REASON = 10
YOUNGEST = 5


def may_become(state: str, new: str) -> bool:
    """Whether a request may go from one state to the other."""
    return new in WAYS.get(state, ())


def own_place_fault(birth_date: date | None, day: date) -> str | None:
    """Why a student may not ask for their own place on that day at the school; None when they may."""
    if birth_date is None:
        return "В учётной записи Госуслуг нет даты рождения. Добавьте её на Госуслугах и войдите снова."
    if not is_of_registration_age(birth_date, day):
        return (
            "По дате школы вам ещё нет 14 лет, поэтому запрос подаёт родитель: "
            "в своём кабинете он нажимает «Добавить» и вводит ваши данные."
        )
    return None


def students_age_fault(birth_date: date, day: date) -> str | None:
    """Why nobody may ask for a student born then; None when a guardian may."""
    if birth_date >= day:
        return "Дата рождения ещё не наступила. Проверьте её."
    age = age_on(birth_date, day)
    if age < YOUNGEST:
        return "Ребёнку меньше пяти лет. Проверьте дату рождения."
    if age >= FULL_AGE:
        return "Ребёнку уже исполнилось 18 лет: он регистрируется сам, а доступ представителя закрыт по закону."
    return None


def needs_place_request(birth_date: date, day: date) -> bool:
    """Under 14 the guardian asks for the place too; from 14 on only for their own link."""
    return not is_of_registration_age(birth_date, day)


def reason_fault(reason: str, text: str) -> str | None:
    """Why a decline would leave the requester guessing; None when it would not."""
    if reason == "other" and len(text) < SHORTEST_REASON:
        return "Объясните причину своими словами: не меньше 10 знаков."
    return None


NEXT_STEPS = {
    "draft": "Запрос ещё не отправлен. Проверьте его и нажмите «Отправить».",
    "submitted": "Школа рассматривает запрос. Решение появится здесь; ничего делать не нужно.",
    "clarify": "Школа просит уточнить. Прочитайте вопрос и ответьте: без ответа запрос не рассмотрят.",
    "answered": "Школа получила ваш ответ и рассматривает запрос.",
    "release": "Новая школа согласна. Теперь прежняя школа должна оформить выбытие.",
    "declined": "Прочитайте причину. Если её можно исправить, нажмите «Исправить и отправить снова».",
    "withdrawn": "Вы отозвали запрос. Его можно исправить и отправить снова.",
    "expired": "Школа не ответила в срок, и запрос закрыт. Отправьте его снова или позвоните в школу.",
}
APPROVED_STEPS = {
    "place": "Место подтверждено. Ученик входит через Госуслуги со своей учётной записью.",
    "guardian": "Связь подтверждена: данные ребёнка доступны вам до его 18 лет.",
    "post": "Место подтверждено. Новую роль можно выбрать в верхней части страницы.",
}


# What an approval has brought may end: then it promises nothing any more.
OVER_STEPS = {
    "place": "Место было подтверждено, но сейчас его нет. Почему, сказано в истории запроса или скажет школа. Если место нужно, "
    "отправьте запрос снова.",
    "guardian": "Связь была подтверждена, но сейчас не действует: данные ребёнка вам не показываются.",
    "post": "Место было подтверждено, но сейчас этой роли у вас нет. Вопросы — к руководителю школы.",
}


def next_step(state: str, kind: str, *, is_over: bool = False) -> str:
    """What happens next, or what the requester should do; `is_over`: what was approved holds no longer."""
    if state != "approved":
        return NEXT_STEPS[state]
    return (OVER_STEPS if is_over else APPROVED_STEPS)[kind]
