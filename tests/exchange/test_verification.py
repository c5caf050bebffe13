# SPDX-License-Identifier: Apache-2.0
"""Every check of `longwatch verify-bundle` finds what it is there for."""

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from longwatch.core.keys import EXPORT, load_key
from longwatch.core.postgres.address import Address
from longwatch.exchange.archive import NotABundle, opened
from longwatch.exchange.signing import SigningKey, dsse, sshsig
from longwatch.exchange.verification import Finding, Trust, Verdict, verify
from tests.exchange.material import a_full_case, exported, plain
from tests.exchange.unpacking import Change, changed, resealed
from tests.personas import make_cast

FORGER = SigningKey(bytes(32))


def found(file: Path, trust: Trust | None = None) -> list[Finding]:
    with opened(file) as archive:
        return verify(archive, trust or Trust())


def wrong(file: Path, trust: Trust | None = None) -> str:
    """All that is wrong with a bundle, in one text."""
    return "\n".join(each.sentence for each in found(file, trust) if each.verdict is Verdict.BAD)


def written(path: str, change: Callable[[str], str]) -> Change:
    """Somebody rewrites a file."""

    def rewrite(bag: Path) -> None:
        (bag / path).write_text(change((bag / path).read_text()))

    return rewrite


def replaced(path: str, old: str, new: str) -> Change:
    """Somebody replaces words in a file, makes the manifests again, and signs them with the real key."""

    def both(bag: Path) -> None:
        text = (bag / path).read_text()
        assert old in text
        (bag / path).write_text(text.replace(old, new))
        resealed(bag)
        signed(SigningKey(load_key(EXPORT)))(bag)

    return both


def signed(key: SigningKey) -> Change:
    """Somebody signs the manifests as they are."""

    def sign(bag: Path) -> None:
        seal = (bag / "tagmanifest-sha256.txt").read_bytes()
        (bag / "longwatch/tagmanifest-sha256.txt.sig").write_text(sshsig(key, seal))

    return sign


def gone(path: str) -> Change:
    return lambda bag: (bag / path).unlink()


INSIDERS = {
    "is not what its entry committed to": replaced("data/timeline.json", "A letter arrived", "No letter arrived"),
    "did not commit to": replaced("data/ledger/openings.jsonl", "Ask the guard", "Ask nobody"),
    "is not proven": replaced("data/ledger/leaves.jsonl", "task.added", "task.waived"),
    "checkpoint does not hold": replaced("longwatch/checkpoint", "\n", "\n1"),
    "its SHA-256 is another one": replaced("data/exhibits/0001-letter.txt", "regret", "forget"),
}
STRANGERS = {
    "was changed": written("data/record.json", str.upper),
    "is there, but not named": lambda bag: (bag / "data/more.txt").write_text("more"),
    "is named in manifest-sha256.txt, but not there": gone("data/custody.csv"),
    "manifest-sha512.txt is missing": gone("manifest-sha512.txt"),
    "another number of files": written("bag-info.txt", lambda text: text.replace("Oxum: ", "Oxum: 1")),
    "does not declare": written("bagit.txt", lambda text: text.replace("1.0", "0.97")),
    "longwatch/tagmanifest-sha256.txt.sig is missing": gone("longwatch/tagmanifest-sha256.txt.sig"),
    "longwatch/export.dsse.json is missing": gone("longwatch/export.dsse.json"),
    "was made with another key": signed(FORGER),
}


def line_changed(name: str, at: int | None, **values: str) -> Change:
    """Somebody with the export key rewrites columns of one line of a list, and seals and signs again."""

    def change(bag: Path) -> None:
        path = bag / f"data/{name}.json"
        found = json.loads(path.read_text())
        line = (
            found
            if at is None
            else [each for each in found if each.get("kind") == "change"][at]
            if at < 0
            else found[at]
        )
        line |= values
        path.write_text(json.dumps(found))
        resealed(bag)
        signed(SigningKey(load_key(EXPORT)))(bag)

    return change


# By list: which line (below zero: of the changes), and what is written there instead.
LINES: dict[str, tuple[str, int | None, dict[str, str]]] = {
    "the event of a change": ("timeline", -1, {"action": "task.waived"}),
    "the person of a change": ("timeline", -1, {"author": "Somebody Else"}),
    "the moment of a change": ("timeline", -1, {"occurred_at": "2020-01-01T00:00:00+00:00"}),
    "a change told as a note": ("timeline", -1, {"kind": "note"}),
    "the record": ("record", None, {"title": "Nothing happened"}),
    "an exhibit": ("exhibits", 0, {"note": "From elsewhere"}),
    "custody": ("custody", 0, {"by": "Somebody Else"}),
    "a task": ("tasks", 0, {"title": "Ask nobody"}),
    "a person": ("people", 0, {"value": "Jonas Other"}),
    "a finding": ("findings", 0, {"text": "Nobody threatened anybody."}),
    "a decision": ("decisions", 0, {"why": "No reason."}),
    "a member": ("members", 0, {"reason": "Nobody knows"}),
}


class TestVerify:
    def test_finds_nothing_wrong_with_a_bundle_as_it_was_made(self, bundle: Path) -> None:
        told = found(bundle)
        assert [each.sentence for each in told if each.verdict is Verdict.BAD] == []
        good = [each.sentence for each in told if each.verdict is Verdict.GOOD]
        assert len(good) == 5
        assert "Longwatch" not in good[0]
        assert "2 exhibits have the SHA-256" in good[4]

    @pytest.mark.parametrize("sentence", list(STRANGERS))
    def test_finds_what_a_stranger_changed(self, bundle: Path, tmp_path: Path, sentence: str) -> None:
        assert sentence in wrong(changed(bundle, tmp_path / "x.zip", STRANGERS[sentence]))

    @pytest.mark.parametrize("sentence", list(INSIDERS))
    def test_finds_what_the_holder_of_the_export_key_changed(self, bundle: Path, tmp_path: Path, sentence: str) -> None:
        file = changed(bundle, tmp_path / "x.zip", INSIDERS[sentence])
        said = wrong(file)
        assert sentence in said
        assert "The signature over" not in said

    @pytest.mark.parametrize("what", list(LINES))
    def test_names_each_line_and_column_that_the_holder_of_the_export_key_changed(
        self, bundle: Path, tmp_path: Path, what: str
    ) -> None:
        name, at, values = LINES[what]
        said = wrong(changed(bundle, tmp_path / "x.zip", line_changed(name, at, **values)))
        assert f"What data/{name}.json says of " in said
        assert f"({', '.join(values)}) is not what its entry committed to" in said
        assert said.count("its entry committed to") == 1

    def test_names_a_link_of_a_chain_of_custody_that_was_changed_after_the_receipt(
        self, committed_db: Address, tmp_path: Path
    ) -> None:
        cast = make_cast()
        case = a_full_case(cast)
        exported(case, cast)
        file = plain(exported(case, cast))
        assert wrong(file) == ""
        with opened(file) as archive:
            chain = json.loads(archive.content("data/custody.json"))
        at = [line["kind"] for line in chain].index("exported")
        said = wrong(changed(file, tmp_path / "x.zip", line_changed("custody", at, reason="For nobody")))
        assert "(reason) is not what its entry committed to" in said

    def test_does_not_take_the_key_in_the_bundle_for_the_one_that_is_known(self, bundle: Path) -> None:
        assert "another key" in wrong(bundle, Trust(key=FORGER.public))
        assert "another key" in wrong(bundle, Trust(fingerprint=FORGER.public.fingerprint))

    def test_does_not_take_another_ledger_for_the_one_that_is_known(self, bundle: Path) -> None:
        other = "other.example+b4d9ba61+ATCq0Hbx0vDHHNJ5zz5Oyr8u4B1ls9lSb8SOEJEzG0/F"
        assert "data/ledger" not in wrong(bundle)
        assert wrong(bundle, Trust(ledger_keys=[other])) != ""

    def test_reads_nothing_of_far_more_than_was_declared(self, bundle: Path, tmp_path: Path) -> None:
        file = changed(bundle, tmp_path / "x.zip", written("data/record.json", lambda _text: " " * 11_000_000))
        assert "larger than bag-info.txt says (Payload-Oxum): none of them was read" in wrong(file)

    def test_nor_when_it_lies_beside_the_payload(self, bundle: Path, tmp_path: Path) -> None:
        file = changed(bundle, tmp_path / "x.zip", written("longwatch/VERIFY.md", lambda _text: " " * 11_000_000))
        assert "larger than bag-info.txt says (Payload-Oxum): none of them was read" in wrong(file)

    def test_finds_a_statement_about_another_bundle(self, bundle: Path, tmp_path: Path) -> None:
        def exchange(bag: Path) -> None:
            statement = dsse(SigningKey(load_key(EXPORT)), "other", "ab" * 32, {})
            (bag / "longwatch/export.dsse.json").write_bytes(statement)

        assert "The signed statement is about another bag" in wrong(changed(bundle, tmp_path / "x.zip", exchange))

    @pytest.mark.parametrize("path", ["data/timeline.json", "data/exhibits.json", "longwatch/checkpoint"])
    @pytest.mark.parametrize("content", ["", "[]", "{}", "null", '[{"entry": []}]', "[" * 100_000, "\0"])
    def test_survives_files_of_any_form(self, bundle: Path, tmp_path: Path, path: str, content: str) -> None:
        assert wrong(changed(bundle, tmp_path / "x.zip", written(path, lambda _text: content))) != ""

    def test_refuses_what_is_no_bundle(self, tmp_path: Path) -> None:
        with ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr("folder/a.txt", json.dumps({}))
        with pytest.raises(NotABundle, match=r"no bagit\.txt"):
            found(tmp_path / "x.zip")
