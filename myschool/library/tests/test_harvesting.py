"""The catalogue for harvesters: OAI-PMH 2.0 with Dublin Core and LOM."""

from datetime import timedelta

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection

from myschool.kernel.clock import now
from myschool.library.actions import making
from myschool.library.models import Material
from myschool.library.queries import harvesting as queries
from myschool.library.tests.makers import make_publisher, make_version, publish
from myschool.schools.tests.makers import NOON, make_school

pytestmark = pytest.mark.django_db
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC, LOM = "{http://purl.org/dc/elements/1.1/}", "{http://ltsc.ieee.org/xsd/LOM}"


def ask(client, **asked):
    answer = client.get("/oai/", asked)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/xml")
    return fromstring(answer.content)


def fault(client, **asked):
    error = ask(client, **asked).find(f"{OAI}error")
    return None if error is None else error.get("code")


def identifiers(root):
    return [node.text for node in root.iter(f"{OAI}identifier")]


def test_who_answers(client):
    identity = ask(client, verb="Identify").find(f"{OAI}Identify")
    assert identity.findtext(f"{OAI}protocolVersion") == "2.0"
    assert identity.findtext(f"{OAI}baseURL") == "http://127.0.0.1:8000/oai/"
    assert identity.findtext(f"{OAI}deletedRecord") == "persistent"
    formats = ask(client, verb="ListMetadataFormats")
    assert [node.text for node in formats.iter(f"{OAI}metadataPrefix")] == ["oai_dc", "lom"]


def test_a_material_in_dublin_core(client):
    version = publish(title="Задача на <дробь> & ещё")
    root = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=queries.identifier_of(version.material_id))
    assert root.find(f"{OAI}request").get("verb") == "GetRecord"
    fields = {node.tag.removeprefix(DC): node.text for node in root.iter() if node.tag.startswith(DC)}
    assert fields["title"] == "Задача на <дробь> & ещё"
    assert fields["identifier"] == f"http://127.0.0.1:8000/library/materials/{version.material_id}/"
    assert (fields["language"], fields["coverage"], fields["format"]) == ("ru", "5–6 класс", "text/html")
    assert fields["publisher"] == version.material.publisher.short_name


def test_a_material_in_lom(client):
    version = publish()
    root = ask(client, verb="GetRecord", metadataPrefix="lom", identifier=queries.identifier_of(version.material_id))
    (lom,) = root.iter(f"{LOM}lom")
    assert lom.find(f"{LOM}general/{LOM}title/{LOM}string").text == version.title
    assert lom.findtext(f"{LOM}educational/{LOM}learningResourceType/{LOM}value") == "problem statement"
    assert lom.find(f"{LOM}educational/{LOM}typicalAgeRange/{LOM}string").text == "11-12"
    assert lom.findtext(f"{LOM}educational/{LOM}typicalLearningTime/{LOM}duration") == "PT20M"


def test_a_list_goes_on_to_its_end_and_each_is_there_once(client, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    by = make_publisher()
    versions = [publish(by, at=NOON + timedelta(minutes=number)) for number in range(5)]
    got, root = [], ask(client, verb="ListIdentifiers", metadataPrefix="oai_dc")
    for _ in range(3):
        got += identifiers(root)
        token = root.find(f".//{OAI}resumptionToken")
        if not token.text:
            break
        root = ask(client, verb="ListIdentifiers", resumptionToken=token.text)
    assert got == [queries.identifier_of(version.material_id) for version in versions]
    assert root.find(f".//{OAI}resumptionToken").text is None


def test_what_was_withdrawn_is_told_to_be_gone(client):
    by = make_publisher()
    version = publish(by)
    identifier = queries.identifier_of(version.material_id)
    making.withdraw_material(material=version.material, reason="Устарел", by=by, at=NOON + timedelta(days=1))
    head = ask(client, verb="GetRecord", metadataPrefix="lom", identifier=identifier).find(f".//{OAI}header")
    assert head.get("status") == "deleted"
    assert head.findtext(f"{OAI}datestamp") == (NOON + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    root = ask(client, verb="ListRecords", metadataPrefix="oai_dc")
    assert root.find(f".//{OAI}metadata") is None


def test_drafts_and_what_a_school_keeps_to_itself_are_not_told(client):
    make_version()
    own = publish()
    Material.objects.filter(pk=own.material_id).update(school=None)
    assert fault(client, verb="ListRecords", metadataPrefix="oai_dc") is None
    Material.objects.filter(pk=own.material_id).update(school=make_school())
    assert fault(client, verb="ListRecords", metadataPrefix="oai_dc") == "noRecordsMatch"
    assert (
        fault(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=queries.identifier_of(own.material_id))
        == "idDoesNotExist"
    )


def test_lists_narrow_by_day_and_subject(client):
    by = make_publisher()
    for number in range(3):
        publish(by, at=NOON + timedelta(days=number))
    day = NOON.date()
    listed = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    assert len(identifiers(ask(client, **listed, **{"from": str(day + timedelta(days=1))}))) == 2
    assert len(identifiers(ask(client, **listed, until=str(day)))) == 1
    moment = (NOON + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(identifiers(ask(client, **listed, **{"from": moment, "until": moment}))) == 1
    assert len(identifiers(ask(client, **listed, set="subject:mathematics"))) == 3
    assert fault(client, **listed, set="subject:physics") == "noRecordsMatch"
    assert fault(client, **listed, **{"from": str(now().date() + timedelta(days=400))}) == "noRecordsMatch"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "List"}, "badVerb"),
        ({"verb": ["Identify", "Identify"]}, "badVerb"),
        ({"verb": "Identify", "set": "a"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": ["oai_dc", "lom"]}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "x", "metadataPrefix": "lom"}, "badArgument"),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "from": "вчера"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "from": "2026-13-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "from": "2026-11-01", "until": "2026-10-01"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "lom", "from": "2026-11-01", "until": "2026-12-01T00:00:00Z"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "lom", "set": "other"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "lom", "identifier": "5"}, "idDoesNotExist"),
        ({"verb": "GetRecord", "metadataPrefix": "lom", "identifier": "oai:127.0.0.1:٥"}, "idDoesNotExist"),
        ({"verb": "GetRecord", "metadataPrefix": "lom"}, "badArgument"),
        ({"verb": "ListMetadataFormats", "identifier": "x"}, "idDoesNotExist"),
    ],
)
def test_a_faulty_question_is_answered_in_the_protocols_words(client, asked, code):
    assert fault(client, **asked) == code
    assert ask(client, **asked).find(f"{OAI}request").attrib == {}


def test_a_question_may_be_posted(client):
    root = fromstring(client.post("/oai/", {"verb": "Identify"}).content)
    assert root.find(f"{OAI}Identify") is not None


def test_a_batch_is_two_statements_and_finds_its_place_by_an_index(client, django_assert_num_queries):
    publish()
    # The records, the subjects' titles.
    with django_assert_num_queries(2):
        client.get("/oai/", {"verb": "ListRecords", "metadataPrefix": "oai_dc"})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM library_materialversion WHERE coalesce(ended_at, published_at) >= now()"
            " ORDER BY coalesce(ended_at, published_at), id LIMIT 100"
        )
        assert "library_to_harvest" in "\n".join(row[0] for row in cursor.fetchall())
