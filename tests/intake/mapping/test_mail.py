# SPDX-License-Identifier: Apache-2.0
"""Mails as records."""

from pathlib import Path

import pytest

from longwatch.intake.mapping.mail import is_mail, parse
from longwatch.intake.mapping.understanding import understand
from longwatch.intake.submission import LONGEST_DESCRIPTION, MOST_ENTITIES, SignalIn

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "email"
PLAIN = b"From: a@example.org\r\nSubject: Hi\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"


def signal(raw: bytes) -> SignalIn:
    [piece] = understand(raw, format="mail")
    assert piece.raw == raw
    return piece.signal


def entities(raw: bytes) -> list[str]:
    return [f"{each.part} {each.kind} {each.value}" for each in signal(raw).entities]


def mails() -> list[Path]:
    return sorted(file for file in DATA.rglob("*") if file.is_file() and file.name != "LICENSE")


class TestIsMail:
    def test_knows_a_mail_by_its_headers(self) -> None:
        assert is_mail(PLAIN)
        assert is_mail(b"From a@b Tue Feb 3\nReceived: x\nFrom: a@b\n\nx")

    @pytest.mark.parametrize("raw", [b"", b"From: here", b'{"from": "a", "to": "b"}', b"<34>From: a\nTo: b", b"a: b\n"])
    def test_takes_nothing_else_for_one(self, raw: bytes) -> None:
        assert not is_mail(raw)


class TestForwarded:
    @pytest.mark.parametrize(
        ("headers", "about"),
        [
            (b"Content-Type: message/rfc822", "Locked"),
            (b"Content-Type: message/global", "Locked"),
            (b'Content-Type: application/octet-stream; name="Your account.EML"', "Locked"),
            (b'Content-Type: application/octet-stream; name="account.bin"', "FW: strange"),
        ],
    )
    def test_is_the_mail_that_hangs_on_it_also_where_only_its_name_tells(self, headers: bytes, about: str) -> None:
        outer = b"From: ana@example.org\r\nSubject: FW: strange\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        inner = b"From: bank@example.com\r\nSubject: Locked\r\n\r\nSign in\r\n"
        record = parse(outer + b"--b\r\n\r\nSee this.\r\n--b\r\n" + headers + b"\r\n\r\n" + inner + b"--b--\r\n")
        assert record["about"]["subject"] == about
        assert record.get("reporter") == ("ana@example.org" if about == "Locked" else None)

    def test_is_not_what_only_has_the_name_of_one(self) -> None:
        outer = b"From: ana@example.org\r\nSubject: Hi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        record = parse(outer + b'--b\r\nContent-Type: text/plain; name="a.eml"\r\n\r\nNo mail at all\r\n--b--\r\n')
        assert "reporter" not in record


class TestKey:
    def test_is_the_same_on_another_way_to_us(self) -> None:
        assert parse(PLAIN)["key"] == parse(b"Received: by another\r\n" + PLAIN)["key"]

    def test_is_another_for_other_words_under_the_same_identifier(self) -> None:
        assert parse(PLAIN)["key"] != parse(PLAIN.replace(b"Hello", b"Pay me"))["key"]

    def test_is_that_of_the_bytes_without_an_identifier(self) -> None:
        bare = PLAIN.replace(b"Message-ID", b"X-Nothing")
        assert parse(bare)["key"] == parse(bare)["key"] != parse(bare + b"x")["key"]


class TestParse:
    def test_believes_a_sender_whose_domain_vouches_for_it(self) -> None:
        vouched = b"Authentication-Results: mx; spf=pass; dmarc=pass\r\n" + PLAIN
        assert entities(vouched) == ["involved email a@example.org"]
        assert entities(PLAIN) == ["indicator email a@example.org"]

    def test_does_not_believe_what_stands_below_the_nearest_server(self) -> None:
        forged = b"Authentication-Results: mx; dmarc=fail\r\nAuthentication-Results: mx; dmarc=pass\r\n" + PLAIN
        assert entities(forged) == ["indicator email a@example.org"]

    def test_finds_links_that_a_page_shows_under_other_words(self) -> None:
        page = b"Content-Type: text/html\r\n" + PLAIN + b'<a href="https://evil.example/x">https://bank.example</a>'
        assert "indicator url https://evil.example/x" in entities(page)

    def test_offers_no_link_to_click(self) -> None:
        assert signal(PLAIN + b"https://evil.example/x").links == []

    def test_writes_links_so_that_nobody_opens_them_by_mistake(self) -> None:
        said = signal(PLAIN + b"See HTTPS://evil.example/a.b?c=d now").description
        assert "hxxps://evil[.]example/a.b?c=d now" in said
        assert "evil.example" not in said

    def test_reads_a_date_that_names_no_zone_as_utc(self) -> None:
        moment = signal(b"Date: Tue, 3 Feb 2026 04:05:06 -0000\r\n" + PLAIN).occurred_at
        assert moment is not None
        assert moment.isoformat() == "2026-02-03T04:05:06+00:00"

    @pytest.mark.parametrize("date", [b"yesterday", b"Tue, 99 Feb 2026", b"", b"9" * 5000])
    def test_takes_a_date_that_is_none(self, date: bytes) -> None:
        assert signal(b"Date: " + date + b"\r\n" + PLAIN).occurred_at is None

    def test_takes_the_mail_inside_mails_inside_mails(self) -> None:
        wrapped = b"From: c@example.net\r\nSubject: Locked\r\n\r\nSign in"
        for _ in range(2):
            wrapped = b"From: b@example.org\r\nContent-Type: message/rfc822\r\n\r\n" + wrapped
        assert (signal(wrapped).title, entities(wrapped)[0]) == ("Locked", "indicator email c@example.net")

    @pytest.mark.parametrize(
        "raw",
        [
            b"\x00", b"\xff\xfe", b"Subject: =?x?q?=\n\n", b"To: " + b"<a@b>,(" * 5000 + b"\n\n",
            b"Content-Type: text/plain; charset=idna\n\n" + b"a." * 5000, b"Content-Type: ;;;=\n\n",
            b"Subject: a\x00b\n\n\x00", b"From: \xff\xfe@\xff\n\n", b"Content-Type: text/plain; charset=\x00\n\nx",
            b"Date: Tue, 3 Feb 9999999 00:00:00\n\n", b"Content-Type: text/html\n\n<a href=http://[>x",
        ],
    )  # fmt: skip
    def test_makes_something_of_anything(self, raw: bytes) -> None:
        said = signal(raw)
        assert said.title
        assert "\x00" not in said.title + said.description

    def test_keeps_within_bounds(self) -> None:
        links = b" ".join(b"https://h%d.example/x" % n for n in range(2_000))
        said = signal(PLAIN + links)
        assert len(said.entities) <= MOST_ENTITIES
        assert len(said.description) <= LONGEST_DESCRIPTION


@pytest.mark.skipif(not DATA.is_dir(), reason="the mails are not beside the project")
class TestRealMails:
    @pytest.mark.parametrize("file", mails(), ids=lambda file: file.name)
    def test_becomes_a_signal_with_all_its_bytes(self, file: Path) -> None:
        said = signal(file.read_bytes())
        assert said.title
        assert any(each.kind == "email" for each in said.entities) or b"From:" not in file.read_bytes()[:4000]

    @pytest.mark.parametrize(
        ("name", "title", "at", "sender"),
        [
            ("phishing_pot/sample-1012.eml", "Hi", "2023-08-02T12:47:50+00:00", "shore@suksapan.or.th"),
            ("phishing_pot/sample-2377.eml", "Great news!", "2023-12-23T18:03:42+00:00", "do-not-reply@bling.com.br"),
            ("mail_parser_tests/mail_test_1", "письмо уведом-е", "", ""),  # noqa: RUF001
            ("mail_parser_tests/mail_test_16", "", "2003-07-23T21:30:00+00:00", ""),
        ],
    )
    def test_says_what_people_read_in_it(self, name: str, title: str, at: str, sender: str) -> None:
        [file] = [each for each in mails() if str(each).endswith((name, name + ".eml"))]
        said = signal(file.read_bytes())
        assert said.title.startswith(title)
        assert not at or (said.occurred_at is not None and said.occurred_at.isoformat() == at)
        assert not sender or said.entities[0].value == sender
