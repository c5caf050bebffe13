# SPDX-License-Identifier: Apache-2.0
"""Requests to an address that an administrator set: there and nowhere else, never for long, never much.

The name is looked up, what it means is checked, and the connection goes to the very address that was checked, so that
no second look-up can lead elsewhere. Nothing is followed: an answer that leads elsewhere is an answer.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from longwatch.core.environment import OUTBOUND_ALLOW, Environment, SettingError, current
from longwatch.core.errors import Invalid, LongwatchError

SECONDS = 20.0
LARGEST_ANSWER = 32_000_000
LONGEST_URL = 500
PIECE = 65_536
PORTS = {"http": 80, "https": 443}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Where machines in clouds ask who they are, beyond what is link-local anyway.
METADATA = tuple(
    map(ipaddress.ip_network, ("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::/64"))
)
# IPv4 addresses in IPv6 ones, beside the mapped ones that Python knows.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(LongwatchError):
    """Nothing usable came back; the sentence says why, and what to do about it where that is known."""

    status = 502
    default_code = "unreachable"


class AnswerTooLarge(Unreachable):
    """More came back than is taken at once."""

    default_code = "answer_too_large"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever the status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose certificates count: the usual authorities, those in a PEM text, or (unverified) anybody's."""

    authorities: str = ""
    verified: bool = True

    def context(self) -> ssl.SSLContext:
        """For connections; refuses a text that holds no certificate."""
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.authorities:
            try:
                context.load_verify_locations(cadata=self.authorities)
            except (ssl.SSLError, ValueError, TypeError) as error:  # A TypeError where it is not ASCII.
                sentence = "This holds no certificate in the PEM form."
                raise Invalid(sentence, fields={"authorities": sentence}) from error
        if not self.verified:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True)
class Target:
    """An address that an administrator set, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown(self) -> str:
        """The part of it that may be told to anybody."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of an address; refuses (422, `url`) what is none, and one that holds a password."""
    wrong = _wrong(url)
    if wrong:
        raise Invalid(wrong, fields={"url": wrong})
    parts = urlsplit(url)
    port = parts.port or PORTS[parts.scheme]
    return Target(parts.scheme, _ascii(parts.hostname or ""), port, parts.path.rstrip("/"))


def _wrong(url: str) -> str:
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return f"Use an address of up to {LONGEST_URL} characters, without spaces."
    try:
        parts = urlsplit(url)
        usable = parts.scheme in PORTS and bool(_ascii(parts.hostname or "")) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        return "Start with https:// or http:// and a host, such as https://search.example.org:9200."
    return _superfluous(parts)


def _superfluous(parts: SplitResult) -> str:
    if parts.username is not None or parts.password is not None:
        return "Leave user and password out of the address; there are fields for them."
    return "Leave out what follows a ? or #." if parts.query or parts.fragment else ""


def _ascii(host: str) -> str:
    """The host as names are looked up; refuses what cannot be one."""
    return host if host.isascii() else host.encode("idna").decode()


def allowed_networks(environment: Environment) -> tuple[Network, ...]:
    """The networks that the operator allows although they are this machine's own; refuses what is no network."""
    try:
        return tuple(ipaddress.ip_network(name, strict=False) for name in environment.names(OUTBOUND_ALLOW))
    except ValueError as error:
        raise SettingError(OUTBOUND_ALLOW.name, "networks such as 127.0.0.1/32, separated by commas") from error


def is_off_limits(text: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether an address is this machine itself, a neighbour that only it can reach, or tells a cloud's secrets."""
    address = _meant(ipaddress.ip_address(text.partition("%")[0]))
    if any(address in network for network in allowed if network.version == address.version):
        return False
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
        or any(address in network for network in METADATA if network.version == address.version)
    )


def _meant(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 one stands for, else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def checked_address(host: str, port: int, allowed: Sequence[Network]) -> str:
    """The address to connect to; refuses a name that is unknown, or any of whose addresses is off limits."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Unreachable(f"The name {host} is not known here.", code="name_unknown") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if is_off_limits(address, allowed):
            raise Unreachable(
                f"{host} is {address}, which is this machine itself or one of its services. When that is meant, allow "
                f"it with {OUTBOUND_ALLOW.name}.",
                code="off_limits",
            )
    return addresses[0]


class _Plain(http.client.HTTPConnection):
    """A connection to the address that was checked; its name is only told, never looked up."""

    checked = ""
    wire: socket.socket | None = None

    def connect(self) -> None:
        """Connect there."""
        self.sock = self.wire = socket.create_connection((self.checked, self.port), self.timeout)


class _Secure(http.client.HTTPSConnection):
    """The same with TLS, for the name that the administrator set."""

    checked = ""
    wire: socket.socket | None = None
    trust: ssl.SSLContext

    def connect(self) -> None:
        """Connect there, and have the name shown."""
        plain = socket.create_connection((self.checked, self.port), self.timeout)
        try:
            self.sock = self.wire = self.trust.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


@dataclass
class Outbound:
    """Requests to one target. Each takes a connection of its own, and each time the name is checked again."""

    url: str
    trust: Trust = field(default_factory=Trust)
    allowed: Sequence[Network] | None = None
    seconds: float = SECONDS
    largest: int = LARGEST_ANSWER

    def __post_init__(self) -> None:
        self.target = target_of(self.url)

    def request(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:  # fmt: skip
        """The answer, whatever its status; refuses (502) when there is none, or too much of it."""
        with self._told(), self._connection() as connection, self._ending(connection):
            sent = {"Accept-Encoding": "identity", "User-Agent": "longwatch"} | dict(headers or {})
            connection.request(method, self.target.path + path, body or None, sent)
            answer = connection.getresponse()
            content = self._read(answer)
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    @contextmanager
    def _connection(self) -> Iterator["_Plain | _Secure"]:
        at = self.target
        allowed = allowed_networks(current()) if self.allowed is None else self.allowed
        checked = checked_address(at.host, at.port, allowed)
        connection: _Plain | _Secure
        if at.scheme == "https":
            connection = _Secure(at.host, at.port, timeout=self.seconds)
            connection.trust = self.trust.context()
        else:
            connection = _Plain(at.host, at.port, timeout=self.seconds)
        connection.checked = checked
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _ending(self, connection: "_Plain | _Secure") -> Iterator[None]:
        """Cut the connection when its time is over, whatever the other side still says in ever smaller pieces."""
        over = threading.Event()

        def cut() -> None:
            over.set()
            with suppress(OSError):
                # Its own attribute: the library forgets `sock` while an answer that ends with it is still read.
                if connection.wire is not None:
                    connection.wire.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, http.client.HTTPException, ValueError, LongwatchError) as error:
            if over.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()
        # What was cut may look like an answer's end.
        if over.is_set():
            raise TimeoutError

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while piece := answer.read1(PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > self.largest:
                raise AnswerTooLarge(f"{self.target.shown} answers with more than {self.largest // 1_000_000} MB.")
        if answer.length:
            raise Unreachable(f"The answer of {self.target.shown} is cut off.")
        return b"".join(pieces)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in a sentence what went wrong."""
        shown = self.target.shown
        try:
            yield
        except TimeoutError as error:
            raise Unreachable(f"{shown} did not answer within {self.seconds:.0f} seconds.", code="timed_out") from error
        except ConnectionRefusedError as error:
            raise Unreachable(
                f"{shown} refuses connections: nothing listens there, or a firewall is between."
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"The certificate of {shown} is not trusted: {error.verify_message}. Give the certificate of the "
                "authority that made it.",
                code="untrusted",
            ) from error
        except ssl.SSLError as error:
            raise Unreachable(f"{shown} does not speak TLS as it should: {error.reason or error}.") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(f"{shown} cannot be reached: {type(error).__name__}: {error}"[:300]) from error
