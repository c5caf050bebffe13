# SPDX-License-Identifier: Apache-2.0
"""Parts of mails, broken ones too."""

import pytest

from longwatch.intake.mapping.mime import DEEPEST, MOST_PARTS, Mail, from_base64, from_uu, head_of, read

TWO = (
    b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\nbefore\r\n--b\r\n\r\none\r\n"
    b"--b\r\nContent-Type: application/zip; name=a.zip\r\n\r\ntwo\r\n--b--\r\nafter"
)


def contents(mail: Mail) -> list[bytes]:
    return [part.content() for part in mail.parts]


class TestRead:
    def test_finds_the_parts_between_boundaries(self) -> None:
        mail = read(TWO)
        assert contents(mail) == [b"one", b"two"]
        assert [(part.kind, part.name, part.is_attached) for part in mail.parts] == [
            ("text/plain", "", False), ("application/zip", "a.zip", True),
        ]  # fmt: skip
        assert mail.defects == []

    @pytest.mark.parametrize("end", [b"\n", b"\r"])
    def test_takes_any_line_ends(self, end: bytes) -> None:
        assert contents(read(TWO.replace(b"\r\n", end))) == [b"one", b"two"]

    def test_keeps_what_follows_a_boundary_that_is_never_closed(self) -> None:
        mail = read(TWO.partition(b"--b--")[0])
        assert contents(mail)[1].strip() == b"two"
        assert mail.defects == ["not_closed"]

    def test_takes_all_as_one_part_when_there_is_no_boundary(self) -> None:
        mail = read(b"Content-Type: multipart/mixed; boundary=b\n\nall of it")
        assert contents(mail) == [b"all of it"]
        assert mail.defects == ["no_boundary"]

    def test_does_not_take_a_longer_word_for_a_boundary(self) -> None:
        assert contents(read(TWO.replace(b"one", b"--bb\r\n x--b"))) == [b"--bb\r\n x--b", b"two"]

    def test_gives_up_on_what_is_too_deep(self) -> None:
        nested = b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2 * DEEPEST)
        )
        mail = read(b"Subject: x\n" + nested + b"\nhello")
        assert "too_deep" in mail.defects
        assert len(mail.parts) == 1

    def test_gives_up_on_too_many_parts(self) -> None:
        mail = read(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * (3 * MOST_PARTS))
        assert "too_many_parts" in mail.defects
        assert len(mail.parts) <= MOST_PARTS

    @pytest.mark.parametrize("raw", [b"", b"\x00", b"\r\n\r\n", b"Content-Type: multipart/mixed; boundary=\n\nx"])
    def test_reads_anything(self, raw: bytes) -> None:
        assert len(read(raw).parts) == 1


class TestHeadOf:
    def test_unfolds_and_keeps_each_of_a_name(self) -> None:
        head, body = head_of(b"A: 1\r\n 2\r\na: 3\r\n\r\nx")
        assert head == {"a": [b"1 2", b"3"]}
        assert body == 18

    def test_ends_where_a_line_is_no_header(self) -> None:
        raw = b"A: 1\nno header\nB: 2\n\n"
        head, body = head_of(raw)
        assert (head, raw[body:]) == ({"a": [b"1"]}, b"no header\nB: 2\n\n")

    def test_passes_over_the_line_of_a_mailbox_file(self) -> None:
        assert head_of(b"From a@b Tue Feb  3 04:05:06 2026\nA: 1\n\n")[0] == {"a": [b"1"]}


class TestDecoding:
    @pytest.mark.parametrize(
        ("encoded", "meant"), [(b"aGk=", b"hi"), (b"aGk", b"hi"), (b"a-G\nk=", b"hi"), (b"aGkx?", b"hi1"), (b"a", b"")]
    )
    def test_reads_base64_as_far_as_it_goes(self, encoded: bytes, meant: bytes) -> None:
        assert from_base64(encoded) == meant

    def test_reads_uuencoded_lines(self) -> None:
        assert from_uu(b"begin 644 a.txt\n#8V%T\n`\nend\n") == b"cat"
