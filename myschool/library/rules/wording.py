"""What people ask the catalogue, made ready to be found: words, synonyms, a keyboard left in Latin."""

import re

WORD = re.compile(r"[0-9a-zа-яё]+(?:-[0-9a-zа-яё]+)*", re.IGNORECASE)
MOST_WORDS = 12
LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
CYRILLIC_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
KEYS = str.maketrans(LATIN_KEYS, CYRILLIC_KEYS)
# Words that teachers use for one another; each is found by any of its company.
COMPANIES = (
    ("контрольная", "проверочная", "диагностическая"),
    ("тест", "тестирование", "викторина"),
    ("видео", "видеоурок", "фильм", "ролик", "видеоролик"),
    ("тренажёр", "упражнение", "практикум"),
    ("учебник", "эфу", "пособие"),
    ("физкультура", "физра", "физическая"),
    ("информатика", "икт", "программирование"),
    ("обж", "обзр", "безопасность"),
    ("изо", "изобразительное", "рисование"),
    ("английский", "инглиш", "english"),
    ("математика", "матем", "матан"),
    ("литература", "литра", "литры"),
    ("география", "гео"),
    ("биология", "био"),
    ("умножение", "произведение"),
    ("деление", "частное"),
    ("сложение", "сумма"),
    ("вычитание", "разность"),
    ("процент", "проценты"),
    ("война", "сражение", "битва"),
    ("вов", "великая отечественная"),
    ("егэ", "экзамен", "огэ"),
    ("диктант", "списывание"),
    ("сочинение", "эссе", "изложение"),
    ("лабораторная", "опыт", "эксперимент"),
    ("карта", "атлас"),
    ("аудио", "аудирование", "звукозапись"),
    ("презентация", "слайды"),
    ("стих", "стихотворение", "поэзия"),
    ("корень", "корни"),
)


def words_of(asked: str) -> list[str]:
    """The words of a query in lower case, ё as е, at most a dozen."""
    return [word.replace("ё", "е") for word in WORD.findall(asked.lower())][:MOST_WORDS]


def words_meant(asked: str) -> list[str]:
    """The words of a query that was typed with the keyboard left in Latin; none if it holds Cyrillic letters."""
    return [] if re.search("[а-яё]", asked.lower()) else words_of(asked.lower().translate(KEYS))


def company_of(word: str) -> tuple[str, ...]:
    """The word and those that stand for it."""
    for company in COMPANIES:
        plain = tuple(variant.replace("ё", "е") for variant in company)
        if word in plain:
            return plain
    return (word,)
