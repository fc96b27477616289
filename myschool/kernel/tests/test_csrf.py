"""Form tokens: Django's middleware takes the mask off, and no two are alike."""

from collections import Counter

import pytest
from django.http import HttpResponse
from django.middleware import csrf as of_django
from django.middleware.csrf import CsrfViewMiddleware
from django.test import RequestFactory

from myschool.kernel import csrf

SECRET = "aZ09" * 8


def test_a_masked_secret_is_taken_for_the_secret() -> None:
    tokens = {csrf.masked(SECRET) for _ in range(100)}
    assert len(tokens) == 100
    unmasked = of_django._unmask_cipher_token  # type: ignore[attr-defined] # what the middleware does
    assert {unmasked(token) for token in tokens} == {SECRET}


def test_every_letter_comes_as_often_as_the_others() -> None:
    counts = Counter("".join(csrf.masked(SECRET)[:32] for _ in range(4000)))
    assert set(counts) == set(csrf.LETTERS)
    # 2,065 of each are expected; ten deviations would not be chance.
    assert all(abs(number - 4000 * 32 / 62) < 460 for number in counts.values())


@pytest.mark.parametrize("cookie", [SECRET, ""])
def test_what_a_page_shows_is_accepted_and_the_cookie_renewed(cookie: str) -> None:
    factory = RequestFactory()
    if cookie:
        factory.cookies["csrftoken"] = cookie
    middleware = CsrfViewMiddleware(lambda _: HttpResponse())
    shown = factory.get("/")
    middleware.process_request(shown)
    token = str(csrf.form_token(shown)["csrf_token"])
    answer = middleware.process_response(shown, HttpResponse())
    assert answer.cookies["csrftoken"].value == (cookie or shown.META["CSRF_COOKIE"])
    factory.cookies["csrftoken"] = answer.cookies["csrftoken"].value
    sent = factory.post("/", {"csrfmiddlewaretoken": token})
    middleware.process_request(sent)
    assert middleware.process_view(sent, lambda _: HttpResponse(), (), {}) is None


def test_a_page_that_says_no_token_leaves_the_cookie_as_it_is() -> None:
    shown = RequestFactory().get("/")
    csrf.form_token(shown)
    assert "CSRF_COOKIE_NEEDS_UPDATE" not in shown.META
