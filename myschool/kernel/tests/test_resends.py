"""A form that is sent twice does its work once, and leads where it led."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from myschool.kernel import clock, pages, resends
from myschool.kernel.models import Sending
from myschool.kernel.resends import Resends

pytestmark = pytest.mark.django_db


def post(answer, path="/homework/new/", actor=None, **typed):
    """What a browser gets that sends a form, with the middleware around the view."""
    request = RequestFactory().post(path, {resends.TOKEN: "a", **typed})
    request.actor = actor  # type: ignore[attr-defined]
    middleware = Resends(answer)
    early = middleware.process_view(request, answer, (), {})
    return early or middleware(request)


class View:
    """Makes something each time it is asked, and leads to it."""

    def __init__(self, response=None):
        self.made, self.response = 0, response

    def __call__(self, request):
        self.made += 1
        return self.response or HttpResponseRedirect(f"/homework/{self.made}/")


def test_the_second_sending_gets_the_first_ones_answer():
    view = View()
    first, second = post(view, text="Учить"), post(view, text="Учить")
    assert (first["Location"], second["Location"], view.made) == ("/homework/1/", "/homework/1/", 1)


@pytest.mark.parametrize("other", [{"text": "Читать"}, {resends.TOKEN: "b"}, {"path": "/homework/other/"}])
def test_another_text_page_or_address_is_another_sending(other):
    view = View()
    post(view, text="Учить")
    post(view, **({"text": "Учить"} | other))
    assert view.made == 2


def test_another_file_of_the_same_name_and_length_is_another_sending():
    view = View()
    for text in (b"five", b"four", b"four"):
        post(view, file=SimpleUploadedFile("report.txt", text))
    assert view.made == 2


def test_the_same_form_of_somebody_else_is_another_sending():
    """Of a shared computer: the token's cookie outlives a login."""
    view = View()
    for session_id in (1, 2):
        post(view, text="Учить", actor=SimpleNamespace(session_id=session_id))
    assert view.made == 2


@pytest.mark.parametrize("status", [200, 422, 500])
def test_what_led_nowhere_may_be_sent_again(status):
    view = View(HttpResponse(status=status))
    for _ in range(2):
        assert post(view, text="Учить").status_code == status
    assert view.made == 2
    assert not Sending.objects.exists()


def test_what_gives_a_cookie_is_not_given_to_whoever_sends_again():
    view = View(HttpResponseRedirect("/"))
    view.response.set_cookie("session", "secret")
    post(view)
    assert not Sending.objects.exists()


def test_who_presses_twice_waits_for_the_first_and_is_not_kept_for_ever(monkeypatch):
    monkeypatch.setattr(resends, "PATIENCE_SECONDS", 0.0)
    view = View()
    monkeypatch.setattr(resends, "_end", lambda key, response: None)
    post(view)
    waiting = post(view)
    assert (waiting.status_code, view.made) == (409, 1)
    assert "уже выполняем" in waiting.content.decode()
    Sending.objects.update(at=clock.wall() - resends.ABANDONED - timedelta(seconds=1))
    assert post(view).status_code == 302
    assert view.made == 2, "whoever began died on the way"


def test_a_program_and_a_page_of_reading_have_no_sending():
    view = View()
    for request in (
        RequestFactory().post("/cell/", {"mark": "5"}),
        RequestFactory().post("/cell/", {"mark": "5", resends.TOKEN: "a"}, headers={"Accept": "application/json"}),
        RequestFactory().get("/?" + resends.TOKEN),
    ):
        assert Resends(view).process_view(request, view, (), {}) is None
    assert not Sending.objects.exists()


def test_a_search_is_asked_again_and_costs_no_statement(django_assert_num_queries):
    view = View(HttpResponse())
    with django_assert_num_queries(0):
        post(pages.changes_nothing(view), name="Орлова")
        post(view, name="Орлова")
    assert view.made == 2


def test_forms_of_yesterday_are_forgotten():
    post(View())
    resends.forget_old()
    assert Sending.objects.count() == 1
    Sending.objects.update(at=clock.wall() - resends.REMEMBERED - timedelta(minutes=1))
    resends.forget_old()
    assert not Sending.objects.exists()


def test_every_form_has_a_token_of_its_own_each_time_it_is_shown(client):
    """The key rests on it: Django masks the token anew for each page."""
    tokens = [client.get("/login/").context["csrf_token"] for _ in range(2)]
    assert str(tokens[0]) != str(tokens[1])


def test_a_first_sending_costs_two_statements(django_assert_num_queries):
    with django_assert_num_queries(2):
        post(View(), text="Учить")


def test_what_is_shown_once_is_found_where_it_is_kept():
    view = View()
    shown = lambda request: resends.kept_at(HttpResponse(f"{view(request)['Location']}"), "/homework/")
    first, second = post(shown, text="Учить"), post(shown, text="Учить")
    assert (first.content, second["Location"], view.made) == (b"/homework/1/", "/homework/", 1)


def test_a_secret_is_the_same_for_one_sending_and_another_for_each_other_one():
    def secret(session=1, **typed):
        request = RequestFactory().post("/staff/", typed)
        request.actor = SimpleNamespace(session_id=session)  # type: ignore[attr-defined]
        return resends.secret_of(request)

    once = {resends.TOKEN: "a", "name": "Иванова"}
    assert secret(**once) == secret(**once)
    others = [secret(**once), secret(2, **once), secret(**once | {resends.TOKEN: "b"}), secret(**once | {"name": "Я"})]
    others += [secret(name="Иванова"), secret(name="Иванова")]
    assert len(set(others)) == len(others)
    assert min(map(len, others)) >= 43
