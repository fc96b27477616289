"""Common Cartridges: a collection goes out as one, and what comes in becomes drafts."""

import io
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from myschool.kernel.clock import now
from myschool.library import cartridges
from myschool.library.actions import making, reading
from myschool.library.models import CatalogueEntry, MaterialVersion
from myschool.library.rules.states import State
from myschool.library.tests.makers import PAGE, hand_in, html_package, make_publisher, packed, publish, scorm_package
from myschool.people.tests.makers import log_in, make_actor
from myschool.schools.models import Classifier, ClassifierItem

pytestmark = pytest.mark.django_db
CC = "{http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1}"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path


def manifest(resources, items, schema="IMS Common Cartridge"):
    elements = "".join(
        f'<item identifier="i{n}" identifierref="{ref}"><title>{title}</title></item>'
        for n, (title, ref) in enumerate(items)
    )
    return (
        '<?xml version="1.0"?><manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1" identifier="m">'
        f"<metadata><schema>{schema}</schema><schemaversion>1.1.0</schemaversion></metadata>"
        f'<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="top">{elements}</item></organization></organizations>'
        f"<resources>{resources}</resources></manifest>"
    )


RESOURCES = (
    '<resource identifier="page" type="webcontent" href="web/page%201.html"><file href="web/page%201.html"/><dependency identifierref="pics"/></resource>'
    '<resource identifier="pics" type="webcontent"><file href="web/a.png"/></resource>'
    '<resource identifier="sheet" type="webcontent" href="sheet.pdf"><file href="sheet.pdf"/></resource>'
    '<resource identifier="quiz" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="quiz.xml"/></resource>'
    '<resource identifier="link" type="imswl_xmlv1p1"><file href="link.xml"/></resource>'
    '<resource identifier="gone" type="webcontent" href="gone.html"><file href="gone.html"/></resource>'
    '<resource identifier="odd" type="webcontent" href="../../etc/passwd"><file href="../../etc/passwd"/></resource>'
    '<resource identifier="exe" type="webcontent" href="setup.exe"><file href="setup.exe"/></resource>'
)
ITEMS = [
    ("Страница", "page"),
    ("Лист", "sheet"),
    ("Тест", "quiz"),
    ("Ссылка", "link"),
    ("Потеря", "gone"),
    ("Чужое", "odd"),
    ("Нет", "none"),
    ("Программа", "exe"),
]
FILES = {
    "web/page 1.html": PAGE,
    "web/a.png": b"png",
    "sheet.pdf": PDF,
    "quiz.xml": "<q/>",
    "link.xml": "<l/>",
    "setup.exe": b"MZ" + b"\0" * 100,
}


def cartridge(**more):
    return packed({"imsmanifest.xml": manifest(RESOURCES, ITEMS), **FILES, **more})


def come(by):
    client = Client()
    log_in(client, by, now())
    return client


@pytest.fixture
def subject():
    version, _ = Classifier.objects.get_or_create(
        code="subjects", version="1", defaults={"title": "Предметы", "source": "", "digest": "", "loaded_at": now()}
    )
    defaults = {"title": "Математика", "position": 1}
    ClassifierItem.objects.get_or_create(classifier=version, code="mathematics", defaults=defaults)


def sent(client, content, name="курс.imscc"):
    fields = {
        "subject": "mathematics",
        "from_level": "5",
        "to_level": "6",
        "kind": "lesson",
        "licence": "cc_by",
        "language": "ru",
    }
    return client.post("/library/own/import/", {**fields, "file": SimpleUploadedFile(name, content)})


def test_what_is_in_a_cartridge_becomes_drafts(subject):
    by = make_publisher()
    answer = sent(come(by), cartridge())
    assert answer.status_code == 200, answer.content.decode()[:2000]
    drafts = list(MaterialVersion.objects.order_by("pk"))
    assert [(draft.title, draft.state, draft.licence) for draft in drafts] == [
        ("Страница", State.DRAFT, "cc_by"),
        ("Лист", State.DRAFT, "cc_by"),
    ]
    html = answer.content.decode()
    for title, why in (
        ("Тест", "тест (QTI)"),
        ("Ссылка", "ссылка"),
        ("Потеря", "нет его файла"),
        ("Чужое", "нет его файла"),
        ("Нет", "неизвестный"),
        ("Программа", "не подойдёт"),
    ):
        assert f"{title} — " in html
        assert why in html
    page = hand_in(drafts[0], by)
    assert (page.format, page.launch) == ("html", "index.html")
    assert set(page.package.values_list("path", flat=True)) == {"web/page 1.html", "web/a.png", "index.html"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (packed({"a.html": PAGE}), "не картридж"),
        (packed({"imsmanifest.xml": "<manifest"}), "ошибка XML"),
        (scorm_package("1.2"), "SCORM"),
        (b"PK\x03\x04 junk", "Архив повреждён"),
        (packed({"../a": "x"}), "архив"),
        (PDF, "Архив повреждён"),
        (packed({"imsmanifest.xml": manifest(RESOURCES, [("Страница", "page")] * 201), **FILES}), "больше 200"),
    ],
)
def test_what_is_no_cartridge_is_refused_and_nothing_is_kept(subject, content, words):
    answer = sent(come(make_publisher()), content)
    assert answer.status_code == 422
    assert words.lower() in answer.content.decode().lower()
    assert MaterialVersion.objects.count() == 0


def test_a_form_without_a_file_is_told_so(subject):
    fields = {
        "subject": "mathematics",
        "from_level": "5",
        "to_level": "6",
        "kind": "lesson",
        "licence": "cc_by",
        "language": "ru",
    }
    answer = come(make_publisher()).post("/library/own/import/", fields)
    assert answer.status_code == 422
    assert "Приложите файл картриджа" in answer.content.decode()


def exported(reader, *versions):
    collection = reading.make_collection(title="К уроку / дроби", by=reader, at=now())
    for version in versions:
        reading.change_collection(collection=collection, material=version.material, kept=True, by=reader, at=now())
    answer = come(reader).get(f"/library/collections/{collection.pk}/cartridge/")
    assert answer.status_code == 200
    return ZipFile(io.BytesIO(b"".join(answer)))


def test_a_collection_goes_out_as_a_cartridge():
    plain = publish(content=html_package(**{"pics/рис 1.png": "png"}), title="Страница")
    scorm = publish(content=scorm_package("1.2"), title="Тест")
    archive = exported(make_actor(), plain, scorm)
    root = fromstring(archive.read("imsmanifest.xml"))
    assert root.findtext(f"{CC}metadata/{CC}schemaversion") == "1.3.0"
    assert [node.text for node in root.iter(f"{CC}title")] == ["Страница", "Тест"]
    page, link = root.iter(f"{CC}resource")
    assert (page.get("type"), page.get("href")) == ("webcontent", f"m{plain.material_id}/index.html")
    assert f"m{plain.material_id}/pics/рис 1.png" in archive.namelist()
    assert link.get("type") == "imswl_xmlv1p3"
    assert f"/library/materials/{scorm.material_id}/" in archive.read(f"m{scorm.material_id}.xml").decode()


def test_what_went_out_comes_in_again(subject):
    archive = exported(make_actor(), publish(content=html_package(**{"pics/рис 1.png": "png"}), title="Страница"))
    by = make_publisher()
    sent(come(by), archive.fp.getvalue())
    draft = MaterialVersion.objects.get(state=State.DRAFT)
    assert draft.title == "Страница"
    assert hand_in(draft, by).format == "html"


def test_what_is_withdrawn_or_too_big_does_not_go_out(monkeypatch):
    by, reader = make_publisher(), make_actor()
    gone, remaining = publish(by), publish(by)
    collection = reading.make_collection(title="К уроку", by=reader, at=now())
    for version in (gone, remaining):
        reading.change_collection(collection=collection, material=version.material, kept=True, by=reader, at=now())
    making.withdraw_material(material=gone.material, reason="Устарел", by=by, at=now())
    assert CatalogueEntry.objects.count() == 1
    answer = come(reader).get(f"/library/collections/{collection.pk}/cartridge/")
    names = ZipFile(io.BytesIO(b"".join(answer))).namelist()
    assert f"m{remaining.material_id}/index.html" in names
    assert not any(name.startswith(f"m{gone.material_id}/") for name in names)
    monkeypatch.setattr(cartridges, "LARGEST", 1)
    assert come(reader).get(f"/library/collections/{collection.pk}/cartridge/").status_code == 422
    assert come(make_actor()).get(f"/library/collections/{collection.pk}/cartridge/").status_code == 404
