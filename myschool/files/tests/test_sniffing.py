"""What a file is by its content."""

import io
from zipfile import ZipFile

import pytest

from myschool.files.rules.sniffing import OFFICE, UnfitFile, type_of
from myschool.files.tests.makers import HTML, JPEG, PDF, PNG, PROGRAM

WORD = OFFICE["word/"]


def packed(**names):
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return file.getvalue()


def told(content):
    return type_of(io.BytesIO(content))


DOCX = packed(**{"[Content_Types].xml": "", "word/document.xml": ""})


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (DOCX, WORD),
        (packed(**{"[Content_Types].xml": "", "xl/workbook.xml": ""}), OFFICE["xl/"]),
        (packed(**{"[Content_Types].xml": "", "ppt/presentation.xml": ""}), OFFICE["ppt/"]),
        (packed(mimetype="application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (packed(mimetype="application/epub+zip"), "application/epub+zip"),
        (packed(mimetype="text/html"), "application/zip"),
        (packed(a="b"), "application/zip"),
        (HTML, "text/html"),
        (b"  <ScRiPt>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='1'/></svg>", "image/svg+xml"),
        ("Просто слова".encode(), "text/plain"),
        ("Просто слова".encode("cp1251"), "text/plain"),
        (PROGRAM, "application/x-msdownload"),
        (b"\0" * 100, ""),
        (b"", ""),
    ],
)
def test_the_content_says_what_it_is(content, kind):
    assert told(content) == kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload='alert(1)'></svg>", "SVG есть программа"),
        (b"<svg><script>alert(1)</script></svg>", "SVG есть программа"),
        (b"<svg><a href='javascript:alert(1)'/></svg>", "SVG есть программа"),
        (b"<svg><foreignObject><p/></foreignObject></svg>", "SVG есть программа"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "старого формата или под паролем"),
        (packed(**{"[Content_Types].xml": "", "word/vbaProject.bin": "x"}), "макросы"),
        (packed(**{"mimetype": "application/vnd.oasis.opendocument.text", "Basic/Standard/a.xml": ""}), "макросы"),
        (b"%PDF-1.7\ntrailer<</Encrypt 5 0 R>>\n%%EOF", "защищён паролем"),
        (DOCX[:-30], "повреждён"),
        (packed(**{"../evil": ""}), "Недопустимое имя"),
    ],
)
def test_what_could_harm_is_refused_in_plain_words(content, words):
    with pytest.raises(UnfitFile, match=words):
        told(content)
