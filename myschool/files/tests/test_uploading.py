"""Big files in parts, as tus 1.0.0 describes them."""

import base64
import io
import os
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection, transaction
from django.test import Client

from myschool.files import actions, uploading
from myschool.files.gateways import store
from myschool.files.models import StoredFile, UnclaimedBytes, Upload
from myschool.files.receiving import DOCUMENTS, PAPERS, FileRefused
from myschool.files.tests.makers import PDF, PROGRAM
from myschool.kernel.actors import Role
from myschool.kernel.clock import now
from myschool.kernel.errors import ChangedMeanwhile, Refusal
from myschool.people.actors import COOKIE
from myschool.people.tests.makers import log_in, make_actor, make_person, make_session

pytestmark = pytest.mark.django_db
PATCH = {"content_type": "application/offset+octet-stream"}


@pytest.fixture(autouse=True)
def _parts(settings, tmp_path):
    settings.UPLOADS_FOLDER = tmp_path / "uploads"


@pytest.fixture
def client():
    """A program that speaks tus."""
    return Client(headers={"Tus-Resumable": "1.0.0"})


def announce(client, length, name="урок.pdf"):
    encoded_name = base64.b64encode(name.encode()).decode()
    headers = {"Upload-Length": str(length), "Upload-Metadata": f"filename {encoded_name},filetype YQ=="}
    return client.post("/files/own/uploads/", headers=headers)


def begin(client, length, name="урок.pdf"):
    response = announce(client, length, name)
    assert response.status_code == 201
    return response.headers["Location"]


def send(client, place, offset, content, **more):
    return client.patch(place, content, headers={"Upload-Offset": str(offset)}, **PATCH | more)


def come(client):
    actor = make_actor(role=Role.GUARDIAN)
    log_in(client, actor, now())
    return actor


def test_a_file_comes_in_parts_with_a_break(client):
    actor = come(client)
    place = begin(client, len(PDF))
    assert send(client, place, 0, PDF[:10]).headers["Upload-Offset"] == "10"
    headers = client.head(place).headers
    assert (headers["Upload-Offset"], headers["Upload-Length"]) == ("10", str(len(PDF)))
    assert send(client, place, 10, PDF[10:]).status_code == 204
    token = place.split("/")[-2]
    file = uploading.take(token, PAPERS, purpose="own", field="file", by=actor)
    assert (file.name, file.content_type, file.size) == ("урок.pdf", "application/pdf", len(PDF))
    assert file.key == sha256(PDF).hexdigest()
    assert b"".join(store().read(file.key)) == PDF
    actions.keep(received=file, by=actor, at=now())
    assert not Upload.objects.exists()


def test_what_is_not_kept_after_all_is_still_there(client):
    actor = come(client)
    place = begin(client, len(PDF))
    send(client, place, 0, PDF)
    token = place.split("/")[-2]
    file = uploading.take(token, PAPERS, purpose="own", field="file", by=actor)

    @transaction.atomic
    def put_in():
        actions.keep(received=file, by=actor, at=now())
        raise Refusal("Имя занято.")

    with pytest.raises(Refusal):
        put_in()
    assert uploading.take(token, PAPERS, purpose="own", field="file", by=actor) == file


def test_an_upload_is_used_for_nothing_but_what_it_was_begun_for(client):
    actor = come(client)
    place = begin(client, len(PDF))
    send(client, place, 0, PDF)
    with pytest.raises(FileRefused):
        uploading.take(place.split("/")[-2], PAPERS, purpose="material", field="file", by=actor)


QUOTA = 500_000_000
SOME = QUOTA - 1_000_000


def test_who_announces_more_than_is_left_is_told_so_before_a_byte_is_sent(client):
    come(client)
    answer = announce(client, QUOTA + 1)
    assert answer.status_code == 422
    assert "Файл не поместится" in answer.content.decode()
    assert not Upload.objects.exists()


def test_what_is_on_its_way_and_what_has_come_and_is_not_used_both_count(client):
    come(client)
    begin(client, SOME)
    assert announce(client, 2_000_000, "другой.pdf").status_code == 422
    assert announce(client, 500_000, "другой.pdf").status_code == 201
    Upload.objects.update(key="come")
    assert announce(client, 2_000_000, "третий.pdf").status_code == 422


def test_what_is_sent_once_more_takes_its_own_place(client):
    come(client)
    begin(client, SOME)
    Upload.objects.update(key="come")
    begin(client, SOME)
    assert Upload.objects.get().key == ""


def test_another_purpose_and_another_person_have_room_of_their_own(client):
    come(client)
    begin(client, SOME)
    Upload.objects.update(purpose="material")
    begin(client, SOME)
    come(client)
    begin(client, SOME)


@pytest.mark.parametrize("place", ["/files/own/uploads/", "/library/uploads/"])
def test_who_has_no_profile_begins_nothing(client, place):
    _, client.cookies[COOKIE] = make_session(make_person(), at=now())
    answer = client.post(place, headers={"Upload-Length": "98000000000", "Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json()["detail"]
    assert not Upload.objects.exists()


def test_a_family_begins_no_material(client):
    come(client)
    assert client.post("/library/uploads/", headers={"Upload-Length": "10"}).status_code == 404


def test_a_disk_that_all_announced_bytes_would_fill_takes_no_more(client, monkeypatch):
    come(client)
    begin(client, 1000)
    monkeypatch.setattr(uploading, "room_for", lambda size, folder: size < 1010)
    assert announce(client, 10, "другой.pdf").status_code == 507
    assert announce(client, 9, "другой.pdf").status_code == 201


def test_parts_that_no_upload_knows_are_swept(client, settings):
    come(client)
    token = begin(client, 10).split("/")[-2]
    for name in (token, "lost", "fresh"):
        (settings.UPLOADS_FOLDER / name).write_bytes(b"half")
    for name in (token, "lost"):
        os.utime(settings.UPLOADS_FOLDER / name, (0, 0))
    uploading.sweep(at=now())
    assert {path.name for path in settings.UPLOADS_FOLDER.iterdir()} == {token, "fresh"}


def test_what_comes_in_one_go_is_hashed_on_its_way(client, monkeypatch):
    come(client)
    monkeypatch.delattr(uploading, "_hash_of")
    assert send(client, begin(client, len(PDF)), 0, PDF).status_code == 204
    assert Upload.objects.get().key == sha256(PDF).hexdigest()


def test_parts_that_come_in_order_are_read_once_and_after_a_break_once_more(client, monkeypatch):
    come(client)
    place = begin(client, len(PDF))
    send(client, place, 0, PDF[:10])
    with monkeypatch.context() as once:
        once.delattr(uploading, "_hash_of")
        assert send(client, place, 10, PDF[10:]).status_code == 204
    other = begin(client, len(PDF))
    send(client, other, 0, PDF[:10])
    uploading._hashes.clear()
    assert send(client, other, 10, PDF[10:]).status_code == 204
    assert set(Upload.objects.values_list("key", flat=True)) == {sha256(PDF).hexdigest()}


def test_a_wrong_offset_and_too_many_bytes_change_nothing(client):
    come(client)
    place = begin(client, len(PDF))
    assert send(client, place, 5, PDF[5:]).status_code == 409
    assert send(client, place, 0, PDF + b"more").status_code == 400
    assert client.head(place).headers["Upload-Offset"] == "0"


def test_a_body_that_breaks_off_keeps_what_has_come(client):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise ConnectionResetError
            return super().read(7)

    actor = come(client)
    place = begin(client, len(PDF))
    with pytest.raises(ConnectionResetError):
        uploading.append(Upload.objects.get(), 0, Broken(PDF))
    assert client.head(place).headers["Upload-Offset"] == "7"
    with pytest.raises(FileRefused, match="не загружен до конца"):
        uploading.take(place.split("/")[-2], PAPERS, purpose="own", field="file", by=actor)


@pytest.mark.parametrize("length", ["", "0", "-1", "x", "9" * 30, str(DOCUMENTS.limit + 1)])
def test_a_length_that_cannot_be_is_refused(client, length):
    come(client)
    assert client.post("/files/own/uploads/", headers={"Upload-Length": length}).status_code in (400, 413, 422)
    assert not Upload.objects.exists()


def test_a_file_longer_than_any_may_be_is_too_large_for_us(client):
    come(client)
    assert announce(client, DOCUMENTS.limit + 1).status_code == 413


def test_what_does_not_say_that_it_is_a_piece_is_of_the_wrong_kind(client):
    come(client)
    place = begin(client, len(PDF))
    assert send(client, place, 0, PDF, content_type="text/plain").status_code == 415
    assert client.head(place).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("version", ["", "0.2.2", "1.0.0, 0.2.2"])
def test_who_speaks_another_version_is_told_ours(client, version):
    come(client)
    place = begin(client, len(PDF))
    other = {"Tus-Resumable": version}
    responses = [
        client.post("/files/own/uploads/", headers={"Upload-Length": "10"} | other),
        client.head(place, headers=other),
        client.patch(place, PDF, headers={"Upload-Offset": "0"} | other, **PATCH),
        client.delete(place, headers=other),
    ]
    assert [(response.status_code, response.headers["Tus-Version"]) for response in responses] == [(412, "1.0.0")] * 4
    assert (Upload.objects.count(), client.head(place).headers["Upload-Offset"]) == (1, "0")


def test_every_answer_names_the_version_refusals_too(client):
    visitor = announce(client, 10)
    come(client)
    place = begin(client, 10)
    answers = [
        visitor,
        client.options("/files/own/uploads/"),
        announce(client, 10),
        announce(client, 0),
        announce(client, DOCUMENTS.limit + 1),
        client.get("/files/own/uploads/"),
        client.get(place),
        client.head(place),
        send(client, place, 5, b"x"),
        send(client, place, 0, b"x" * 11),
        send(client, place, 0, b"x", content_type="a/b"),
        client.head(place, headers={"Tus-Resumable": "2"}),
        client.delete(place),
        client.head(place),
    ]
    assert [response.status_code for response in answers] == [
        401,
        204,
        201,
        422,
        413,
        405,
        405,
        200,
        409,
        400,
        415,
        412,
        204,
        404,
    ]
    assert {response.headers["Tus-Resumable"] for response in answers} == {"1.0.0"}
    assert answers[10].json()["code"] == "not_a_piece"


def test_a_refusal_of_the_beginning_is_a_problem_whatever_the_program_reads(client):
    come(client)
    refused = client.post("/files/own/uploads/", headers={"Upload-Length": "0", "Accept": "*/*"})
    assert (refused.headers["Content-Type"], "пустой" in refused.json()["detail"]) == ("application/problem+json", True)


def test_what_was_said_of_a_file_is_said_again_word_for_word(client):
    come(client)
    place = begin(client, 10, "Мой урок.pdf")
    name = base64.b64encode("Мой урок.pdf".encode()).decode()
    assert client.head(place).headers["Upload-Metadata"] == f"filename {name},filetype YQ=="
    unsaid = client.post("/files/own/uploads/", headers={"Upload-Length": "10"}).headers["Location"]
    assert "Upload-Metadata" not in client.head(unsaid).headers
    long = {"Upload-Length": "10", "Upload-Metadata": "filename " + "YQ==" * 500}
    assert client.post("/files/own/uploads/", headers=long).status_code == 400


def test_a_proxy_that_knows_post_alone_hinders_nobody(client):
    come(client)
    place = begin(client, len(PDF))
    instead = {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert client.post(place, PDF, headers=instead, **PATCH).headers["Upload-Offset"] == str(len(PDF))
    assert client.post(place, headers={"X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert client.post("/files/own/uploads/", headers={"X-HTTP-Method-Override": "PUT"}).status_code == 405


def test_a_piece_that_says_no_length_is_not_counted_as_sent(client):
    come(client)
    place = begin(client, len(PDF))
    headers = {"Upload-Offset": "0", "Transfer-Encoding": "chunked", "Content-Length": ""}
    answer = client.patch(place, PDF, headers=headers, **PATCH)
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_another_s_upload_is_not_there(client):
    come(client)
    place = begin(client, 10)
    come(client)
    assert client.head(place).status_code == 404
    assert send(client, place, 0, b"0123456789").status_code == 404
    assert client.delete(place).status_code == 404


def test_who_changes_their_mind_leaves_nothing(client, settings):
    come(client)
    place = begin(client, 10)
    assert client.delete(place).status_code == 204
    assert not list(settings.UPLOADS_FOLDER.iterdir())


def test_a_disguised_file_is_refused_when_it_is_used(client):
    actor = come(client)
    place = begin(client, len(PROGRAM))
    send(client, place, 0, PROGRAM)
    with pytest.raises(FileRefused):
        uploading.take(place.split("/")[-2], DOCUMENTS, purpose="own", field="file", by=actor)


def test_only_so_many_are_under_way(client, monkeypatch):
    come(client)
    monkeypatch.setattr(actions, "UPLOADS_AT_ONCE", 1)
    begin(client, 10)
    assert client.post("/files/own/uploads/", headers={"Upload-Length": "10"}).status_code == 429


def test_a_disk_nearly_full_takes_no_more(client, monkeypatch):
    come(client)
    monkeypatch.setattr(uploading, "room_for", lambda size, folder: False)
    assert client.post("/files/own/uploads/", headers={"Upload-Length": "10"}).status_code == 507


def test_the_server_says_what_it_can(client):
    come(client)
    headers = client.options("/files/own/uploads/").headers
    assert (headers["Tus-Version"], headers["Tus-Extension"]) == ("1.0.0", "creation,termination")


def test_what_nobody_claims_is_swept_and_what_is_owned_stays(client, settings):
    actor = come(client)
    for content in (PDF, PDF + b" "):
        send(client, begin(client, len(content)), 0, content)
    half = begin(client, 100)
    send(client, half, 0, b"half")
    kept_key, lost_key = Upload.objects.exclude(key="").order_by("pk").values_list("key", flat=True)
    StoredFile.objects.create(
        key=kept_key, name="a", content_type="a/b", size=1, owner_id=actor.person_id, stored_at=now()
    )
    for path in settings.FILES_FOLDER.rglob("*"):
        os.utime(path, (0, 0))
    uploading.sweep(at=now() + timedelta(days=2))
    assert b"".join(store().read(kept_key)) == PDF
    with pytest.raises(FileNotFoundError):
        list(store().read(lost_key))
    assert not Upload.objects.exists()
    assert not UnclaimedBytes.objects.exists()
    assert not list(settings.UPLOADS_FOLDER.iterdir())


def test_two_windows_cannot_send_the_same_file_at_once(client):
    come(client)
    begin(client, 10)
    upload = Upload.objects.get()

    class Rival(io.BytesIO):
        def read(self, size=-1):
            with pytest.raises(ChangedMeanwhile):
                uploading.append(upload, 0, io.BytesIO(b"0123456789"))
            return super().read(size)

    assert uploading.append(upload, 0, Rival(b"01234")) == 5


@pytest.mark.parametrize("offset", [None, "", "-1", "1.5", "начало", "9" * 30])
def test_a_piece_that_does_not_say_where_it_goes_on_is_told_of_the_header(client, offset):
    come(client)
    place = begin(client, len(PDF))
    headers = {} if offset is None else {"Upload-Offset": offset}
    answer = client.patch(place, PDF, headers=headers, **PATCH)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_upload")
    assert "Upload-Offset" in answer.json()["detail"]
    assert client.head(place).headers["Upload-Offset"] == "0"


def test_code_that_does_not_know_what_was_said_of_a_file_begins_uploads(client):
    actor = come(client)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO files_upload (token, person_id, purpose, name, length, key, begun_at) "
            "VALUES ('a', %s, 'own', 'а.pdf', 10, '', now())",
            [actor.person_id],
        )
    assert Upload.objects.get().metadata == ""
