"""Materials for tests: described as a form would, and packages made on the spot."""

import io
import json
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from myschool.files.receiving import DOCUMENTS, receive_file
from myschool.kernel.actors import Role
from myschool.library.actions import making, reviewing
from myschool.library.checking import check_next
from myschool.library.models import ExpertSubject, MaterialVersion, Review
from myschool.library.rules.states import CRITERIA, Verdict
from myschool.people.tests.makers import make_actor, make_person
from myschool.schools.tests.makers import NOON, make_organisation

PAGE = "<!doctype html><html lang='ru'><title>Урок</title><p>Дроби"


def described(**more):
    return {
        "title": "Задача на дробь",
        "annotation": "Сложение и вычитание обыкновенных дробей",
        "subject": "mathematics",
        "from_level": 5,
        "to_level": 6,
        "topic": "Обыкновенные дроби",
        "kind": "task",
        "licence": "free",
        "accessibility": ["keyboard"],
        "language": "ru",
        "minutes": 20,
        **more,
    }


def packed(names=None, **named):
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in {**(names or {}), **named}.items():
            archive.writestr(name, content)
    return file.getvalue()


def html_package(**more):
    return packed({"index.html": PAGE, **more})


SCO = """<!doctype html><html lang="ru"><title>Тест</title>
<button id="done">Ответить верно</button><p id="told"></p>
<script>
function find(w, n) { while (w) { if (w[n]) return w[n]; if (w === w.parent) return null; w = w.parent; } }
const api = find(window, "%(api)s");
api.%(start)s("");
document.getElementById("told").textContent = "Место: " + api.%(get)s("%(place)s");
document.getElementById("done").addEventListener("click", () => {
  for (const [name, value] of %(sets)s) api.%(set)s(name, value);
  api.%(commit)s("");
  document.getElementById("told").textContent = "Сохранено";
});
</script></html>"""
SCO_12 = SCO % {
    "api": "API",
    "start": "LMSInitialize",
    "get": "LMSGetValue",
    "set": "LMSSetValue",
    "commit": "LMSCommit",
    "place": "cmi.core.lesson_location",
    "sets": json.dumps(
        [
            ["cmi.core.lesson_location", "7"],
            ["cmi.core.score.raw", "80"],
            ["cmi.core.score.max", "100"],
            ["cmi.core.score.min", "0"],
            ["cmi.core.lesson_status", "passed"],
        ]
    ),
}
SCO_2004 = SCO % {
    "api": "API_1484_11",
    "start": "Initialize",
    "get": "GetValue",
    "set": "SetValue",
    "commit": "Commit",
    "place": "cmi.location",
    "sets": json.dumps(
        [
            ["cmi.location", "7"],
            ["cmi.score.scaled", "0.8"],
            ["cmi.success_status", "passed"],
            ["cmi.completion_status", "completed"],
        ]
    ),
}


def scorm_manifest(version="1.2", items=("sco.html",), organisation=True, extra=""):
    namespace = "adlcp_rootv1p2" if version == "1.2" else "adlcp_v1p3"
    rows = "".join(
        f'<item identifier="i{n}" identifierref="r{n}"><title>Раздел {n}</title></item>' for n, _ in enumerate(items)
    )
    resources = "".join(
        f'<resource identifier="r{n}" type="webcontent" href="{href}" adlcp:scormtype="sco"/>'
        for n, href in enumerate(items)
    )
    organised = (
        f'<organization identifier="o"><title>Тест по дробям</title>{rows}{extra}</organization>'
        if organisation
        else ""
    )
    return (
        f'<?xml version="1.0"?><manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"'
        f' xmlns:adlcp="http://www.adlnet.org/xsd/{namespace}" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>"
        f'<organizations default="o">{organised}</organizations><resources>{resources}</resources></manifest>'
    )


def scorm_package(version="1.2", **more):
    return packed(
        {"imsmanifest.xml": scorm_manifest(version), "sco.html": SCO_12 if version == "1.2" else SCO_2004, **more}
    )


def make_publisher(**more):
    return make_actor(role=Role.PUBLISHER, organisation=make_organisation("publisher"), **more)


def make_expert(*subjects):
    actor = make_actor(make_person("Экспертова"), Role.EXPERT, make_organisation("authority"))
    for subject in subjects or ("mathematics",):
        ExpertSubject.objects.create(person_id=actor.person_id, subject=subject)
    return actor


def make_version(by=None, content=None, at=NOON, **more):
    """A draft with a package."""
    content = content or html_package()
    received = receive_file(io.BytesIO(content), "урок.zip", len(content), DOCUMENTS, field="file")
    return making.make_material(described=described(**more), received=received, by=by or make_publisher(), at=at)


def hand_in(version, by, at=NOON):
    """Submit and let the programs check it."""
    making.submit_version(version=version, by=by, at=at)
    check_next(at)
    version.refresh_from_db()
    return version


def judge(version, *verdicts, at=NOON, comment="Исправьте опечатки"):
    """Every appointed expert speaks."""
    due = Review.objects.filter(version=version, given_at__isnull=True, declined_at__isnull=True).order_by("pk")
    for review, verdict in zip(due, verdicts or [Verdict.ACCEPT] * 2, strict=False):
        expert = make_actor(review.expert, Role.EXPERT, make_organisation("authority"))
        reviewing.give_review(
            review=review, verdict=verdict, scores=dict.fromkeys(CRITERIA, 3), comment=comment, by=expert, at=at
        )
    version.refresh_from_db()
    return version


def publish(by=None, content=None, at=NOON, **more):
    """A published version, through the whole way."""
    by = by or make_publisher()
    while ExpertSubject.objects.filter(subject=more.get("subject", "mathematics")).count() < 2:
        make_expert(more.get("subject", "mathematics"))
    return judge(hand_in(make_version(by, content, at, **more), by, at), at=at)


def latest(material_id):
    return MaterialVersion.objects.filter(material=material_id).order_by("-number").first()


AU = """<!doctype html><html lang="ru"><title>Раздел</title>
<p id="told">Открывается</p><button id="done">Ответить верно</button>
<script>
const asked = new URLSearchParams(location.search);
const [registration, activityId, endpoint] = ["registration", "activityId", "endpoint"].map((name) => asked.get(name));
const agent = JSON.parse(asked.get("actor"));
const say = (words) => { document.getElementById("told").textContent = words; };
let key, state;
const ask = (where, more) => fetch(endpoint + where, { ...more, headers: {
  Authorization: `Basic ${key}`, "X-Experience-API-Version": "1.0.3", "Content-Type": "application/json" } });
async function tell(verb, more = {}, counts = false) {
  const category = [{ id: "https://w3id.org/xapi/cmi5/context/categories/cmi5" }];
  if (counts) category.push({ id: "https://w3id.org/xapi/cmi5/context/categories/moveon" });
  const { contextActivities, extensions } = state.contextTemplate;
  await ask("statements", { method: "POST", body: JSON.stringify({
    actor: agent, verb: { id: verb }, object: { id: activityId }, timestamp: new Date().toISOString(), ...more,
    context: { registration, extensions, contextActivities: { ...contextActivities, category } } }) });
}
const verb = (name) => `http://adlnet.gov/expapi/verbs/${name}`;
(async () => {
  key = (await (await fetch(asked.get("fetch"), { method: "POST" })).json())["auth-token"];
  const query = new URLSearchParams({ stateId: "LMS.LaunchData", activityId, registration, agent: JSON.stringify(agent) });
  state = await (await ask(`activities/state?${query}`, {})).json();
  await tell(verb("initialized"));
  say(`Порог: ${state.masteryScore}`);
})();
document.getElementById("done").addEventListener("click", async () => {
  await tell(verb("completed"), { result: { completion: true } }, true);
  await tell(verb("passed"), { result: { success: true, score: { scaled: 0.9 } } }, true);
  await tell(verb("terminated"), { result: { duration: "PT90S" } });
  say("Сохранено");
});
</script></html>"""


def cmi5_package(move_on="CompletedAndPassed", parts=("a",)):
    units = "".join(
        f'<au id="https://example.org/course/{name}" moveOn="{move_on}" masteryScore="0.7">'
        f'<title><langstring lang="ru">Раздел {name}</langstring></title><description/>'
        f"<url>{name}.html?from=course</url><launchParameters>level=5</launchParameters></au>"
        for name in parts
    )
    course = (
        '<?xml version="1.0"?><courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">'
        '<course id="https://example.org/course"><title><langstring lang="ru">Курс</langstring></title></course>'
        f"{units}</courseStructure>"
    )
    return packed(
        {"cmi5.xml": course, **{f"{name}.html": AU.replace("<p id", f"<h1>Раздел {name}</h1><p id") for name in parts}}
    )


TINY = """H5P.Tiny = function (params) {
  const content = this;
  H5P.EventDispatcher.call(content);
  content.attach = function ($box) {
    $box.append("<p></p><button type='button'>Ответить верно</button>");
    $box.find("p").text(params.question);
    $box.find("button").on("click", () => content.triggerXAPIScored(3, 4, "completed", true, true));
  };
};
H5P.Tiny.prototype = Object.create(H5P.ContentType(true).prototype);
H5P.Tiny.prototype.constructor = H5P.Tiny;"""


def h5p_package():
    library = {
        "title": "Tiny",
        "machineName": "H5P.Tiny",
        "majorVersion": 1,
        "minorVersion": 0,
        "patchVersion": 0,
        "runnable": 1,
        "preloadedJs": [{"path": "tiny.js"}],
    }
    manifest = {
        "title": "Вопрос",
        "language": "ru",
        "mainLibrary": "H5P.Tiny",
        "embedTypes": ["div"],
        "license": "U",
        "preloadedDependencies": [{"machineName": "H5P.Tiny", "majorVersion": 1, "minorVersion": 0}],
    }
    return packed(
        {
            "h5p.json": json.dumps(manifest),
            "content/content.json": json.dumps({"question": "Сколько будет три плюс один?"}),
            "H5P.Tiny-1.0/library.json": json.dumps(library),
            "H5P.Tiny-1.0/tiny.js": TINY,
        }
    )


def epub_book():
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", compress_type=ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml",
            '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        )
        archive.writestr(
            "book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">book</dc:identifier>'
            "<dc:title>Ботаника</dc:title><dc:language>ru</dc:language></metadata><manifest>"
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="one"/></spine></package>',
        )
        page = '<html xmlns="http://www.w3.org/1999/xhtml" lang="ru"><head><title>Лист</title></head><body>%s</body></html>'
        archive.writestr("one.xhtml", page % "<h1>Строение листа</h1><p>Лист растёт на побеге.</p>")
        nav = '<nav xmlns:epub="http://www.idpf.org/2007/ops" epub:type="toc"><ol><li><a href="one.xhtml">Лист</a></li></ol></nav>'
        archive.writestr("nav.xhtml", page % nav)
    return file.getvalue()
