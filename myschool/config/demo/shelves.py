"""The library of the demo world: a publisher, two experts and a handful of materials that really run."""

import io
from dataclasses import dataclass, replace
from datetime import datetime

from myschool.config.demo import numbers
from myschool.files.received import Received
from myschool.files.receiving import DOCUMENTS, receive_file
from myschool.files.rules.archives import new_archive
from myschool.kernel.actors import Actor, Role, nobody
from myschool.library.actions import checking, making, reviewing
from myschool.library.checking import examined
from myschool.library.models import Review
from myschool.library.rules.packages import Passport
from myschool.library.rules.states import CRITERIA, Verdict
from myschool.people import actions as people
from myschool.schools import actions as schools


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A material; one with a question is a SCORM package that judges the answer."""

    title: str
    topic: str
    subject: str
    levels: tuple[int, int]
    kind: str
    annotation: str
    question: str = ""
    right: str = ""
    wrong: tuple[str, ...] = ()


MATERIALS = (
    Plan(
        title="Задачи на дроби",
        topic="Обыкновенные дроби",
        subject="mathematics",
        levels=(5, 6),
        kind="task",
        annotation="Сложение и вычитание дробей с решением.",
        question="Сколько будет 1/2 + 1/4?",
        right="3/4",
        wrong=("2/6", "1/8"),
    ),
    Plan(
        title="Проценты в магазине",
        topic="Проценты",
        subject="mathematics",
        levels=(5, 7),
        kind="lesson",
        annotation="Скидки, наценки и сдача.",
        question="Товар стоил 200 рублей. Скидка 10 %. Сколько он стоит теперь?",
        right="180 рублей",
        wrong=("190 рублей", "20 рублей"),
    ),
    Plan(
        title="Деепричастный оборот",
        topic="Деепричастие",
        subject="russian",
        levels=(7, 7),
        kind="trainer",
        annotation="Где нужны запятые.",
        question="Найдите деепричастие: «Читая книгу, он улыбался».",
        right="читая",
        wrong=("улыбался", "книгу"),
    ),
    Plan(
        title="Материки и океаны",
        topic="Карта мира",
        subject="geography",
        levels=(5, 6),
        kind="quiz",
        annotation="Проверьте, знаете ли вы карту.",
        question="Какой материк самый большой?",
        right="Евразия",
        wrong=("Африка", "Австралия"),
    ),
    Plan(
        title="Строение клетки",
        topic="Клетка",
        subject="biology",
        levels=(5, 6),
        kind="lesson",
        annotation="Из чего состоит растительная клетка.",
    ),
    Plan(
        title="Куликовская битва",
        topic="Борьба с Ордой",
        subject="history",
        levels=(6, 6),
        kind="text",
        annotation="Причины, ход и значение сражения.",
    ),
    Plan(
        title="Закон Ома",
        topic="Электрический ток",
        subject="physics",
        levels=(8, 8),
        kind="lab",
        annotation="Как связаны ток, напряжение и сопротивление.",
        question="Напряжение 12 В, сопротивление 4 Ом. Каков ток?",
        right="3 А",
        wrong=("48 А", "8 А"),
    ),
)

STYLE = "body{font:18px/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}button{font:inherit;margin:.25rem;padding:.5rem 1rem}"
TEXT_PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1><p>{annotation}</p><p>Тема: {topic}.</p></body></html>"""
TEST_PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1><p>{annotation}</p><p id="question">{question}</p><div id="answers">{answers}</div><p id="told" role="status"></p>
<script src="answer.js"></script></body></html>"""
# The smallest honest SCORM 1.2: it finds the platform's API, tells how the question was answered, and remembers it.
ANSWER = """
let api = null;
for (let frame = window; frame; frame = frame === frame.parent ? null : frame.parent) {
  if (frame.API) { api = frame.API; break; }
}
const told = document.getElementById("told");
if (api) {
  api.LMSInitialize("");
  if (api.LMSGetValue("cmi.core.lesson_status") === "passed") told.textContent = "Вы уже ответили верно.";
}
for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    const right = button.dataset.right === "yes";
    told.textContent = right ? "Верно!" : "Неверно, попробуйте ещё раз.";
    if (!api) return;
    api.LMSSetValue("cmi.core.score.min", "0");
    api.LMSSetValue("cmi.core.score.max", "100");
    api.LMSSetValue("cmi.core.score.raw", right ? "100" : "0");
    api.LMSSetValue("cmi.core.lesson_status", right ? "passed" : "failed");
    api.LMSCommit("");
  });
}
"""
MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<manifest identifier="demo" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>{title}</title>
<item identifier="i" identifierref="r"><title>{title}</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="index.html">
<file href="index.html"/><file href="answer.js"/></resource></resources></manifest>
"""


@dataclass(frozen=True)
class Packed:
    """A material's package in the store, and what the check has found in it."""

    plan: Plan
    received: Received
    passport: Passport
    files: list[tuple[str, Received]]


def pack(at: datetime) -> list[Packed]:
    """Every material's package, examined; files come before the transaction in which the world is made."""
    return [_packed(plan, at) for plan in MATERIALS]


def _packed(plan: Plan, at: datetime) -> Packed:
    content = _package(plan)
    received = receive_file(io.BytesIO(content), f"{plan.title}.zip", len(content), DOCUMENTS, field="file")
    passport, files = examined(received.key, received.size, at)
    return Packed(plan, received, passport, files)


def fill(
    packages: list[Packed], *, publisher: Actor, experts: list[Actor], operator: Actor, region: str, at: datetime
) -> None:
    """Let the publisher in, appoint the experts, and take every material through its whole way."""
    organisation_id = schools.enter_publisher(
        inn=numbers.inn(region, 8),
        kpp=numbers.kpp(region),
        ogrn=numbers.ogrn(region, 8),
        full_name="Издательство «Азбука знаний» (учебное)",
        short_name="Азбука знаний",
        region_code=region,
    )
    maker = _in_post(publisher, Role.PUBLISHER, organisation_id, at)
    judges = {}
    subjects = sorted({plan.subject for plan in MATERIALS})
    for expert in experts:
        judges[expert.person_id] = _in_post(expert, Role.EXPERT, operator.organisation_id or 0, at)
        reviewing.set_expert_subjects(person_id=expert.person_id, subjects=subjects, by=operator, at=at)
    for packed in packages:
        _publish(packed, maker, judges, at)


def _in_post(actor: Actor, role: Role, organisation_id: int, at: datetime) -> Actor:
    people.take_post(
        person_id=actor.person_id, organisation_id=organisation_id, role=role, from_date=at.date(), stamp=nobody(at)
    )
    return replace(actor, role=role, organisation_id=organisation_id)


def _publish(packed: Packed, maker: Actor, judges: dict[int, Actor], at: datetime) -> None:
    plan = packed.plan
    described = {
        "title": plan.title,
        "annotation": plan.annotation,
        "subject": plan.subject,
        "from_level": plan.levels[0],
        "to_level": plan.levels[1],
        "topic": plan.topic,
        "kind": plan.kind,
        "licence": "free",
        "accessibility": ["keyboard"],
        "language": "ru",
        "minutes": 15,
    }
    version = making.make_material(described=described, received=packed.received, by=maker, at=at)
    making.submit_version(version=version, by=maker, at=at)
    if next_version := checking.take_version(at=at):
        checking.pass_check(version=next_version, passport=packed.passport, package=packed.files, at=at)
    for review in Review.objects.filter(version=version, given_at__isnull=True).select_related("version"):
        reviewing.give_review(
            review=review,
            verdict=Verdict.ACCEPT,
            scores=dict.fromkeys(CRITERIA, 3),
            comment="",
            by=judges[review.expert_id],
            at=at,
        )


def _package(plan: Plan) -> bytes:
    context = {"title": plan.title, "topic": plan.topic, "annotation": plan.annotation, "style": STYLE}
    files = {"index.html": TEXT_PAGE.format(**context)}
    if plan.question:
        choices = sorted([(plan.right, "yes"), *((answer, "no") for answer in plan.wrong)])
        answers = "".join(f'<button type="button" data-right="{word}">{text}</button>' for text, word in choices)
        files = {
            "index.html": TEST_PAGE.format(question=plan.question, answers=answers, **context),
            "answer.js": ANSWER,
            "imsmanifest.xml": MANIFEST.format(title=plan.title),
        }
    packed = io.BytesIO()
    with new_archive(packed) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()
