# SPDX-License-Identifier: Apache-2.0
"""Requests to an address that an administrator set."""

import ipaddress
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from longwatch.core.environment import Environment, SettingError
from longwatch.core.errors import Invalid
from longwatch.core.outbound import (
    AnswerTooLarge,
    Outbound,
    Trust,
    Unreachable,
    allowed_networks,
    checked_address,
    is_off_limits,
    target_of,
)
from tests.fixtures.little_server import Asked, LittleServer, Said, little_server, make_certificate

HERE = (ipaddress.ip_network("127.0.0.1/32"),)


def ask(server: LittleServer, path: str = "/x", url: str = "", **more: Any) -> Any:
    return Outbound(url or server.url, **{"allowed": HERE} | more).request("POST", path, b"{}", {"X-Key": "k"})


def fine(_asked: Asked) -> Said:
    return Said(b'{"ok": true}', headers={"X-Odd": "1"})


class TestRequest:
    def test_gives_status_headers_and_body(self) -> None:
        with little_server(fine) as server:
            reply = ask(server, url=f"{server.url}/base/")
        assert (reply.status, reply.headers["x-odd"], reply.body) == (200, "1", b'{"ok": true}')
        [asked] = server.asked
        assert (asked.method, asked.path, asked.body, asked.headers["x-key"]) == ("POST", "/base/x", b"{}", "k")

    def test_follows_nothing(self) -> None:
        with little_server(lambda _: Said(b"", 302, {"Location": "http://169.254.169.254/"})) as server:
            assert ask(server).status == 302
        assert len(server.asked) == 1

    def test_goes_to_the_address_that_was_checked_and_looks_the_name_up_once(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = iter(["127.0.0.1"])
        real = socket.getaddrinfo

        def looked_up(host: Any, port: Any, *more: Any, **named: Any) -> Any:
            # A second look-up of the name finds nothing any more; it could as well find another address.
            return real(next(answers) if host == "search.example.org" else host, port, *more, **named)

        monkeypatch.setattr(socket, "getaddrinfo", looked_up)
        with little_server(fine) as server:
            assert ask(server, url=f"http://search.example.org:{server.port}").status == 200
        assert server.asked[0].headers["host"] == f"search.example.org:{server.port}"

    def test_refuses_more_than_is_wanted(self) -> None:
        with little_server(lambda _: Said(b"x" * 200_000)) as server, pytest.raises(AnswerTooLarge):
            ask(server, largest=100_000)

    def test_refuses_an_answer_that_is_cut_off(self) -> None:
        short = Said(b"x", headers={"Content-Length": "10"})
        with little_server(lambda _: short) as server, pytest.raises(Unreachable, match="cut off"):
            ask(server)

    def test_gives_up_on_an_answer_that_does_not_come(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            with pytest.raises(Unreachable, match="did not answer within") as refusal:
                Outbound(url, allowed=HERE, seconds=0.2).request("GET", "/")
        assert refusal.value.code == "timed_out"

    @pytest.mark.parametrize(
        ("first", "then"),
        [
            (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: 1\r\n"),
        ],
    )
    def test_gives_up_on_one_that_comes_to_no_end(self, first: bytes, then: bytes) -> None:
        done = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def go_on() -> None:
                peer, _ = listening.accept()
                with peer, suppress(OSError):
                    peer.sendall(first)
                    while not done.wait(0.05):
                        peer.sendall(then)

            talker = threading.Thread(target=go_on)
            talker.start()
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with pytest.raises(Unreachable, match="did not answer within"):
                Outbound(url, allowed=HERE, seconds=0.5).request("GET", "/")
            done.set()
            talker.join()

    def test_says_that_nothing_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as once:
            port = once.getsockname()[1]
        with pytest.raises(Unreachable, match="refuses connections"):
            Outbound(f"http://127.0.0.1:{port}", allowed=HERE).request("GET", "/")

    def test_says_that_a_name_is_unknown(self) -> None:
        with pytest.raises(Unreachable, match="not known"):
            Outbound("https://nowhere.invalid").request("GET", "/")

    def test_says_that_it_is_no_http(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as odd:
            finish = _answering(odd, b"SSH-2.0-x\r\n")
            with pytest.raises(Unreachable):
                Outbound(f"http://127.0.0.1:{odd.getsockname()[1]}", allowed=HERE).request("GET", "/")
            finish()

    def test_goes_nowhere_off_limits(self) -> None:
        with little_server(fine) as server:
            for url in (server.url, f"http://localhost:{server.port}", f"http://2130706433:{server.port}"):
                with pytest.raises(Unreachable) as refusal:
                    ask(server, url=url, allowed=())
                assert refusal.value.code == "off_limits"
        assert server.asked == []


def _answering(server: socket.socket, text: bytes) -> Callable[[], None]:
    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(text)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    return thread.join


class TestTls:
    def test_trusts_the_authority_that_is_given(self, tmp_path: Path) -> None:
        file, text = make_certificate(tmp_path)
        with little_server(fine, file) as server:
            assert ask(server, trust=Trust(text)).status == 200

    def test_trusts_nobody_else(self, tmp_path: Path) -> None:
        file, _ = make_certificate(tmp_path)
        with little_server(fine, file) as server, pytest.raises(Unreachable, match="not trusted") as refusal:
            ask(server)
        assert refusal.value.code == "untrusted"
        assert server.asked == []

    def test_wants_the_name_that_was_set(self, tmp_path: Path) -> None:
        file, text = make_certificate(tmp_path, for_host="other.example.org")
        with little_server(fine, file) as server, pytest.raises(Unreachable, match="not trusted"):
            ask(server, trust=Trust(text))

    def test_trusts_anybody_when_told_so(self, tmp_path: Path) -> None:
        file, _ = make_certificate(tmp_path)
        with little_server(fine, file) as server:
            assert ask(server, trust=Trust(verified=False)).status == 200

    def test_says_that_the_other_side_speaks_no_tls(self) -> None:
        with little_server(fine) as server, pytest.raises(Unreachable, match="TLS"):
            ask(server, url=server.url.replace("http", "https"))

    @pytest.mark.parametrize("text", ["-----BEGIN NONSENSE-----", "Zertifikat für uns"])
    def test_refuses_an_authority_that_is_no_certificate(self, text: str) -> None:
        with pytest.raises(Invalid) as refusal:
            Trust(text).context()
        assert list(refusal.value.fields) == ["authorities"]


class TestOffLimits:
    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1",
            "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1",
            "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
        ],
    )  # fmt: skip
    def test_are_this_machine_its_neighbours_and_what_clouds_keep_there(self, address: str) -> None:
        assert is_off_limits(address)

    @pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.9", "172.16.0.1", "8.8.8.8", "fd12::1", "2001:db8::1"])
    def test_are_not_the_networks_that_tools_are_in(self, address: str) -> None:
        assert not is_off_limits(address)

    def test_are_not_what_the_operator_allows(self) -> None:
        allowed = allowed_networks(Environment({"LONGWATCH_OUTBOUND_ALLOW": "127.0.0.1, ::1/128"}))
        assert [is_off_limits(each, allowed) for each in ("127.0.0.1", "::1", "127.0.0.2")] == [False, False, True]

    def test_are_allowed_by_networks_only(self) -> None:
        with pytest.raises(SettingError):
            allowed_networks(Environment({"LONGWATCH_OUTBOUND_ALLOW": "everything"}))

    def test_spoil_a_name_that_has_one_good_address_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = [(0, 0, 0, "", ("10.0.0.1", 80)), (0, 0, 0, "", ("127.0.0.1", 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
            checked_address("mixed.example.org", 80, ())


class TestTargetOf:
    def test_takes_an_address_apart(self) -> None:
        target = target_of("https://Search.example.org:9200/es/")
        assert (target.scheme, target.host, target.port, target.path) == ("https", "search.example.org", 9200, "/es")
        assert (target.shown, target_of("http://a.example").shown) == ("search.example.org:9200", "a.example")

    @pytest.mark.parametrize(
        "url",
        [
            "", "search", "ftp://a", "file:///etc/passwd", "https://", "https://a b", "https://a\n.example",
            "https://u:p@a.example", "https://a.example/?q=1", "https://a.example/#x", "https://a:99999", "https://a:0",
            "https://[::1", "https://" + "a" * 500, "https://\u202eelpmaxe",
        ],
    )  # fmt: skip
    def test_refuses_what_is_none(self, url: str) -> None:
        with pytest.raises(Invalid) as refusal:
            target_of(url)
        assert list(refusal.value.fields) == ["url"]
