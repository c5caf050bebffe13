# SPDX-License-Identifier: Apache-2.0
"""Reading a mailbox (IMAP): each mail once, and only what was stored is marked."""

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from longwatch.core.outbound import Network, Trust, Unreachable, checked_address
from longwatch.intake.keeping import one_line
from longwatch.intake.mail_models import After, Security

LARGEST = 50_000_000
SECONDS = 30.0
# Mails of one visit; the next comes a minute later.
MOST_AT_ONCE = 200
# Numbers that are asked about at once; a line of the answer has its bound in the library.
WINDOW = 50_000
MOST_WINDOWS = 200
# What a server may say beyond a mail.
LARGEST_OTHER = 1_000_000
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_FOREIGN = re.compile("[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Place:
    """How far a mailbox was read: the server's numbering, and the last number; zeros before the first visit."""

    validity: int = 0
    upto: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a visit came, how many mails it took, and what went wrong."""

    place: Place
    taken: int = 0
    error: str = ""


@dataclass(frozen=True)
class Hands:
    """What becomes of mails: `take` stores one; `leave` notes the headers of one that is too large, and why."""

    take: Callable[[bytes], None]
    leave: Callable[[bytes, str], None]


class _Bounded(imaplib.IMAP4):
    """Connects to the address that was checked, and reads no more than it asked for."""

    def __init__(self, checked: str, host: str, port: int) -> None:
        self._checked = checked
        super().__init__(host, port, timeout=SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection((self._checked, self.port), timeout)

    def read(self, size: int) -> bytes:
        """So many bytes; refuses more than a mail may have."""
        if size > LARGEST + LARGEST_OTHER:
            raise self.abort("the server sends more than was asked for")
        return super().read(size)


class _Secure(_Bounded):
    """The same within TLS from the start, for the name that the administrator set."""

    def __init__(self, checked: str, host: str, port: int, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(checked, host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = super()._create_socket(timeout)
        try:
            return self._context.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def visit(
    settings: Mapping[str, Any], password: str, place: Place, hands: Hands, *, since: date,
    allowed: Sequence[Network] = (),
) -> Reached:  # fmt: skip
    """Take the mails that are new since the last visit, in their order; what fails is tried again at the next.

    On the first visit what lies there already is passed over, unless the settings want it. Whatever the server or the
    network does, the answer says how far it came.
    """
    reached = Reached(place)
    try:
        with _opened(settings, password, allowed) as client:
            for step in _steps(client, settings, place, hands, since):
                reached = step
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        return replace(reached, error=_told(error))
    except Unreachable as refusal:
        return replace(reached, error=refusal.sentence)
    return reached


def _told(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of the mail server does not count: {error.verify_message}."
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    text = str(error.args[0] if error.args and isinstance(error, imaplib.IMAP4.error) else error)
    return one_line(f"The mail server could not be read: {text.removeprefix('b').strip(chr(39))}")[:300]


@contextmanager
def _opened(
    settings: Mapping[str, Any], password: str, allowed: Sequence[Network]
) -> Iterator[imaplib.IMAP4]:  # fmt: skip
    """A connection, signed in, with the folder selected."""
    host, port = str(settings["host"]), int(settings["port"])
    checked = checked_address(host, port, allowed)
    trust = Trust(str(settings.get("authorities", "")))
    if settings["security"] == Security.TLS:
        client: imaplib.IMAP4 = _Secure(checked, host, port, trust.context())
    else:
        client = _Bounded(checked, host, port)
    try:
        if settings["security"] == Security.STARTTLS:
            client.starttls(trust.context())
        _sign_in(client, str(settings["user"]), password)
        _ok(client.select(quoted(str(settings["folder"])), readonly=settings["after"] == After.LEAVE))
        yield client
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            client.logout()
        # When the other side is gone, saying goodbye fails before it closes.
        with suppress(OSError):
            client.shutdown()


def _sign_in(client: imaplib.IMAP4, user: str, password: str) -> None:
    if "AUTH=PLAIN" in client.capabilities:
        client.authenticate("PLAIN", lambda _: b"\0" + user.encode() + b"\0" + password.encode())
    else:
        client.login(user, password)


def _steps(
    client: imaplib.IMAP4, settings: Mapping[str, Any], place: Place, hands: Hands, since: date
) -> Iterator[Reached]:
    """How far it came, after each mail."""
    validity, following = _number(client, "UIDVALIDITY"), _number(client, "UIDNEXT")
    is_first, wants_all = place.validity == 0, bool(settings.get("from_start"))
    if is_first and not wants_all and following:
        yield Reached(Place(validity, following - 1))
        return
    # Numbered anew: all that came since it was set up is looked at again, and what was taken before is known.
    criteria = [] if wants_all or place.validity == validity else ["SINCE", _day(since)]
    reached = Reached(Place(validity, place.upto if place.validity == validity else 0))
    yield reached
    for uid in _new(client, reached.place.upto, following, criteria):
        if reached.taken >= MOST_AT_ONCE:
            return
        _one(client, uid, hands)
        reached = Reached(Place(validity, uid), reached.taken + 1)
        yield reached
        _mark(client, uid, settings)
    if following and reached.taken < MOST_AT_ONCE:
        # Numbers without mails are passed over, as far as one visit looks.
        looked = (place.upto if place.validity == validity else 0) + WINDOW * MOST_WINDOWS
        yield replace(reached, place=Place(validity, max(reached.place.upto, min(following - 1, looked))))


def _new(client: imaplib.IMAP4, upto: int, following: int, criteria: Sequence[str]) -> Iterator[int]:
    """The numbers of mails after one, in their order."""
    for window in range(MOST_WINDOWS):
        low = upto + 1 + window * WINDOW
        high = low + WINDOW - 1
        if following and low >= following:
            return
        data = _ok(client.uid("SEARCH", "UID", f"{low}:{high}" if following else f"{low}:*", *criteria))
        numbers = sorted({int(each) for line in data if isinstance(line, bytes) for each in line.split()})
        yield from (number for number in numbers if number >= low)
        if not following:
            return


def _one(client: imaplib.IMAP4, uid: int, hands: Hands) -> None:
    """Take one mail; one that vanished meanwhile is passed over."""
    said = b" ".join(_flat(_ok(client.uid("FETCH", str(uid), "(RFC822.SIZE)"))))
    size = SIZE.search(said)
    if size and int(size[1]) > LARGEST:
        head = _literal(client, uid, "BODY.PEEK[HEADER]") or b""
        reason = (
            f"The mail has {int(size[1]) // 1_000_000} MB, more than {LARGEST // 1_000_000} MB are not read. It lies"
        )
        hands.leave(head, f"{reason} in the mailbox still, with the number {uid}.")
        return
    raw = _literal(client, uid, "BODY.PEEK[]")
    if raw is not None:
        hands.take(raw)


def _literal(client: imaplib.IMAP4, uid: int, what: str) -> bytes | None:
    data = _ok(client.uid("FETCH", str(uid), f"({what})"))
    return next((each[1] for each in data if isinstance(each, tuple)), None)


def _flat(data: Sequence[Any]) -> list[bytes]:
    return [each[0] if isinstance(each, tuple) else each for each in data if isinstance(each, tuple | bytes)]


def _mark(client: imaplib.IMAP4, uid: int, settings: Mapping[str, Any]) -> None:
    """Do in the mailbox what is wanted of a mail that is stored."""
    after = settings["after"]
    if after == After.LEAVE:
        return
    if after == After.SEEN:
        _ok(client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)"))
        return
    folder = quoted(str(settings["move_to"]))
    if "MOVE" in client.capabilities:
        _ok(client.uid("MOVE", str(uid), folder))
        return
    _ok(client.uid("COPY", str(uid), folder))
    _ok(client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted \\Seen)"))
    if "UIDPLUS" in client.capabilities:
        _ok(client.uid("EXPUNGE", str(uid)))


def _number(client: imaplib.IMAP4, name: str) -> int:
    """A number that the server said of the folder; 0 when it did not."""
    _, data = client.response(name)
    text = data[0] if data and isinstance(data[0], bytes) else b""
    return int(text) if text.isdigit() else 0


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(str(data[0] if data else kind))
    return data


def _day(day: date) -> str:
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}"


def quoted(folder: str) -> str:
    """The name of a folder as the protocol writes it (RFC 3501, 5.1.3)."""
    text = _FOREIGN.sub(_shifted, folder.replace("&", "&-"))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(found: "re.Match[str]") -> str:
    packed = base64.b64encode(found.group().encode("utf-16-be")).rstrip(b"=").replace(b"/", b",").decode()
    return f"&{packed}-"
