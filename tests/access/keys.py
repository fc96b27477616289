"""The cast of keys: credentials that are no session, at every door that takes them, and every way in which they end.

A key is shown by whoever has it, a program or a passer-by; it opens what its owner may open, and nothing once they may not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.urls import reverse

from myschool.enrolment.actions import staffing
from myschool.enrolment.models import Invitation
from myschool.exchange import actions as exchange
from myschool.exchange.models import CalendarFeed
from myschool.folders import actions as folders
from myschool.folders import links
from myschool.folders.models import Document
from myschool.kernel import clock
from myschool.library import lti, origin
from myschool.library.actions import playing, tools
from myschool.library.models import LtiTool, MaterialVersion, Play, Review
from myschool.library.rules.lti import SCOPES
from myschool.people.models import Guardianship, Person
from myschool.records import actions as records
from myschool.records.models import RecordKey
from tests.access.leavers import end_place, end_post, move_place, move_post
from tests.access.world import World

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = (
    PRIVATE.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)


@dataclass(frozen=True)
class Shown:
    """A key as it is shown at a door: `door` is the address's name, or «content» at the content's own origin."""

    door: str
    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    cookie: str = ""


Ends = Mapping[str, Callable[[World], None]]


@dataclass(frozen=True)
class Key:
    """A credential: where it is shown, what a door answers that refuses it, and how it ends."""

    name: str
    show: Callable[[World], list[Shown]]
    refused: frozenset[int]
    ends: Ends


NO_KEY, GONE = frozenset({401}), frozenset({404, 410})


def record_key(world: World) -> list[Shown]:
    """A supplier's key at every door of the store of records."""
    headers = {"Authorization": f"Basic {world.words['record_login']}", "X-Experience-API-Version": "1.0.3"}
    doors = {
        "statements": "GET PUT POST",
        "activities": "GET",
        "states": "GET PUT POST DELETE",
        "activity-profiles": "GET PUT POST DELETE",
        "agents": "GET",
        "agent-profiles": "GET PUT POST DELETE",
    }
    return [
        Shown(door=f"xapi-{name}", path=reverse(f"xapi-{name}"), method=method, headers=headers)
        for name, methods in doors.items()
        for method in methods.split()
    ]


def end_record_key(world: World) -> None:
    """The supplier has ended the key."""
    key = RecordKey.objects.get(pk=world.rows["record_key"])
    records.end_key(key=key, by=world.actors["publisher"], at=world.at)


def _tool(world: World) -> LtiTool:
    LtiTool.objects.filter(pk=world.rows["tool"]).update(keys=[{"kid": "", "pem": PEM}])
    return LtiTool.objects.get(pk=world.rows["tool"])


def tool_token(world: World) -> list[Shown]:
    """A token that a supplier's tool got while it worked, at every service."""
    headers = {"Authorization": f"Bearer {lti.token_for(_tool(world), sorted(SCOPES))}"}
    material, school_class = world.rows["outside"], world.rows["class"]
    return [
        Shown(door="lti-line-items", path=reverse("lti-line-items"), headers=headers),
        Shown(door="lti-line-item", path=reverse("lti-line-item", args=[material]), headers=headers),
        Shown(door="lti-scores", path=reverse("lti-scores", args=[material]), method="POST", headers=headers),
        Shown(door="lti-results", path=reverse("lti-results", args=[material]), headers=headers),
        Shown(door="lti-members", path=reverse("lti-members", args=[school_class]), headers=headers),
    ]


def _signed(tool: LtiTool, audience: str, **more: object) -> str:
    at = clock.now()
    claims = {
        "iss": tool.client_id,
        "sub": tool.client_id,
        "aud": audience,
        "iat": at,
        "exp": at + timedelta(minutes=5),
        "jti": uuid4().hex,
        "nonce": uuid4().hex,
        **more,
    }
    return jwt.encode(claims, PRIVATE, "RS256")


def tool_signature(world: World) -> list[Shown]:
    """A tool's own key: it asks for a token, and brings what was chosen in it."""
    tool, claims = _tool(world), "https://purl.imsglobal.org/spec/lti"
    token, chosen = reverse("lti-token"), reverse("lti-items")
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": _signed(tool, f"{settings.SITE_URL}{token}"),
        "scope": " ".join(sorted(SCOPES)),
    }
    brought = _signed(
        tool,
        settings.SITE_URL,
        **{
            f"{claims}/claim/message_type": "LtiDeepLinkingResponse",
            f"{claims}/claim/version": "1.3.0",
            f"{claims}/claim/deployment_id": tool.client_id,
            f"{claims}-dl/claim/content_items": [],
        },
    )
    return [
        Shown(door="lti-token", path=token, method="POST", form=form),
        Shown(door="lti-items", path=chosen, method="POST", form={"JWT": brought}),
    ]


def end_tool(world: World) -> None:
    """The supplier has disconnected the tool."""
    tool = LtiTool.objects.get(pk=world.rows["tool"])
    tools.end_tool(tool=tool, by=world.actors["publisher"], at=world.at)


def calendar(world: World, who: str) -> list[Shown]:
    """Somebody's calendar link."""
    token = exchange.make_feed(by=world.actors[who], at=world.at)
    return [Shown(door="read-feed", path=reverse("read-feed", args=[token]))]


def end_links(world: World) -> None:
    """No child is the guardian's any more."""
    Guardianship.objects.filter(guardian=world.rows["guardian_person"]).update(to_date=world.day)


def age(world: World, who: str) -> None:
    """The link was made more than a year ago."""
    made_at = world.at - timedelta(days=400)
    CalendarFeed.objects.filter(person=world.actors[who].person_id).update(made_at=made_at)


def revoke(world: World, who: str) -> None:
    """Its owner has revoked the link."""
    exchange.revoke_feed(by=world.actors[who], at=world.at)


def end_others(world: World, who: str) -> None:
    """All other logins, and what was given out before, have been ended."""
    Person.objects.filter(pk=world.actors[who].person_id).update(others_ended_at=world.at + timedelta(seconds=1))


def file_link(world: World) -> list[Shown]:
    """A teacher's link to a file, opened by a guardian."""
    path = reverse("file-link", args=[links.signed(world.rows["document"], world.at)])
    return [Shown(door="file-link", path=path, cookie=world.tokens["guardian"])]


def trash(world: World) -> None:
    """The document was thrown away."""
    document = Document.objects.get(pk=world.rows["document"])
    folders.trash(item=document, by=world.actors["teacher"], at=world.at)


def content(world: World, version: str, who: str = "", play: str = "") -> list[Shown]:
    """The signed address at which a material runs for half a day."""
    if not play:
        material_version = MaterialVersion.objects.get(pk=world.rows[version])
        begun = playing.begin_play(version=material_version, by=world.actors[who], at=world.at)
    else:
        begun = Play.objects.get(pk=world.rows[play])
    url = origin.address_of(begun.version_id, begun.pk)
    path, headers = ("/p/" + url.partition("/p/")[2], {"Host": origin.origin(begun.version_id).partition("//")[2]})
    return [
        Shown(door="content", path=path, headers=headers),
        Shown(door="content", path=f"{path}state/", method="POST", headers=headers),
    ]


def decline_review(world: World) -> None:
    """The expert has declared a conflict."""
    Review.objects.filter(pk=world.rows["review"]).update(declined_at=world.at)


def invitation(world: World) -> list[Shown]:
    """The code of an invitation, brought by whom it names."""
    form = {"code": world.words["code"]}
    return [
        Shown(door="invitation", path=reverse("invitation"), method="POST", form=form, cookie=world.tokens["teacher"])
    ]


def withdraw_invitations(world: World) -> None:
    """The school has taken its invitations back."""
    for invitation in Invitation.objects.filter(withdrawn_at=None):
        staffing.withdraw_invitation(invitation=invitation, by=world.actors["head"], at=world.at)


def run_out(world: World) -> None:
    """The invitation's days are over."""
    Invitation.objects.update(expires_at=world.at - timedelta(days=1))


def dismissed(who: str) -> Callable[[World], None]:
    """The post of somebody of the cast has ended."""
    return partial(end_post, who=who)


OF_SUPPLIER: Ends = {
    "dismissed publisher": dismissed("publisher"),
    "moved publisher": partial(move_post, who="publisher", to="stranger_publisher"),
}
KEYS = [
    Key("supplier's key of records", record_key, NO_KEY, {**OF_SUPPLIER, "ended key": end_record_key}),
    Key("token of a tool", tool_token, NO_KEY, {**OF_SUPPLIER, "disconnected tool": end_tool}),
    Key("signature of a tool", tool_signature, frozenset({400}), {**OF_SUPPLIER, "disconnected tool": end_tool}),
    *(
        Key(
            f"calendar of a {who}",
            partial(calendar, who=who),
            GONE,
            {
                said: left,
                "revoked link": partial(revoke, who=who),
                "link of last year": partial(age, who=who),
                "ended logins": partial(end_others, who=who),
            },
        )
        for who, said, left in (
            ("teacher", "dismissed teacher", dismissed("teacher")),
            ("student", "graduated student", end_place),
            ("guardian", "withdrawn guardian", end_links),
        )
    ),
    Key(
        "link to a file",
        file_link,
        GONE,
        {
            "dismissed teacher": dismissed("teacher"),
            "document in the trash": trash,
            "ended logins": partial(end_others, who="teacher"),
        },
    ),
    Key(
        "content of a school's material",
        partial(content, version="", play="school_play"),
        GONE,
        {"moved student": move_place, "graduated student": end_place},
    ),
    Key("content of a draft", partial(content, version="drafted_version", who="publisher"), GONE, OF_SUPPLIER),
    Key(
        "content that is judged",
        partial(content, version="judged_version", who="expert"),
        GONE,
        {"dismissed expert": dismissed("expert"), "declared conflict": decline_review},
    ),
    Key(
        "content of a teacher's own material",
        partial(content, version="checked_own_version", who="teacher"),
        GONE,
        {"dismissed teacher": dismissed("teacher")},
    ),
    Key(
        "code of an invitation",
        invitation,
        frozenset({403, 404, 409, 422}),
        {"withdrawn invitation": withdraw_invitations, "old invitation": run_out},
    ),
]

# Doors that ask for no session and take no key, and why.
PUBLIC = {
    "home": "a visitor's page",
    "look": "how pages look, kept in a cookie",
    "login": "the way in",
    "login-return": "the way in",
    "logout": "the way out",
    "help-login": "help with the way in",
    "terms": "everybody's",
    "privacy": "everybody's",
    "oai": "the catalogue is everybody's",
    "lti-keys": "our public keys",
    "xapi-about": "which editions the store speaks",
    "service-worker": "a program without data",
    "web-manifest": "a name and a picture",
    "confirm-address": "a letter's link: it confirms the very address it was sent to, and shows nothing",
    "stop-mail": "a letter's link: it ends letters, and shows nothing",
}
# Functions that read a credential, and which of the keys it is, or why it is none.
READERS = {
    "myschool.exchange.actions.make_feed": "makes a link: a form that is sent again finds the one it has made",
    "myschool.records.actions.make_key": "makes a key: a form that is sent again finds the one it has made",
    "myschool.records.access.key_of": "supplier's key of records",
    "myschool.library.lti.tool_with": "token of a tool",
    "myschool.library.lti.read": "signature of a tool",
    "myschool.library.lti._verified": "signature of a tool",
    "myschool.exchange.views.read_feed": "calendar of a teacher",
    "myschool.folders.links.read": "link to a file",
    "myschool.library.origin.opened": "content of a draft",
    "myschool.enrolment.actions.staffing.accept_invitation": "code of an invitation",
    "myschool.library.lti.hinted": "beside a session: what its person was opening a moment ago",
    "myschool.library.lti.choice": "beside a session: whose tools are asked anew",
    "myschool.notices.letters.named": "letters' links, which show nothing",
    "myschool.files.views.upload": "beside a session: one's own upload",
    "myschool.files.uploading.take": "beside a session: one's own upload",
    "myschool.records.queries.going_on": "where a list goes on; the key comes with it",
    "myschool.library.queries.harvesting.going_on": "where a list of everybody's goes on",
}
