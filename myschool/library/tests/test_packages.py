"""What packages say of themselves: each kind that runs, and what is told when one cannot."""

import json

import pytest

from myschool.library.rules.packages import BadPackage, Package
from myschool.library.rules.register import passport_of
from myschool.library.tests.makers import PAGE, scorm_manifest

CMI5 = """<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://example.org/c"><title><langstring lang="ru">Курс</langstring></title></course>
<au id="https://example.org/a" moveOn="Passed" masteryScore="0.7"><title><langstring lang="ru">Тест</langstring></title>
<url>{url}</url></au></courseStructure>"""
CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"""
BOOK = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:title>Ботаника</dc:title></metadata></package>"""
H5P = {
    "title": "Пары",
    "mainLibrary": "H5P.Memory",
    "preloadedDependencies": [{"machineName": "H5P.Memory", "majorVersion": 1, "minorVersion": 3}],
}
H5P_FILES = {"h5p.json": json.dumps(H5P), "content/content.json": "{}", "H5P.Memory-1.3/library.json": "{}"}
ODD_LIBRARIES: list[object] = [None, 5, "H5P.Memory", [1], [[]], [{}], [{"machineName": 5}], {}]


def with_libraries(libraries):
    return {**H5P_FILES, "h5p.json": json.dumps(H5P | {"preloadedDependencies": libraries})}


def told(files):
    contents = {path: text.encode() for path, text in files.items()}
    return passport_of(Package(frozenset(contents), lambda path, limit: contents[path][:limit]))


def codes(passport):
    return {finding.code for finding in passport.findings}


@pytest.mark.parametrize(
    ("files", "format_", "launch", "title"),
    [
        ({"imsmanifest.xml": scorm_manifest("1.2"), "sco.html": PAGE}, "scorm12", "sco.html", "Тест по дробям"),
        (
            {"imsmanifest.xml": scorm_manifest("2004 4th Edition"), "sco.html": PAGE},
            "scorm2004",
            "sco.html",
            "Тест по дробям",
        ),
        (H5P_FILES, "h5p", "h5p.json", "Пары"),
        (
            {"cmi5.xml": CMI5.format(url="au/index.html?a=1"), "au/index.html": PAGE},
            "cmi5",
            "au/index.html?a=1",
            "Курс",
        ),
        ({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": BOOK}, "epub", "OEBPS/book.opf", "Ботаника"),
        ({"a/index.html": PAGE, "a/b/index.html": PAGE}, "html", "a/index.html", ""),
        (
            {
                "main.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/a.m3u8\n",
                "low/a.m3u8": "#EXTM3U\n1.ts\n",
                "low/1.ts": "",
            },
            "video",
            "main.m3u8",
            "",
        ),
    ],
)
def test_each_kind_is_known_and_opens(files, format_, launch, title):
    passport = told(files)
    assert (passport.format, passport.launch, passport.title) == (format_, launch, title)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"imsmanifest.xml": scorm_manifest(organisation=False), "sco.html": PAGE}, "нет организации"),
        ({"imsmanifest.xml": scorm_manifest()}, "«sco.html», но в архиве его нет"),
        ({"imsmanifest.xml": scorm_manifest(items=())}, "ни одного раздела"),
        (
            {"imsmanifest.xml": "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><manifest>&a;</manifest>"},
            "ошибка XML",
        ),
        ({**H5P_FILES, "h5p.json": "not json"}, "ошибка JSON"),
        ({"h5p.json": json.dumps(H5P), "content/content.json": "{}"}, "нет библиотеки H5P.Memory-1.3"),
        ({"h5p.json": json.dumps(H5P)}, "content/content.json"),
        *((with_libraries(odd), "не читается список библиотек") for odd in ODD_LIBRARIES),
        ({**H5P_FILES, "h5p.json": "[" * 100_000}, "ошибка JSON"),
        ({"cmi5.xml": CMI5.format(url="https://example.org/a.html")}, "внешние адреса"),
        ({"cmi5.xml": CMI5.format(url="no.html")}, "«no.html», но в архиве его нет"),
        ({"META-INF/container.xml": CONTAINER}, "нет файла с описанием"),
        (
            {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": BOOK, "META-INF/encryption.xml": ""},
            "защищён от копирования",
        ),
        ({"main.m3u8": "#EXTM3U\n1.ts\n"}, "«1.ts», но в архиве его нет"),
        ({"readme.txt": ""}, "непонятно, что открывать первым"),
    ],
)
def test_what_cannot_run_is_told_in_words(files, words):
    with pytest.raises(BadPackage, match=words):
        told(files)


@pytest.mark.parametrize("title", [None, 5, ["Пары"], {}])
def test_a_title_that_is_no_text_is_none(title):
    assert told({**H5P_FILES, "h5p.json": json.dumps(H5P | {"title": title})}).title == ""


def test_several_parts_are_a_contents_list():
    files = {"imsmanifest.xml": scorm_manifest(items=("a.html", "b.html")), "a.html": PAGE, "b.html": PAGE}
    assert [(part.title, part.href) for part in told(files).parts] == [("Раздел 0", "a.html"), ("Раздел 1", "b.html")]


def test_sequencing_that_is_not_run_is_announced():
    extra = "<imsss:sequencing><imsss:sequencingRules/></imsss:sequencing>"
    files = {"imsmanifest.xml": scorm_manifest("2004 3rd Edition", extra=extra), "sco.html": PAGE}
    assert "sequencing" in codes(told(files))


def test_what_pages_lack_is_advice():
    page = (
        "<html><img src='no.png'><a href='https://example.org/x'>там</a><a href='#here'>тут</a><img src='a.png' alt=''>"
    )
    assert codes(told({"index.html": page, "a.png": ""})) == {"links", "outside", "alt", "lang"}
    assert codes(told({"index.html": PAGE})) == set()
