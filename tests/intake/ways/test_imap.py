# SPDX-License-Identifier: Apache-2.0
"""Reading a mailbox, with a server of our own."""

from collections.abc import Iterator
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from longwatch.intake.ways import imap
from longwatch.intake.ways.imap import Hands, Place, Reached, quoted, visit
from tests.fixtures.imap_server import HERE, PASSWORD, USER, Box, imap_server
from tests.fixtures.little_server import make_certificate

HOME = (ip_network("127.0.0.0/8"),)
ONE, TWO = b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n"


class Reader:
    """Visits a mailbox again and again, and remembers what it got."""

    def __init__(self, box: Box, **settings: Any) -> None:
        usual = {"host": HERE, "security": "none", "user": USER, "folder": "INBOX", "after": "seen", "move_to": ""}
        self.box, self.settings = box, usual | {"from_start": True} | settings
        self.place = Place()
        self.taken: list[bytes] = []
        self.left: list[tuple[bytes, str]] = []
        self.failures = 0

    def take(self, raw: bytes) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("not stored")
        self.taken.append(raw)

    def leave(self, head: bytes, reason: str) -> None:
        self.left.append((head, reason))

    def visit(self, password: str = PASSWORD) -> Reached:
        settings = self.settings | {"port": self.box.port}
        hands = Hands(self.take, self.leave)
        reached = visit(settings, password, self.place, hands, since=date(2026, 2, 3), allowed=HOME)
        self.place = reached.place
        return reached


@pytest.fixture
def box() -> Iterator[Box]:
    with imap_server(Box()) as served:
        served.put(ONE, TWO)
        yield served


class TestVisit:
    def test_takes_each_mail_once_in_its_order(self, box: Box) -> None:
        reader = Reader(box)
        assert reader.visit() == Reached(Place(7, 2), 2)
        assert reader.visit() == Reached(Place(7, 2), 0)
        box.put(b"\r\n\xff\x00three")
        reader.visit()
        assert reader.taken == [ONE, TWO, b"\r\n\xff\x00three"]

    def test_passes_over_what_lies_there_already_unless_it_is_wanted(self, box: Box) -> None:
        reader = Reader(box, from_start=False)
        reader.visit()
        box.put(b"Subject: new\r\n\r\n")
        reader.visit()
        assert reader.taken == [b"Subject: new\r\n\r\n"]

    def test_marks_what_is_stored_as_read_and_never_before(self, box: Box) -> None:
        reader = Reader(box)
        reader.failures = 1
        assert "not stored" in reader.visit().error
        assert box.flags == {1: set(), 2: set()}
        assert reader.visit().error == ""
        assert (reader.taken, box.flags) == ([ONE, TWO], {1: {"\\Seen"}, 2: {"\\Seen"}})

    @pytest.mark.parametrize("capabilities", ["IMAP4rev1 AUTH=PLAIN MOVE", "IMAP4rev1 AUTH=PLAIN UIDPLUS"])
    def test_moves_what_is_stored(self, box: Box, capabilities: str) -> None:
        box.capabilities = capabilities
        assert Reader(box, after="move", move_to="Done & über").visit().error == ""
        assert box.mails == {}
        assert box.moved == {"Done &- &APw-ber": [ONE, TWO]}

    def test_changes_nothing_when_it_should_not(self, box: Box) -> None:
        Reader(box, after="leave").visit()
        assert 'EXAMINE "INBOX"' in box.commands
        assert box.flags == {1: set(), 2: set()}

    def test_looks_at_all_again_when_the_server_numbers_anew(self, box: Box) -> None:
        reader = Reader(box, from_start=False)
        reader.visit()
        box.put(b"Subject: new\r\n\r\n")
        box.number_anew()
        reader.visit()
        assert b"Subject: new\r\n\r\n" in reader.taken
        assert any("SINCE 03-Feb-2026" in command for command in box.commands)

    def test_goes_on_where_a_connection_broke(self, box: Box) -> None:
        reader = Reader(box)
        box.dies_at = "UID FETCH 2"
        assert reader.visit().error
        box.dies_at = ""
        reader.visit()
        assert reader.taken == [ONE, TWO]

    def test_leaves_what_is_too_large_and_says_so(self, box: Box) -> None:
        box.claimed[1] = 80_000_000
        reader = Reader(box)
        assert reader.visit().place == Place(7, 2)
        assert reader.taken == [TWO]
        [(head, reason)] = reader.left
        assert head == b"Subject: one"
        assert "80 MB" in reason

    def test_never_reads_more_than_it_asked_for(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imap, "LARGEST", 10)
        monkeypatch.setattr(imap, "LARGEST_OTHER", 10)
        box.claimed = {1: 5, 2: 5}
        box.mails[1] = b"x" * 100
        assert "more than was asked for" in Reader(box).visit().error

    def test_takes_a_bounded_number_at_once(self, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(imap, "MOST_AT_ONCE", 1)
        reader = Reader(box)
        assert reader.visit().place == Place(7, 1)
        assert reader.visit().place == Place(7, 2)

    @pytest.mark.parametrize(
        ("settings", "password", "says"),
        [({}, "wrong", "wrong password"), ({"folder": "None"}, PASSWORD, "no such folder")],
    )
    def test_says_what_is_wrong(self, box: Box, settings: dict[str, Any], password: str, says: str) -> None:
        reached = Reader(box, **settings).visit(password)
        assert says in reached.error
        assert "wrong" not in password or password not in reached.error.replace(says, "")

    def test_does_not_connect_to_what_is_off_limits(self, box: Box) -> None:
        reader = Reader(box)
        hands = Hands(reader.take, reader.leave)
        settings = reader.settings | {"port": box.port}
        assert "LONGWATCH_OUTBOUND_ALLOW" in visit(settings, PASSWORD, Place(), hands, since=date(2026, 1, 1)).error
        assert box.commands == []

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_trusts_the_certificates_it_was_told_to(self, tmp_path: Path, security: str) -> None:
        certificate, authority = make_certificate(tmp_path)
        served = Box(capabilities="IMAP4rev1 STARTTLS AUTH=PLAIN")
        served.put(ONE)
        with imap_server(served, certificate, is_secure=security == "tls"):
            assert "certificate" in Reader(served, security=security).visit().error
            assert Reader(served, security=security, authorities=authority).visit() == Reached(Place(7, 1), 1)


class TestQuoted:
    @pytest.mark.parametrize(
        ("folder", "written"), [("INBOX", '"INBOX"'), ('a"b\\', '"a\\"b\\\\"'), ("A&B", '"A&-B"'), ("é", '"&AOk-"')]
    )
    def test_writes_names_as_the_protocol_does(self, folder: str, written: str) -> None:
        assert quoted(folder) == written
