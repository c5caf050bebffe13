# SPDX-License-Identifier: Apache-2.0
"""Signed notes, against the example of Go's implementation."""

import base64

import pytest

from longwatch.ledger.note import NoteRefused, Signer, Verifier, opened, parse, sign

# Of golang.org/x/mod/sumdb/note: its documentation's key and note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
MESSAGE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("log.example/ledger", bytes(range(32)))
NOTE = sign("log.example/ledger\n3\nroot\n", SIGNER)


class TestVerifier:
    def test_reads_what_it_writes(self) -> None:
        assert Verifier.parse(SIGNER.verifier.vkey) == SIGNER.verifier
        assert Verifier.parse(PETER).vkey == PETER

    @pytest.mark.parametrize(
        "vkey",
        [
            "",
            "name",
            PETER.replace("c74f20a3", "c74f20a4"),
            PETER.replace("PeterNeumann", "Peter Neumann"),
            PETER.replace("PeterNeumann", ""),
            PETER.replace("ARpc", "AhPc"),
            PETER[:-4],
        ],
    )
    def test_refuses_what_is_no_key(self, vkey: str) -> None:
        with pytest.raises(NoteRefused):
            Verifier.parse(vkey)


class TestOpened:
    def test_a_note_of_another_implementation(self) -> None:
        assert opened(MESSAGE, [Verifier.parse(PETER)]).startswith("If you think")

    def test_leaves_signatures_of_others_alone(self) -> None:
        line = "\u2014 witness.example " + base64.b64encode(bytes(80)).decode() + "\n"
        assert opened(NOTE + line, [SIGNER.verifier]) == "log.example/ledger\n3\nroot\n"

    def test_refuses_a_changed_text(self) -> None:
        with pytest.raises(NoteRefused, match="not good"):
            opened(NOTE.replace("3", "4"), [SIGNER.verifier])

    def test_refuses_a_bad_signature_of_a_known_key_beside_a_good_one(self) -> None:
        other = Signer("other", bytes(32))
        bad = other.line("something else\n")
        with pytest.raises(NoteRefused, match="other is not good"):
            opened(NOTE + bad, [SIGNER.verifier, other.verifier])

    def test_refuses_an_unknown_key(self) -> None:
        with pytest.raises(NoteRefused, match="no known key"):
            opened(NOTE, [Signer("log.example/ledger", bytes(32)).verifier])

    def test_refuses_a_known_key_under_another_name(self) -> None:
        with pytest.raises(NoteRefused, match="no known key"):
            opened(NOTE, [Signer("elsewhere", bytes(range(32))).verifier])


class TestParse:
    @pytest.mark.parametrize(
        "note",
        [
            "", "\n", "\n\n", "text\n", "text\n\n", NOTE[:-1], NOTE + "x\n", NOTE + "\n", NOTE.replace("\u2014 ", "- "),
            NOTE.replace("3", "\x00"), NOTE.replace("3", "\t"), NOTE.replace("3", "\ud800"),
            "text\n\n\u2014 a AAAAAA==\n", "text\n\n\u2014 a  AAAAAAAA\n", "text\n\n\u2014 a+b AAAAAAAA\n",
            "text\n\n" + "\u2014 a AAAAAAAA\n" * 101, "x" * 1_000_001 + "\n\n\u2014 a AAAAAAAA\n",
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_note(self, note: str) -> None:
        with pytest.raises(NoteRefused):
            parse(note)

    def test_a_text_may_hold_empty_lines(self) -> None:
        assert parse(sign("a\n\nb\n", SIGNER)).text == "a\n\nb\n"


class TestSign:
    @pytest.mark.parametrize("text", ["", "no end", "a\tb\n", "a\x00\n"])
    def test_refuses_a_text_that_no_note_can_hold(self, text: str) -> None:
        with pytest.raises(NoteRefused):
            sign(text, SIGNER)

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b"])
    def test_refuses_a_name_that_no_line_can_hold(self, name: str) -> None:
        with pytest.raises(NoteRefused):
            Signer(name, bytes(32))
