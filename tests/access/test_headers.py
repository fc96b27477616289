"""What each kind of answer tells the browser, and under which names the platform answers at all."""

import pytest

from myschool.config.wsgi import application
from myschool.kernel import headers
from myschool.kernel.clock import now
from myschool.library import origin
from myschool.library.actions import playing
from myschool.library.tests.makers import html_package, publish
from myschool.people.tests.makers import log_in, make_actor
from myschool.schools.tests.makers import NOON

pytestmark = pytest.mark.django_db
NOWHERE, BY_TAG, FOR_EVER = "no-store", "private, no-cache", "max-age=315360000, public, immutable"
SITE, CONTENT = "127.0.0.1:8000", "v1.localhost:8000"


@pytest.fixture
def addresses():
    """An address of each kind of answer, with the host it is asked at."""
    play = playing.begin_play(version=publish(content=html_package()), by=make_actor(), at=NOON)
    package = "/p/" + origin.address_of(play.version_id, play.pk).partition("/p/")[2]
    return {
        "a page": (SITE, "/sessions/"),
        "a fragment": (SITE, "/session/"),
        "a refusal": (SITE, "/desk/complaints/"),
        "a player": (CONTENT, package),
        "a package's file": (CONTENT, package + "f/index.html"),
        "an absent content": (CONTENT, "/p/other/"),
    }


KINDS = [
    ("a page", NOWHERE, "same-origin", "default-src 'none'"),
    ("a fragment", NOWHERE, "same-origin", "default-src 'none'"),
    ("a refusal", NOWHERE, "same-origin", "default-src 'none'"),
    ("a player", NOWHERE, "no-referrer", "sandbox allow-scripts"),
    ("a package's file", BY_TAG, "no-referrer", "sandbox allow-scripts"),
    ("an absent content", NOWHERE, "no-referrer", "sandbox allow-scripts"),
]


@pytest.mark.parametrize(("kind", "kept", "referrer", "policy"), KINDS, ids=[kind for kind, *_ in KINDS])
def test_every_kind_of_answer_says_how_it_may_be_used(client, addresses, kind, kept, referrer, policy):
    log_in(client, make_actor(), now())
    host, path = addresses[kind]
    response_headers = client.get(path, headers={"Host": host}).headers
    assert response_headers["Cache-Control"] == kept
    assert response_headers["Referrer-Policy"] == referrer
    assert policy in response_headers["Content-Security-Policy"]
    assert response_headers["X-Content-Type-Options"] == "nosniff"
    assert response_headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for power in ("camera", "microphone", "geolocation", "display-capture", "usb"):
        assert f"{power}=()" in response_headers["Permissions-Policy"]
    assert (response_headers.get("Cross-Origin-Opener-Policy") == "same-origin") == (host == SITE)
    assert ("frame-ancestors 'none'" in response_headers["Content-Security-Policy"]) == (host == SITE)


def test_the_built_front_end_is_kept_for_ever_and_says_the_rest_too():
    named = next(path for path in sorted(application.files) if application.immutable_file_test(path, path))
    response_headers = dict(application.files[named].get_response("GET", {}).headers)
    assert response_headers["Cache-Control"] == FOR_EVER
    assert set(headers.EVERYWHERE.items()) <= set(response_headers.items())


def test_a_site_of_https_is_asked_for_by_https_for_a_year():
    assert headers.transport("https://school.example.ru") == {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains"
    }
    assert headers.transport("http://127.0.0.1:8000") == {}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[", "a b"])
@pytest.mark.parametrize("path", ["/sessions/", "/xapi/about"])
def test_under_a_name_that_is_not_ours_nothing_is_answered(client, host, path):
    log_in(client, make_actor(), now())
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 400
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", [SITE, "localhost", CONTENT])
def test_under_our_own_names_the_store_of_records_answers(client, host):
    assert client.get("/xapi/about", headers={"Host": host, "X-Experience-API-Version": "1.0.3"}).status_code == 200
