# SPDX-License-Identifier: Apache-2.0
"""Hostile files: each ends as a copy or as a word that says why not, soon, and takes nothing with it."""

import io
import os
import resource
import time
from pathlib import Path

import pytest
from PIL import Image

from longwatch.evidence.content_type import content_type_of
from longwatch.evidence.rendering import process
from longwatch.evidence.rendering.copy import Unpacked, Unreadable, unpacked
from longwatch.evidence.rendering.process import attachment_by_process, copy_by_process
from tests.evidence.rendering import samples

MAILS = Path(os.environ.get("LONGWATCH_MAILS", "/nowhere"))


def shown(content: bytes, content_type: str = "") -> tuple[Unpacked, bytes]:
    packed = copy_by_process([content], content_type or content_type_of(content[:4096]))
    return unpacked(io.BytesIO(packed)), packed


def refused(content: bytes, content_type: str = "") -> str:
    with pytest.raises(Unreadable) as refusal:
        shown(content, content_type)
    return refusal.value.why


class TestPictures:
    """Images and PDFs."""

    def test_a_photograph_is_painted_anew_and_what_it_says_of_itself_becomes_facts(self) -> None:
        copy, packed = shown(samples.jpeg())
        facts = dict(copy.facts)
        assert facts["position"] == "59.125000, 11.387500"
        assert facts["EXIF Make"] == "Halden Optical"
        assert facts["EXIF DateTime"] == "2026:11:20 09:14:00"
        (place,) = copy.pictures
        clean = Image.open(io.BytesIO(packed[place.start : place.start + place.length]))
        assert not clean.getexif()
        assert not {"comment", "exif", "icc_profile"} & set(clean.info)
        assert b"Halden" not in packed[place.start :]

    def test_a_photograph_is_turned_upright(self) -> None:
        copy, _ = shown(samples.jpeg(turned=True))
        assert (copy.pictures[0].width, copy.pictures[0].height) == (80, 40)

    def test_a_large_picture_is_made_smaller_and_says_so(self) -> None:
        copy, _ = shown(samples.jpeg(2500))
        assert max(copy.pictures[0].width, copy.pictures[0].height) == 2000
        assert ["smaller", "2000"] in copy.notes

    @pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "TIFF", "BMP"])
    def test_every_sort_of_picture_has_a_copy(self, kind: str) -> None:
        out = io.BytesIO()
        Image.new("P" if kind == "GIF" else "RGB", (20, 10)).save(out, kind)
        copy, _ = shown(out.getvalue())
        assert (copy.kind, len(copy.pictures)) == ("image", 1)

    def test_an_image_bomb_is_refused_before_it_unfolds(self) -> None:
        began = time.monotonic()
        assert refused(samples.png_bomb()) == "too_many_pixels"
        assert time.monotonic() - began < 10

    def test_a_picture_that_cannot_be_shown_shows_its_first_bytes(self) -> None:
        copy, _ = shown(b"\x00\x00\x00\x18ftypheic" + bytes(1000))
        assert copy.kind == "hex"
        assert ["no_preview", "image/heic"] in copy.notes

    def test_a_pdf_shows_its_first_ten_pages(self) -> None:
        copy, _ = shown(samples.pdf(12))
        assert len(copy.pictures) == 10
        assert ["pages_cut", "10", "12"] in copy.notes
        assert ["PDF Title", "Plan of the gate"] in copy.facts

    @pytest.mark.parametrize("cut", [9, 300])
    def test_a_broken_pdf_is_refused(self, cut: int) -> None:
        assert refused(samples.pdf()[:cut]) == "broken"


class TestDocuments:
    """Office files, text, mail."""

    def test_a_document_is_its_words(self) -> None:
        copy, _ = shown(samples.docx())
        assert (copy.kind, copy.text) == ("office", "Meet at the gate\nBring nothing\n")

    def test_macros_and_outside_links_are_named(self) -> None:
        links = b'<Relationships><Relationship TargetMode="External" Target="http://evil.example/t"/></Relationships>'
        content = samples.zipped(
            {"word/document.xml": samples.WORDS, "word/vbaProject.bin": b"x", "word/_rels/document.xml.rels": links}
        )
        copy, _ = shown(content)
        assert {note[0] for note in copy.notes} == {"macros", "outside_links"}
        assert ["outside link", "http://evil.example/t"] in copy.facts

    @pytest.mark.parametrize("words", [samples.BOMB_XML, samples.XXE_XML])
    def test_a_document_that_brings_entities_is_refused(self, words: bytes) -> None:
        assert refused(samples.docx(words)) == "xml_attack"

    def test_a_document_that_unpacks_without_end_is_refused(self) -> None:
        assert refused(samples.docx(b"<a>" + b" " * 40_000_000 + b"</a>")) == "bomb"

    def test_a_workbook_shows_its_words(self) -> None:
        content = samples.zipped({
            "xl/workbook.xml": b"<workbook/>",
            "xl/sharedStrings.xml": b"<sst><si><t>Gate</t></si><si><t>Door</t></si></sst>",
            "xl/worksheets/sheet1.xml": b'<s><row><c t="s"><v>1</v></c><c><v>42</v></c></row></s>',
        })  # fmt: skip
        assert "Door\t42\t\n" in shown(content)[0].text

    def test_a_text_shows_no_character_that_turns_the_others(self) -> None:
        copy, _ = shown("exe.\u202egpj <script>\x1b[31m".encode())
        assert copy.text == "exe.\ufffdgpj <script>\ufffd[31m"

    def test_a_mail_shows_headers_words_and_what_hangs_on_it(self) -> None:
        copy, _ = shown(samples.mail())
        facts = dict(copy.facts)
        assert facts["Subject"] == "Überweisung <b>now</b>"
        assert facts["Authentication-Results"] == "mx.halden.example; spf=fail"
        assert "mx.evil.example" in facts["Received"]
        assert "Click now" in copy.text
        assert "here <https://evil.example/x>" in copy.text
        assert "alert(1)" not in copy.text
        assert [row[0] for row in copy.rows] == ["invoice.exe", "x.zip"]

    def test_an_attachment_can_be_taken_out(self) -> None:
        assert attachment_by_process([samples.mail()], 0) == ("invoice.exe", b"MZ\x90")
        with pytest.raises(Unreadable):
            attachment_by_process([samples.mail()], 7)

    def test_parts_in_parts_without_end_leave_the_headers(self) -> None:
        copy, _ = shown(samples.deep_mail())
        assert dict(copy.facts)["Subject"] == "Deep"

    def test_a_header_of_fifty_megabytes_is_cut(self) -> None:
        copy, _ = shown(b"From: a@b.example\r\nSubject: " + b"x" * 50_000_000 + b"\r\n\r\nHello")
        assert len(dict(copy.facts)["Subject"]) == 500

    @pytest.mark.skipif(not MAILS.is_dir(), reason="LONGWATCH_MAILS is not set")
    def test_real_mails_are_read_without_loss(self) -> None:
        for path in MAILS.rglob("*.eml"):
            content = path.read_bytes()
            copy, _ = shown(content)
            assert copy.kind == "mail", path
            assert copy.text or copy.rows, path


class TestArchives:
    """Zips, tars and compressed streams."""

    def test_a_zip_is_listed(self) -> None:
        copy, _ = shown(samples.zipped({"plan.txt": b"1234", "a/b.txt": b"1"}))
        assert [row[:2] for row in copy.rows] == [["plan.txt", "4"], ["a/b.txt", "1"]]

    def test_a_zip_bomb_is_listed_with_a_warning(self) -> None:
        copy, _ = shown(samples.zipped({"zeros": bytes(50_000_000)}))
        assert copy.notes[0][0] == "bomb"

    def test_a_nested_zip_is_not_entered(self) -> None:
        copy, _ = shown(samples.nested_zip())
        assert [row[0] for row in copy.rows] == ["inner.zip"]

    def test_a_compressed_tar_is_listed_and_its_paths_lead_nowhere(self) -> None:
        copy, _ = shown(samples.tar_gz())
        assert copy.rows[0][:2] == ["../../etc/passwd0", "10"]
        assert dict(copy.facts)["entries"] == "3"

    def test_a_compressed_bomb_is_left_at_the_limit(self) -> None:
        copy, _ = shown(samples.gzip_bomb())
        assert copy.notes == [["listing_cut", "bomb"]]

    def test_a_broken_zip_is_refused(self) -> None:
        assert refused(samples.zipped({"a": b"b" * 100})[:80]) == "broken"


class TestConfinement:
    """What the process is not allowed to do."""

    def run(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, seconds: float = 30) -> bytes:
        (tmp_path / "attack.py").write_text(
            "import sys, os, socket\n"
            "from longwatch.evidence.rendering import worker\n"
            f"def answer(what, kind, number):\n    {body}\n"
            "worker.answer = answer\nworker.main()\n"
        )
        monkeypatch.setattr(process, "MODULE", "attack")
        monkeypatch.setattr(process, "ROOT", f"{process.ROOT}:{tmp_path}")
        return copy_by_process([b"x"], "text/plain", seconds=seconds)

    def said(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, seconds: float = 30) -> str:
        with pytest.raises(Unreadable) as refusal:
            self.run(monkeypatch, tmp_path, body, seconds)
        return refusal.value.why

    @pytest.mark.parametrize(
        "body", ["open('/etc/passwd')", "socket.socket()", "os.listdir('/')", "open('/tmp/longwatch-x', 'w')"]
    )
    def test_it_opens_and_connects_to_nothing(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str) -> None:
        attempt = f"\n    try: {body}\n    except OSError: return b'+no'\n    return b'+yes'"
        assert self.run(monkeypatch, tmp_path, attempt) == b"no"

    def test_it_has_none_of_our_settings(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("LONGWATCH_EVIDENCE_KEY", "secret")
        assert self.run(monkeypatch, tmp_path, "return b'+' + repr(dict(os.environ)).encode()").find(b"LONGWATCH") == -1

    def test_too_much_memory_ends_as_a_word(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert self.said(monkeypatch, tmp_path, "bytearray(2_000_000_000)") == "crashed"

    def test_waiting_without_end_ends_as_a_word(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        body = "import threading; threading.Event().wait()"
        assert self.said(monkeypatch, tmp_path, body, seconds=2) == "too_long"

    def test_a_crash_ends_as_a_word(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert self.said(monkeypatch, tmp_path, "os.abort()") == "crashed"

    def test_talking_without_end_is_not_listened_to(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        body = "\n    while True: os.write(1, bytes(1 << 20))"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert self.said(monkeypatch, tmp_path, body) == "crashed"
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
