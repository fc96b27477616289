"""Doors of people's files: what strangers send, what is shown, what leaves."""

import base64
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from myschool.enrolment.tests.makers import make_placement
from myschool.files import actions as files
from myschool.files.gateways import TEST_SIGN
from myschool.files.models import Preview, StoredFile
from myschool.files.received import Picture
from myschool.files.tests.makers import HTML, PDF, PNG, PROGRAM
from myschool.folders import actions
from myschool.folders.models import Document, Folder
from myschool.folders.tests.makers import make_document
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.people.tests.makers import log_in, make_actor, make_person
from myschool.schools.tests.makers import make_class, make_lasting_school

pytestmark = pytest.mark.django_db
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def school(db):
    return make_lasting_school()


@pytest.fixture
def teacher(client, school):
    actor = make_actor(make_person("Учителева"), Role.TEACHER, school.organisation)
    log_in(client, actor, now())
    return actor


def sent(client, content=PDF, name="план.pdf", to="/files/", **more):
    return client.post(to, {"attached": SimpleUploadedFile(name, content), **more})


def body(response):
    return b"".join(response)


def test_files_are_put_in_shown_and_given_back(client, teacher):
    client.post("/files/folders/make/", {"name": "Уроки", "folder": ""})
    folder = Folder.objects.get()
    address = f"/files/folders/{folder.pk}/"
    assert sent(client, to=address).url == address
    assert "план.pdf" in client.get(address).content.decode()
    place = f"/files/documents/{Document.objects.get().pk}/"
    assert "Готовим предпросмотр" in client.get(place).content.decode()
    left = client.get(place + "download/", headers={"Range": "bytes=0-3"})
    assert (left.status_code, body(left)) == (206, PDF[:4])
    assert "attachment" in left.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (PROGRAM, "план.pdf", "Такой файл не подойдёт"),
        (HTML, "план.txt", "Такой файл не подойдёт"),
        (TEST_SIGN, "план.txt", "найден вирус"),
        (b"", "план.pdf", "Файл пустой"),
    ],
)
def test_what_is_not_what_it_seems_is_refused_beside_the_form(client, teacher, content, name, words):
    answered = sent(client, content, name)
    assert answered.status_code == 422
    assert words in answered.content.decode()
    assert not Document.objects.exists()


def test_what_does_not_fit_is_not_even_received(client, teacher, settings):
    settings.FILES_QUOTA = (len(PDF) - 1, 0)
    answered = sent(client)
    assert answered.status_code == 422
    assert "Не хватает места" in answered.content.decode()
    assert not settings.FILES_FOLDER.exists()


def test_a_file_of_the_same_name_is_refused_and_a_new_version_is_not(client, teacher):
    sent(client)
    assert sent(client, PDF + b" ").status_code == 409
    place = f"/files/documents/{Document.objects.get().pk}/"
    assert sent(client, PDF + b" ", to=place).url == place
    assert body(client.get(place + "download/")) == PDF + b" "
    first = Document.objects.get().versions.get(number=1)
    assert body(client.get(f"/files/versions/{first.pk}/download/")) == PDF


def test_a_file_that_came_in_parts_is_taken_by_its_token(client, teacher, settings, tmp_path):
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    encoded_name = base64.b64encode("урок.pdf".encode()).decode()
    headers = {"Upload-Length": str(len(PDF)), "Upload-Metadata": f"filename {encoded_name}"}
    place = client.post("/files/own/uploads/", headers=TUS | headers).headers["Location"]
    part = TUS | {"Upload-Offset": "0"}
    client.patch(place, PDF, content_type="application/offset+octet-stream", headers=part)
    token = place.split("/")[-2]
    assert client.post("/files/", {"uploads": [token]}).status_code == 302
    assert Document.objects.get().name == "урок.pdf"
    assert client.post("/files/", {"uploads": [token]}).status_code == 422
    assert client.post("/files/", {"uploads": ["x" * 44]}).status_code == 422


def test_nothing_sent_is_said_so(client, teacher):
    answered = client.post("/files/", {"uploads": ""})
    assert answered.status_code == 422
    assert "Выберите файл" in answered.content.decode()


def test_pages_pictures_text_and_media_are_shown_each_in_its_way(client, teacher):
    sent(client)
    preview, key = Preview.objects.get(), StoredFile.objects.get().key
    files.finish_preview(preview=preview, pages=3, pictures=[Picture(key, len(PDF), "image/png")])
    place = f"/files/documents/{Document.objects.get().pk}/"
    shown = client.get(place).content.decode()
    assert f'src="{place}pages/1/"' in shown
    assert "ещё 2" in shown
    assert client.get(place + "pages/1/").headers["Content-Type"] == "image/png"
    assert client.get(place + "pages/2/").status_code == 404
    for content, name, words in ((PNG, "рисунок.png", "<img"), ("<b>Текст".encode(), "текст.txt", "&lt;b&gt;Текст")):
        sent(client, content, name)
        other = f"/files/documents/{Document.objects.get(name=name).pk}/"
        assert words in client.get(other).content.decode()
        assert "sandbox" in client.get(other + "content/").headers["Content-Security-Policy"]


def test_a_failed_preview_says_why(client, teacher):
    sent(client)
    files.fail_preview(preview=Preview.objects.get(), reason="Файл повреждён.")
    shown = client.get(f"/files/documents/{Document.objects.get().pk}/preview/").content.decode()
    assert "Файл повреждён." in shown
    assert "every 3s" not in shown


@pytest.mark.parametrize("name", ["..", "a/b", "a\\b", "", " ", "x" * 201, "a\x00b"])
def test_a_name_leads_nowhere(client, teacher, name):
    assert client.post("/files/folders/make/", {"name": name, "folder": ""}).status_code == 422
    assert not Folder.objects.exists()


@pytest.mark.parametrize("folder", ["0", "-1", "x", "9" * 30, "²"])
def test_a_folder_that_is_none_is_not_there(client, teacher, folder):
    assert client.post("/files/folders/make/", {"name": "Уроки", "folder": folder}).status_code == 404


def test_what_is_sought_is_found_wherever_it_lies(client, teacher):
    client.post("/files/folders/make/", {"name": "Уроки", "folder": ""})
    sent(client, to=f"/files/folders/{Folder.objects.get().pk}/")
    make_document(make_actor(), "план чужой.pdf")
    shown = client.get("/files/", {"q": "ПЛАН"}).content.decode()
    assert "план.pdf" in shown
    assert "чужой" not in shown
    assert "Ничего не найдено" in client.get("/files/", {"q": "%"}).content.decode()


def test_a_class_reads_and_changes_nothing(client, teacher, school):
    sent(client)
    document = Document.objects.get()
    school_class = make_class(school)
    place = f"/files/documents/{document.pk}/"
    client.post(place + "share/", {"school_class": school_class.pk, "last_day": ""})
    assert "7А" in client.get(place).content.decode()
    student = make_person("Ученикова")
    make_placement(student, school_class)
    log_in(client, make_actor(student, Role.STUDENT), now())
    assert "Учителева" in client.get("/files/shared/").content.decode()
    shown = client.get(place).content.decode()
    assert "Переименовать" not in shown
    assert body(client.get(place + "download/")) == PDF
    for way in ("rename/", "move/", "trash/", "share/", "link/"):
        assert client.post(place + way, {"name": "Моё"}).status_code == 404
    assert sent(client, to=place).status_code == 404


def test_a_link_opens_for_whoever_has_logged_in_and_for_nobody_else(client, teacher):
    sent(client)
    document = Document.objects.get()
    shown = client.post(f"/files/documents/{document.pk}/link/").content.decode()
    address = "/files/links/" + shown.split("/files/links/")[1].split('"')[0]
    log_in(client, make_actor(), now())
    assert body(client.get(address)) == PDF
    assert client.get("/files/links/mine/").status_code == 410
    actions.trash(item=document, by=teacher, at=now())
    assert client.get(address).status_code == 404
    client.cookies.clear()
    assert client.get(address).status_code == 401


def test_a_renamed_document_is_downloaded_with_the_ending_of_what_is_in_it(client, teacher):
    sent(client)
    document = Document.objects.get()
    place = f"/files/documents/{document.pk}/"
    client.post(f"{place}rename/", {"name": "Реферат"})
    document.refresh_from_db()
    assert document.name == "Реферат.pdf"
    # A name from before names kept their endings.
    Document.objects.update(name="Реферат 1.2")
    answer = client.get(f"{place}download/")
    assert answer["Content-Disposition"].endswith(quote("Реферат 1.2.pdf"))
