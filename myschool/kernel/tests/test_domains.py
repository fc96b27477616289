"""Addresses in national domains: taken as people write them, kept in one form, sent in ASCII."""

import pytest
from django.core.exceptions import ValidationError

from myschool.kernel import domains
from myschool.kernel.forms import Mail, Web

SCHOOL, WIRE = "школа.рф", "xn--80atdl2c.xn--p1ai"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"почта@{SCHOOL}", f"почта@{SCHOOL}"),
        ("почта@ШКОЛА.РФ", f"почта@{SCHOOL}"),
        (f"почта@{WIRE}", f"почта@{SCHOOL}"),
        (f" post@{WIRE.upper()} ", f"post@{SCHOOL}"),
        ("post@школа。рф", f"post@{SCHOOL}"),
        ("Ivan.Petrov+school@Mail.RU", "Ivan.Petrov+school@mail.ru"),
        ("иван.петров-младший@mail.ru", "иван.петров-младший@mail.ru"),
    ],
)
def test_an_address_of_mail_is_kept_in_one_form(typed, kept):
    assert Mail().clean(typed) == kept
    assert domains.mail_for_people(domains.mail_on_the_wire(kept)) == kept


@pytest.mark.parametrize(
    "typed",
    ["школа.рф", "почта@", "@школа.рф", "почта@школа", "по чта@школа.рф", "a@b@школа.рф", "a@-школа.рф", "a@☺.рф"],
)
def test_what_is_no_address_of_mail_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="Проверьте адрес"):
        Mail().clean(typed)


@pytest.mark.parametrize(
    ("typed", "kept", "wire"),
    [
        (f"https://{SCHOOL}/уроки?класс=7А", f"https://{SCHOOL}/уроки?класс=7А", None),
        (SCHOOL, f"https://{SCHOOL}", f"https://{WIRE}"),
        ("HTTP://ШКОЛА.РФ:8443/a", f"HTTP://{SCHOOL}:8443/a", f"HTTP://{WIRE}:8443/a"),
        (f"https://{WIRE}/a_b(c)", f"https://{SCHOOL}/a_b(c)", f"https://{WIRE}/a_b(c)"),
        ("https://example.ru/%D1%8F?a=1&b=2#c", "https://example.ru/%D1%8F?a=1&b=2#c", None),
        ("https://example.ru/я", "https://example.ru/я", "https://example.ru/%D1%8F"),
    ],
)
def test_a_web_address_is_kept_as_people_read_it_and_asked_for_in_ascii(typed, kept, wire):
    assert Web().clean(typed) == kept
    assert domains.web_on_the_wire(kept).isascii()
    if wire:
        assert domains.web_on_the_wire(kept) == wire


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "ftp://школа.рф", "https://", "https://школа рф", "https://☺.рф"]
)
def test_what_is_no_web_address_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="Проверьте ссылку"):
        Web().clean(typed)
