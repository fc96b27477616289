"""What is packed on its way out, and what is not."""

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from myschool.kernel import pages
from myschool.kernel.middleware import Packing

TEXT = "Дневник " * 100


def packed(response, **headers):
    request = RequestFactory().get("/", headers={"Accept-Encoding": "gzip", **headers})
    return Packing(lambda _: response)(request)


def test_a_page_is_packed_for_who_takes_it_so():
    answer = packed(HttpResponse(TEXT))
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(TEXT.encode()) / 2
    assert not packed(HttpResponse(TEXT), **{"Accept-Encoding": "identity"}).has_header("Content-Encoding")


def test_a_file_keeps_its_length():
    file = StreamingHttpResponse([TEXT.encode()], headers={"Content-Length": str(len(TEXT.encode()))})
    answer = packed(file)
    assert not answer.has_header("Content-Encoding")
    assert answer["Content-Length"] == str(len(TEXT.encode()))


@pytest.mark.parametrize("known", ['"7"', 'W/"7"', '"6", W/"7"'])
def test_a_document_that_was_packed_is_known_again(known):
    request = RequestFactory().get("/", headers={"If-None-Match": known})
    assert pages.document(request, '"7"', TEXT.encode, "application/json").status_code == 304
    assert pages.document(request, '"8"', TEXT.encode, "application/json").status_code == 200
