"""A real mail server and a real push service on this machine, which answer as a test wants."""

import base64
import json
import os
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from socket import socket
from threading import Thread
from typing import Any

import http_ece
import jwt
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Mailbox:
    """What an SMTP server took; `answers` are what it says to the next letters instead of taking them."""

    def __init__(self):
        self.letters, self.answers = [], []
        self.came: Queue[Any] = Queue()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd calls it so
        """Take a letter, or answer otherwise."""
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        self.came.put(self.letters[-1])
        return "250 OK"


@contextmanager
def mail_server(port=0, **more):
    """A mail server's box and address; `more` is the server's own."""
    box = Mailbox()
    with socket() as free:
        free.bind(("127.0.0.1", port))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def encoded(raw):
    """As keys and tokens are written in addresses."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class PushService:
    """What browsers of this service were sent, decrypted; `answers` are (status, headers) for the next pushes."""

    def __init__(self):
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.pushes, self.headers, self.answers = [], [], []
        self.address = ""
        self.came: Queue[Any] = Queue()

    @property
    def keys(self):
        """What the browser tells of itself when it subscribes."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": encoded(point), "auth": encoded(self.secret)}

    def take(self, headers, body):
        """Open a push as the browser would; answers what the service says."""
        status, more = self.answers.pop(0) if self.answers else (201, {})
        if status == 201:
            opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
            self.pushes.append(json.loads(opened))
            self.headers.append(headers)
            self.came.put(self.pushes[-1])
        return status, more

    def claims(self, number=0):
        """What the sender signed, proved by the key that it names."""
        token, key = self.headers[number]["Authorization"].removeprefix("vapid t=").split(", k=")
        point = base64.urlsafe_b64decode(key + "==")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return jwt.decode(token, public, algorithms=["ES256"], audience=self.address)


@contextmanager
def push_service():
    """A push service that listens."""
    service = PushService()

    def answer(door):
        status, more = service.take(dict(door.headers), door.rfile.read(int(door.headers["Content-Length"])))
        door.send_response(status)
        for name, value in {**more, "Content-Length": "0"}.items():
            door.send_header(name, value)
        door.end_headers()

    quiet = {"do_POST": answer, "log_message": lambda *told: None}
    door = type("Door", (BaseHTTPRequestHandler,), quiet)
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
