"""A supplier's tool by PyLTI1p3 on Flask, on a port of this machine: chooses content, asks one question, sends scores."""

import threading
from datetime import UTC, datetime
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, request
from pylti1p3.contrib.flask.launch_data_storage.cache import FlaskCacheDataStorage
from pylti1p3.contrib.flask.message_launch import FlaskMessageLaunch
from pylti1p3.contrib.flask.oidc_login import FlaskOIDCLogin
from pylti1p3.contrib.flask.request import FlaskRequest
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.grade import Grade
from pylti1p3.tool_config.dict import ToolConfDict

QUESTION = """<!doctype html><html lang="ru"><title>Тренажёр</title><h1>{level}: сколько будет ½ + ¼?</h1>
<p>Вас здесь: {members}</p><form method="post" action="/answer"><input type="hidden" name="launch" value="{launch}">
<button>¾</button></form></html>"""
CHOICE = """<!doctype html><html lang="ru"><title>Тренажёр</title><h1>Что взять?</h1>
<form method="post" action="/chosen"><input type="hidden" name="launch" value="{launch}"><button>Дроби, 5 класс</button>
</form></html>"""
SENT = '<!doctype html><html lang="ru"><title>Тренажёр</title><h1>Верно, результат отправлен</h1></html>'


class Cache(dict[str, Any]):
    """What the library keeps between two requests."""

    def set(self, key: str, value: Any, exp: int | None = None) -> None:
        """Keep a value; the tool lives for one story, so nothing runs out."""
        self[key] = value


class Quiet(WSGIRequestHandler):
    """Tells nobody of its requests."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Say nothing."""


class Tool:
    """The tool at work; `connect` tells it what the platform calls it."""

    def __init__(self, site: str) -> None:
        self.site, self.cache, self.members = site, Cache(), 0
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        self.public = (
            key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )
        self.server = make_server("127.0.0.1", 0, self._app(), handler_class=Quiet)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def connect(self, client_id: str) -> None:
        """Know the platform."""
        self.config = ToolConfDict(
            {
                self.site: {
                    "client_id": client_id,
                    "auth_login_url": f"{self.site}/lti/authorize",
                    "auth_token_url": f"{self.site}/lti/token",
                    "auth_audience": None,
                    "key_set_url": f"{self.site}/lti/keys",
                    "key_set": None,
                    "deployment_ids": [client_id],
                }
            }
        )
        self.config.set_private_key(self.site, self.private)
        self.config.set_public_key(self.site, self.public)

    def stop(self) -> None:
        """End it."""
        self.server.shutdown()
        self.server.server_close()

    def _app(self) -> Flask:
        app = Flask("tool")
        app.secret_key = "of a tool for tests"
        storage = FlaskCacheDataStorage(self.cache)

        @app.get("/login")
        def login() -> Any:
            oidc_login = FlaskOIDCLogin(FlaskRequest(), self.config, launch_data_storage=storage)
            return oidc_login.redirect(request.args["target_link_uri"])

        def launched() -> Any:
            launch = FlaskMessageLaunch(FlaskRequest(), self.config, launch_data_storage=storage)
            data = launch.get_launch_data()  # what the library calls the claims
            custom = data.get("https://purl.imsglobal.org/spec/lti/claim/custom", {})
            if launch.is_deep_link_launch():
                return CHOICE.format(launch=launch.get_launch_id())
            if launch.has_nrps():
                self.members = len(launch.get_nrps().get_members())
            return QUESTION.format(launch=launch.get_launch_id(), level=custom.get("level"), members=self.members)

        def again() -> Any:
            return FlaskMessageLaunch.from_cache(
                request.form["launch"], FlaskRequest(), self.config, launch_data_storage=storage
            )

        @app.post("/chosen")
        def chosen() -> Any:
            resource = DeepLinkResource()
            resource.set_url(f"{self.address}/launch").set_title("Дроби, 5 класс").set_custom_params(
                {"level": "5 класс"}
            )
            return again().get_deep_link().output_response_form([resource])

        @app.post("/answer")
        def answer() -> Any:
            launch = again()
            score = Grade().set_score_given(3).set_score_maximum(4).set_user_id(launch.get_launch_data()["sub"])
            score.set_timestamp(datetime.now(UTC).isoformat()).set_activity_progress("Completed")
            score.set_grading_progress("FullyGraded")
            launch.get_ags().put_grade(score)
            return SENT

        app.post("/launch", endpoint="launch")(launched)
        app.post("/choose", endpoint="choose")(launched)
        return app
