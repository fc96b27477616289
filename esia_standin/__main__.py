"""The command line: serve, register-client, import-persons, rotate-keys, export-keys, list-personas."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import logging
import socket
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server

from esia_standin import keys, scopes
from esia_standin.app import make_app
from esia_standin.persons import Person
from esia_standin.signatures import UnknownCertificate, read_certificate
from esia_standin.standin import Standin, open_store, utc_now
from esia_standin.store.clients import Client
from esia_standin.store.people import Conflict


def loopback(host: str) -> str:
    """The host, if only this machine can reach it."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    raise argparse.ArgumentTypeError("стенд открывается только на своей машине: 127.0.0.1, ::1 или localhost")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="esia_standin", description="Учебный стенд ЕСИА. Это не Госуслуги.")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, help_text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_text)
        added.add_argument("--data", dest="folder", type=Path, required=True, help="папка стенда")
        return added

    serve = command("serve", "запустить стенд")
    serve.add_argument("--host", type=loopback, default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8010)
    serve.add_argument("--issuer", help="издатель маркеров; без него http://ХОСТ:ПОРТ/")
    serve.add_argument("--lock-seconds", type=int, default=900, help="на сколько закрывается вход после 5 ошибок")
    serve.add_argument("--child-check-seconds", type=float, default=5, help="сколько длится проверка карточки")
    register = command("register-client", "зарегистрировать систему или заменить её настройки")
    register.add_argument("--mnemonic", required=True)
    register.add_argument("--certificate", type=Path, action="append", required=True)
    register.add_argument("--redirect", action="append", required=True)
    register.add_argument("--scopes", required=True, help="через пробел")
    register.add_argument("--level", choices=["PR", "any"], default="any")
    register.add_argument("--token-alg", choices=[keys.RSA, keys.GOST], default=keys.RSA)
    register.add_argument("--otp-scopes", default="", help="какие из областей требуют одноразового кода")
    command("import-persons", "добавить или заменить людей").add_argument("file", type=Path)
    rotate = command("rotate-keys", "сделать новые ключи подписи")
    rotate.add_argument("--overlap-seconds", type=int, default=86400, help="сколько ещё действуют прежние")
    command("export-keys", "выписать действующие сертификаты файлами PEM").add_argument("to", type=Path)
    command("list-personas", "показать персонажей")
    return parser


def main(words: list[str] | None = None) -> int:
    """Carry out the command; 0 when it went well."""
    arguments = _parser().parse_args(words)
    try:
        if arguments.command == "serve":
            asyncio.run(_serve(arguments))
        else:
            _say(_carry_out(arguments))
    except KeyboardInterrupt:
        _say("Стенд остановлен.")
    except (Conflict, UnknownCertificate, msgspec.MsgspecError, OSError) as mistake:
        sys.stderr.write(f"{mistake}\n")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _demand_free(host: str, port: int) -> None:
    """The server shares its port with whoever listens there already, and people would meet one or the other."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise Conflict(f"Порт {port} занят ({error.strerror}): выберите другой с --port.") from error


async def _serve(asked: argparse.Namespace) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    host = f"[{asked.host}]" if ":" in asked.host else asked.host
    _demand_free(asked.host, asked.port)
    standin = Standin(
        store=open_store(asked.folder, utc_now()),
        issuer=asked.issuer or f"http://{host}:{asked.port}/",
        lock_for=timedelta(seconds=asked.lock_seconds),
        check_takes=timedelta(seconds=asked.child_check_seconds),
    )
    _say(f"Учебный стенд ЕСИА, это не Госуслуги: http://{host}:{asked.port}/  издатель {standin.issuer}")
    sys.stdout.flush()
    app = make_app(standin)
    server = Server(app, asked.host, asked.port, interface=Interfaces.ASGI, websockets=False, log_enabled=False)
    await server.serve()


def _carry_out(asked: argparse.Namespace) -> str:
    store = open_store(asked.folder, utc_now())
    try:
        if asked.command == "register-client":
            certificates = [read_certificate(path.read_bytes()) for path in asked.certificate]
            unknown = [each for each in asked.scopes.split() if not scopes.is_known(each)]
            if unknown:
                raise Conflict("Неизвестные области доступа: " + " ".join(unknown))
            store.clients.register(
                Client(
                    mnemonic=asked.mnemonic,
                    redirects=tuple(asked.redirect),
                    scopes=tuple(asked.scopes.split()),
                    level=asked.level,
                    token_alg=asked.token_alg,
                    otp_scopes=tuple(asked.otp_scopes.split()),
                ),
                certificates,
            )
            return "\n".join(f"{asked.mnemonic}: хэш сертификата {each.hash}" for each in certificates)
        if asked.command == "import-persons":
            persons = msgspec.json.decode(asked.file.read_bytes(), type=list[Person])
            store.bring(persons)
            return f"Людей записано: {len(persons)}"
        if asked.command == "rotate-keys":
            keys.make_keys(store, at=utc_now(), overlap=timedelta(seconds=asked.overlap_seconds))
        if asked.command == "list-personas":
            return "\n".join(f"{each.oid}  {each.level:2}  {each.note}" for each in store.people.noted())
        live = store.keys.live(utc_now().timestamp())
        if asked.command == "export-keys":
            asked.to.mkdir(parents=True, exist_ok=True)
            for key in live:
                (asked.to / f"{keys.file_name(key)}.pem").write_text(keys.pem(key))
        return "\n".join(
            f"{keys.file_name(key)}  {'текущий' if key.retires_at is None else 'доживает'}" for key in live
        )
    finally:
        store.close()


if __name__ == "__main__":
    sys.exit(main())
