"""Addresses of mail and of the web in national domains: as people read them, and as they travel.

People write «почта@школа.рф», programs take «почта@xn--80atdl2c.xn--p1ai» (IDNA 2008). What is kept is the form people
read, so that one address is one text however it was typed; what leaves the house goes by the wire form.
"""

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import idna

# The signs that people type for the point of a domain (UTS 46).
_POINTS = re.compile("[.\u3002\uff0e\uff61]")
_ASCII = "".join(map(chr, range(0x80)))


class UnfitAddress(ValueError):
    """No domain is written like this."""


def host_on_the_wire(host: str) -> str:
    """A host's name in ASCII, in small letters.

    Raises:
        UnfitAddress: a part of it is no name of a domain.
    """
    return ".".join(map(_label_on_the_wire, _POINTS.split(host)))


def host_for_people(host: str) -> str:
    """A host's name in the letters of its own language, in small letters.

    Raises:
        UnfitAddress: a part of it is no name of a domain.
    """
    return ".".join(map(_label_for_people, host_on_the_wire(host).split(".")))


def mail_on_the_wire(address: str) -> str:
    """An address of mail with its domain in ASCII; what stands before the sign @ is its owner's own.

    Raises:
        UnfitAddress: it has no domain, or one that there cannot be.
    """
    return _mail(address, host_on_the_wire)


def mail_for_people(address: str) -> str:
    """An address of mail with its domain in the letters of its language.

    Raises:
        UnfitAddress: it has no domain, or one that there cannot be.
    """
    return _mail(address, host_for_people)


def web_on_the_wire(url: str) -> str:
    """A web address in ASCII, as programs compare and ask for it.

    Raises:
        UnfitAddress: its host is no name of a domain.
    """
    return quote(_web(url, host_on_the_wire), safe=_ASCII)


def web_for_people(url: str) -> str:
    """A web address with its host in the letters of its language; all else as it was.

    Raises:
        UnfitAddress: its host is no name of a domain.
    """
    return _web(url, host_for_people)


def _label_on_the_wire(label: str) -> str:
    if label.isascii():
        return label.lower()
    try:
        return idna.encode(label, uts46=True).decode()
    except idna.IDNAError as error:
        raise UnfitAddress(label) from error


def _label_for_people(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except idna.IDNAError as error:
        raise UnfitAddress(label) from error


def _mail(address: str, host: Callable[[str], str]) -> str:
    name, sign, domain = address.rpartition("@")
    if not sign:
        raise UnfitAddress(address)
    return f"{name}@{host(domain)}"


def _web(url: str, host: Callable[[str], str]) -> str:
    try:
        place = urlsplit(url).netloc
    except ValueError as error:
        raise UnfitAddress(url) from error
    before, sign, server = place.rpartition("@")
    if server.startswith("["):
        return url
    name, colon, port = server.partition(":")
    return url.replace(place, f"{before}{sign}{host(name)}{colon}{port}", 1) if place else url
