"""What strangers send is opened in one place, where it has limits."""

import ast

from tests.house.source import Module, example, imports, modules, none_of

# Whoever opens a file with one of these must be the place that bounds what comes out of it.
PLACES = {
    "zipfile": "myschool.files.rules.archives",
    "tarfile": "",
    "gzip": "",
    "bz2": "",
    "lzma": "",
    "zlib": "myschool.files.rules.archives",
    "shelve": "",
    "pickle": "",
    "pypdf": "myschool.files.rules.pdfs",
    "PIL": "",
    "lxml": "",
    "defusedxml": "myschool.files.rules.markup",
    "subprocess": "myschool.files.sandbox",
}
# The parsers of the standard library: elements may be built with it anywhere, and read nowhere.
PARSERS = {"fromstring", "fromstringlist", "parse", "iterparse", "XML", "XMLID", "XMLParser", "XMLPullParser"}
# Programs of our own and their own words: the servers that `serve` and `tryout` start, the database, openssl.
STARTERS = {
    "myschool.config.embedded",
    "myschool.config.tryout",
    "myschool.config.lifeline",
    "myschool.people.esia.openssl",
}

# Who reads JSON that we, or the database, have written; what strangers send is read by files.rules.markup.
OWN_DOCUMENTS = {
    "myschool.files.rules.markup": "the one place where strangers' is read",
    "myschool.journal.queries.page": "the page's document, as the database has built it",
    "myschool.kernel.changes": "rows, as the database has written them",
    "myschool.kernel.chronicle": "a fact's payload",
    "myschool.kernel.heads": "a line of our own heads",
    "myschool.kernel.templatetags.assets": "the build's manifest",
    "myschool.library.queries.search": "the catalogue's answer, as the database has built it",
    "myschool.people.esia.state": "a state that we have signed",
    "myschool.people.esia.tokens": "what ЕСИА has signed",
    "myschool.people.esia.transport": "what ЕСИА answers",
    "myschool.records.actions": "documents that `receiving` has read within limits before",
}
JSON = {"json", "json.decoder", "simplejson", "orjson", "ujson", "msgspec", "msgspec.json"}


def openers(module: Module) -> list[str]:
    """Complaints about a reader of strangers' files outside its place."""
    return [
        f"{module.at(node)}: {name} is used in {PLACES[top] or 'no place yet: make one with limits'}"
        for node, name in imports(module)
        if (top := name.split(".")[0]) in PLACES
        # A checksum unpacks nothing.
        and name != "zlib.crc32"
        and module.name != PLACES[top]
        and not (top == "subprocess" and module.name in STARTERS)
    ]


def parsers(module: Module) -> list[str]:
    """Complaints about XML that is read without limits."""
    return [
        f"{module.at(node)}: XML is read by files.rules.markup"
        for node, name in imports(module)
        if name.startswith("xml.") and name.split(".")[-1] in PARSERS | {"ElementTree", "sax", "expat", "minidom"}
    ]


def read_json(module: Module) -> list[str]:
    """Complaints about JSON that is read without limits, by whatever name."""
    return [
        f"{module.at(node)}: what strangers send is read by files.rules.markup.json_of"
        for node in ast.walk(module.tree)
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ("load", "loads", "JSONDecoder")
            and ast.unparse(node.value) in _called_json(module)
        )
        or (
            isinstance(node, ast.ImportFrom) and node.module in JSON and {"load", "loads", "JSONDecoder"} & _taken(node)
        )
    ]


def _taken(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _called_json(module: Module) -> set[str]:
    """What a module calls the reader of JSON."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name in JSON
    }


def whole_reads(module: Module) -> list[str]:
    """Complaints about an entry of an archive that is read to its end at once."""
    return [
        f"{module.at(node)}: an entry is read by Archive.head or Archive.chunks"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in ("extract", "extractall") or ast.unparse(node.func) == "archive.read")
    ]


def test_strangers_files_are_opened_in_one_place() -> None:
    none_of(complaint for module in modules() for complaint in openers(module))
    assert openers(example("from zipfile import ZipFile"))
    assert openers(example("import PIL.Image"))
    assert openers(example("import subprocess"))
    assert not openers(example("import zipfile", "myschool.files.rules.archives"))


def test_xml_is_read_in_one_place() -> None:
    none_of(complaint for module in modules() for complaint in parsers(module))
    assert parsers(example("from xml.etree.ElementTree import fromstring"))
    assert parsers(example("from xml.etree import ElementTree"))
    assert not parsers(example("from xml.etree.ElementTree import Element, SubElement, tostring"))


def test_json_of_strangers_is_read_in_one_place() -> None:
    none_of(complaint for module in modules() if module.name not in OWN_DOCUMENTS for complaint in read_json(module))
    assert {module.name for module in modules() if read_json(module)} >= OWN_DOCUMENTS.keys()
    for text in (
        "import json\ndocument = json.loads(request.body)",
        "import json\ndocument = json.load(file)",
        "import json as notation\ndocument = notation.loads(request.body)",
        "from json import loads",
        "import json\nread = json.JSONDecoder",
        "import json\ndocuments = map(json.loads, bodies)",
    ):
        assert read_json(example(text)), text
    assert not read_json(example("import json\ntext = json.dumps({})"))


def test_no_entry_of_an_archive_is_read_whole() -> None:
    none_of(complaint for module in modules() for complaint in whole_reads(module))
    assert whole_reads(example("archive.extractall(path)"))
    assert whole_reads(example('told = archive.read("mimetype")'))
