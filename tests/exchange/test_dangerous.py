# SPDX-License-Identifier: Apache-2.0
"""Dangerous exhibits: in a bundle as encrypted archives only, which a stranger can open and check."""

import io
import json
import tracemalloc
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pyzipper
from django.test import Client

from longwatch.access.context import acting_as
from longwatch.cases.models import Case
from longwatch.core.errors import Conflict
from longwatch.core.keys import EXPORT, load_key
from longwatch.evidence.archiving import encrypted_zip
from longwatch.evidence.models import CustodyEvent, Exhibit
from longwatch.evidence.services import rendering
from longwatch.evidence.services.custody import mark_dangerous
from longwatch.evidence.services.receiving import add_exhibit
from longwatch.evidence.services.rendering import work_due
from longwatch.exchange.assembling import assemble
from longwatch.exchange.models import Export, ExportStatus
from longwatch.exchange.services import building
from longwatch.exchange.services.handing import hand_out
from longwatch.exchange.signing import SigningKey, sshsig
from longwatch.exchange.verification import Verdict
from tests.evidence.services.test_rendering import Told
from tests.exchange.material import LETTER, PROGRAM, a_case_with_a_program, exported, mention, ref, upload
from tests.exchange.services.test_building import files
from tests.exchange.test_verification import found, wrong
from tests.exchange.unpacking import Change, changed, follow, instructions, resealed
from tests.fixtures.spoiling import spoiled
from tests.personas import Cast

MEGABYTE = 1_000_000


@pytest.fixture
def case(cast: Cast) -> Case:
    return a_case_with_a_program(cast)


def line_of(row: Export, number: str = "1") -> dict[str, Any]:
    """What the bundle says of an exhibit."""
    lines: list[dict[str, Any]] = json.loads(files(row)["data/exhibits.json"])
    (line,) = [each for each in lines if each["number"] == number]
    return line


def taken_out(whole: bytes, password: str = "infected") -> dict[str, bytes]:
    with pyzipper.AESZipFile(io.BytesIO(whole)) as archive:
        archive.setpassword(password.encode())
        return {name: archive.read(name) for name in archive.namelist()}


def mark(case: Case, cast: Cast, name: str) -> UUID:
    with acting_as(cast.investigator):
        row = Exhibit.objects.get(record_id=case.id, name=name)
        mark_dangerous(row.id, reason="It beacons to Wanda", by=cast.investigator)
    return row.id


def handed_out(row: Export, cast: Cast) -> str:
    """Nothing, or the code of the refusal."""
    try:
        with acting_as(cast.investigator):
            hand_out(row.id, by=cast.investigator)
    except Conflict as refusal:
        return refusal.code
    return ""


class TestBundle:
    def test_carries_a_program_in_an_encrypted_archive_only(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        inside = files(row)
        assert not [path for path, content in inside.items() if PROGRAM in content]
        whole = inside["data/exhibits/0001-dropper.exe.zip"]
        with pyzipper.AESZipFile(io.BytesIO(whole)) as archive, pytest.raises(RuntimeError, match="password"):
            archive.read("dropper.exe")
        assert taken_out(whole) == {"dropper.exe": PROGRAM}
        assert inside["data/exhibits/0002-letter.txt"] == LETTER
        assert (row.counts["exhibits"], row.counts["archived"]) == (2, 1)

    def test_says_of_file_and_archive_each_its_hash_and_lists_the_archive(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        inside, line = files(row), line_of(row)
        whole = inside["data/exhibits/0001-dropper.exe.zip"]
        assert (line["file"], line["sha256"]) == ("exhibits/0001-dropper.exe.zip", sha256(PROGRAM).hexdigest())
        assert (line["size"], line["archive"]["size"]) == (len(PROGRAM), len(whole))
        told = {name: line["archive"][name] for name in ("sha256", "password", "holds", "because")}
        assert told == {
            "sha256": sha256(whole).hexdigest(), "password": "infected", "holds": "dropper.exe", "because": ["program"]
        }  # fmt: skip
        listed = f"{sha256(whole).hexdigest()}  data/exhibits/0001-dropper.exe.zip\n"
        assert listed in inside["manifest-sha256.txt"].decode()
        assert line_of(row, "2")["archive"] is None

    def test_takes_the_password_of_downloads(self, cast: Cast, case: Case, settings: Any) -> None:
        settings.MALWARE_PASSWORD = "mit Umlaut: ü"
        inside = files(exported(case, cast))
        assert taken_out(inside["data/exhibits/0001-dropper.exe.zip"], "mit Umlaut: ü") == {"dropper.exe": PROGRAM}

    def test_carries_what_somebody_marked_in_one_and_keeps_the_reason_in_the_chain(
        self, cast: Cast, case: Case
    ) -> None:
        mark(case, cast, "letter.txt")
        row = exported(case, cast)
        assert line_of(row, "2")["archive"]["because"] == ["marked"]
        assert taken_out(files(row)["data/exhibits/0002-letter.txt.zip"]) == {"letter.txt": LETTER}
        assert "Wanda" not in json.dumps(line_of(row, "2"))

    def test_carries_what_a_scanner_found_in_one(self, cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rendering, "scanners_set_up", lambda: [Told(("Eicar-Test",))])
        with acting_as(None):
            while work_due(case.org_id):
                pass
        assert line_of(exported(case, cast), "2")["archive"]["because"] == ["scan"]

    def test_tells_nobody_a_masked_name_in_the_archive(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            add_exhibit(ref(case, cast), upload("Wanda Witness.exe", PROGRAM), name="", note="", by=cast.investigator)
        inside = files(exported(case, cast, "regulator"))
        (path,) = [each for each in inside if each.startswith("data/exhibits/0003-")]
        assert list(taken_out(inside[path])) == ["[Witness 1].exe"]
        assert not [each for each, content in inside.items() if b"Wanda" in content or "Wanda" in each]

    def test_writes_into_the_chain_of_custody_how_it_left(self, cast: Cast, case: Case) -> None:
        exported(case, cast)
        with acting_as(cast.investigator):
            links = CustodyEvent.objects.filter(kind="exported").order_by("exhibit__number")
            assert list(links.values_list("reason", flat=True)) == [
                "Export for Ms Court (Inside the organisation), in an encrypted archive",
                "Export for Ms Court (Inside the organisation)",
            ]

    def test_is_none_when_a_file_is_found_dangerous_while_it_is_made(
        self, cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def marked_meanwhile(*words: Any) -> Any:
            made = assemble(*words)
            mark(case, cast, "letter.txt")
            return made

        monkeypatch.setattr(building, "assemble", marked_meanwhile)
        row = exported(case, cast)
        assert (row.status, row.failure) == (
            ExportStatus.FAILED, "A file was found dangerous while the bundle was made. Make it again."
        )  # fmt: skip
        assert not building.file_of(row).exists()

    def test_is_refused_when_the_program_is_not_what_was_received(self, cast: Cast, case: Case, folders: Path) -> None:
        for path in (folders / "evidence").rglob("*"):
            if path.is_file() and path.stat().st_size > 100:
                path.chmod(0o600)
                path.write_bytes(spoiled(path.read_bytes()))
        row = exported(case, cast)
        assert (row.status, "not those that were sealed" in row.failure) == (ExportStatus.FAILED, True)

    def test_is_made_without_holding_a_large_file_in_memory(self, cast: Cast, case: Case) -> None:
        with acting_as(cast.investigator):
            large = upload("memory.img", b"\x7f" * (40 * MEGABYTE))
            add_exhibit(ref(case, cast), large, name="", note="", by=cast.investigator)
        del large
        tracemalloc.start()
        try:
            row = exported(case, cast)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (row.counts["archived"], row.size > 40 * MEGABYTE) == (2, True)
        assert peak < 25 * MEGABYTE


class TestHandOut:
    def test_refuses_a_bundle_with_a_file_that_was_found_dangerous_since(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        assert handed_out(row, cast) == ""
        mark(case, cast, "letter.txt")
        assert handed_out(row, cast) == "found_dangerous"
        assert handed_out(exported(case, cast), cast) == ""

    def test_says_so_on_the_page(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        browser = Client()
        browser.force_login(cast.accounts["investigator"])
        page = browser.get(f"/cases/{case.reference}/export").content.decode()
        assert "1 dangerous file lies in an encrypted archive" in page
        mark(case, cast, "letter.txt")
        answer = browser.get(f"/exports/{row.id}/file")
        assert (answer.status_code, "Make the bundle again" in answer.content.decode()) == (409, True)

    def test_lets_a_bundle_go_that_has_it_in_an_archive_already(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        mark(case, cast, "dropper.exe")
        assert handed_out(row, cast) == ""

    def test_lets_a_bundle_go_that_was_made_before_the_file_came(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast)
        with acting_as(cast.investigator):
            add_exhibit(ref(case, cast), upload("late.txt", b"late"), name="", note="", by=cast.investigator)
        mark(case, cast, "late.txt")
        assert handed_out(row, cast) == ""

    def test_lets_a_bundle_go_in_which_no_file_is(self, cast: Cast, case: Case) -> None:
        row = exported(case, cast, "subject", about_id=mention(case, "Jonas Weber", cast))
        mark(case, cast, "letter.txt")
        assert (row.counts["exhibits"], handed_out(row, cast)) == (0, "")


def another_archive(content: bytes, name: str = "dropper.exe", password: str = "infected") -> Callable[[Path], None]:
    """Somebody puts another archive there, and says its hash."""

    def change(bag: Path) -> None:
        whole = b"".join(encrypted_zip(name, [content], password))
        (bag / "data/exhibits/0001-dropper.exe.zip").write_bytes(whole)
        said(sha256=sha256(whole).hexdigest(), size=len(whole))(bag)

    return change


def said(**values: object) -> Callable[[Path], None]:
    """Somebody says something else of the archive."""

    def change(bag: Path) -> None:
        path = bag / "data/exhibits.json"
        lines = json.loads(path.read_text())
        next(line for line in lines if line["archive"])["archive"] |= values
        path.write_text(json.dumps(lines))

    return change


def twice(bag: Path) -> None:
    path = bag / "data/exhibits.json"
    lines = json.loads(path.read_text())
    path.write_text(json.dumps([*lines, lines[0]]))


def by_the_holder_of_the_key(change: Change) -> Change:
    def both(bag: Path) -> None:
        change(bag)
        resealed(bag)
        seal = (bag / "tagmanifest-sha256.txt").read_bytes()
        (bag / "longwatch/tagmanifest-sha256.txt.sig").write_text(sshsig(SigningKey(load_key(EXPORT)), seal))

    return both


FORGERIES = {
    "does not hold exhibit 1: what is in it has another SHA-256": another_archive(PROGRAM[::-1]),
    "holds a file of another size": another_archive(b"harmless"),
    "does not hold just": another_archive(PROGRAM, name="other.exe"),
    "Bad password": another_archive(PROGRAM, password="else"),
    "is not the archive of exhibit 1": said(sha256="ab" * 32),
    "names a file twice": twice,
}


class TestVerify:
    def test_opens_the_archive_and_finds_what_was_received(self, dangerous_bundle: Path) -> None:
        told = found(dangerous_bundle)
        good = [each.sentence for each in told if each.verdict is Verdict.GOOD]
        assert wrong(dangerous_bundle) == ""
        assert good[-2] == "1 exhibit has the SHA-256 that was noted on receipt."
        assert good[-1] == (
            "1 dangerous exhibit lies in an encrypted archive: opened in memory, it has the SHA-256 that was noted on "
            "receipt."
        )

    @pytest.mark.parametrize("sentence", list(FORGERIES))
    def test_names_an_archive_that_holds_anything_else(
        self, dangerous_bundle: Path, tmp_path: Path, sentence: str
    ) -> None:
        forged = changed(dangerous_bundle, tmp_path / "x.zip", by_the_holder_of_the_key(FORGERIES[sentence]))
        assert sentence in wrong(forged)

    @pytest.mark.parametrize("values", [{"password": None}, {"sha256": []}, {"holds": 7}, {"password": "\ud800"}])
    def test_survives_what_an_archive_is_said_to_be(
        self, dangerous_bundle: Path, tmp_path: Path, values: dict[str, object]
    ) -> None:
        assert wrong(changed(dangerous_bundle, tmp_path / "x.zip", by_the_holder_of_the_key(said(**values)))) != ""


class TestInstructions:
    def test_lead_a_stranger_into_the_archive(self, dangerous_bundle: Path, tmp_path: Path) -> None:
        done = follow(dangerous_bundle, tmp_path / "stranger", instructions(dangerous_bundle))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Encrypted archives that hold the exhibit as it was received: 1." in done.stdout

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (another_archive(PROGRAM[::-1]), "does not hold exhibit 1"),
            (another_archive(PROGRAM, name="other.exe"), "does not hold just dropper.exe"),
            (another_archive(PROGRAM, password="else"), "Bad password"),
        ],
    )
    def test_find_an_archive_that_holds_anything_else(
        self, dangerous_bundle: Path, tmp_path: Path, change: Change, sentence: str
    ) -> None:
        forged = changed(dangerous_bundle, tmp_path / "x.zip", by_the_holder_of_the_key(change))
        commands = instructions(forged)
        (block,) = [each for each in commands if "pyzipper" in each]
        done = follow(forged, tmp_path / "look", [commands[0], block])
        assert (done.returncode, sentence in done.stderr) == (1, True)

    def test_say_nothing_of_archives_where_there_are_none(self, bundle: Path) -> None:
        assert "pyzipper" not in "".join(instructions(bundle))
