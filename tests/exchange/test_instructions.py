# SPDX-License-Identifier: Apache-2.0
"""A stranger follows VERIFY.md with public tools, and finds what somebody changed, each check for itself."""

import json
import subprocess
from pathlib import Path

import pytest

from longwatch.exchange.signing import SigningKey, sshsig
from tests.exchange.unpacking import Change, changed, follow, instructions, resealed

FORGER = SigningKey(bytes(32))


def rewritten(path: str, old: str, new: str) -> Change:
    """Somebody replaces words in a file."""

    def change(bag: Path) -> None:
        text = (bag / path).read_text()
        assert old in text
        (bag / path).write_text(text.replace(old, new))

    return change


def with_new_seal(change: Change) -> Change:
    """The same by somebody who makes the manifests again."""

    def both(bag: Path) -> None:
        change(bag)
        resealed(bag)

    return both


def added(bag: Path) -> None:
    (bag / "data" / "more.txt").write_text("more")


def removed(bag: Path) -> None:
    (bag / "data" / "custody.csv").unlink()


def signed_by_another(bag: Path) -> None:
    seal = (bag / "tagmanifest-sha256.txt").read_bytes()
    (bag / "longwatch/tagmanifest-sha256.txt.sig").write_text(sshsig(FORGER, seal))


def another_statement(bag: Path) -> None:
    path = bag / "longwatch/export.dsse.json"
    envelope = json.loads(path.read_text())
    envelope["payload"] = envelope["payload"][:-8] + "AAAA" + envelope["payload"][-4:]
    path.write_text(json.dumps(envelope))


def pasted(file: Path, folder: Path, block: str) -> "subprocess.CompletedProcess[str]":
    """What a stranger sees who unpacks, and pastes one block into a shell that goes on after errors."""
    return follow(file, folder, ["set +e", instructions(file)[0], block])


def steps(commands: list[str], *words: str) -> list[str]:
    """Unpacking, and those of the steps that hold one of the words."""
    return [commands[0], *(block for block in commands[1:] if any(word in block for word in words))]


FORGERIES = {
    "a line of the timeline": with_new_seal(rewritten("data/timeline.json", "A letter arrived", "No letter arrived")),
    "an opened detail": with_new_seal(rewritten("data/ledger/openings.jsonl", "Ask the guard", "Ask nobody")),
    "a leaf": with_new_seal(rewritten("data/ledger/leaves.jsonl", "task.added", "task.waived")),
    "the size of the tree": with_new_seal(rewritten("longwatch/checkpoint", "\n", "\n1")),
    "an exhibit": with_new_seal(rewritten("data/exhibits/0001-letter.txt", "regret", "forget")),
}


def line_changed(name: str, what: str, column: str) -> Change:
    """Somebody writes something else into one column of a line, and makes the manifests again."""

    def change(bag: Path) -> None:
        path = bag / f"data/{name}.json"
        found = json.loads(path.read_text())
        lines = found if isinstance(found, list) else [found]
        line = next(each for each in lines if what in (name, str(each.get("kind"))))
        line[column] = "something else"
        path.write_text(json.dumps(found))
        resealed(bag)

    return change


# List, which line (any, or the first of a kind), column.
LINES = [
    ("timeline", "change", "action"), ("timeline", "change", "author"), ("timeline", "change", "occurred_at"),
    ("timeline", "note", "author"), ("record", "record", "title"), ("exhibits", "exhibits", "note"),
    ("custody", "custody", "by"), ("tasks", "tasks", "title"), ("people", "people", "part"),
    ("findings", "findings", "text"), ("decisions", "decisions", "why"), ("members", "members", "reason"),
]  # fmt: skip


class TestInstructions:
    def test_lead_a_stranger_through_every_check(self, bundle: Path, tmp_path: Path) -> None:
        done = follow(bundle, tmp_path / "stranger", instructions(bundle))
        assert done.returncode == 0, done.stdout + done.stderr
        assert 'Good "longwatch-export@v1" signature for longwatch' in done.stdout
        assert "Signature Verified Successfully" in done.stdout
        assert "entries are in the ledger of" in done.stdout
        assert done.stdout.count("Conforms: True") == 3
        assert "STIX JSON: Valid" in done.stdout

    @pytest.mark.parametrize("change", [rewritten("data/exhibits/0001-letter.txt", "regret", "forget"), removed])
    def test_find_a_file_that_was_changed_or_taken(self, bundle: Path, tmp_path: Path, change: Change) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", change)
        for tool in ("sha256sum", "sha512sum", "bagit.py"):
            assert follow(forged, tmp_path / tool, steps(instructions(bundle), tool)).returncode != 0

    def test_find_a_file_that_was_added(self, bundle: Path, tmp_path: Path) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", added)
        assert follow(forged, tmp_path / "look", steps(instructions(bundle), "bagit.py")).returncode != 0

    @pytest.mark.parametrize("what", list(FORGERIES))
    def test_find_new_manifests_by_the_signature_and_the_statement(
        self, bundle: Path, tmp_path: Path, what: str
    ) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", FORGERIES[what])
        assert follow(forged, tmp_path / "bag", steps(instructions(bundle), "bagit.py")).returncode == 0
        for tool in ("-Y verify", "pkeyutl"):
            assert follow(forged, tmp_path / tool[:2], steps(instructions(bundle), tool)).returncode != 0

    @pytest.mark.parametrize("what", list(FORGERIES))
    def test_find_by_the_ledger_what_even_the_holder_of_the_export_key_changed(
        self, bundle: Path, tmp_path: Path, what: str
    ) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", FORGERIES[what])
        assert follow(forged, tmp_path / "look", steps(instructions(bundle), "rfc8785")).returncode != 0

    @pytest.mark.parametrize(("name", "what", "column"), LINES)
    def test_name_by_the_ledger_the_line_and_the_column_that_was_changed(
        self, bundle: Path, tmp_path: Path, name: str, what: str, column: str
    ) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", line_changed(name, what, column))
        (block,) = [each for each in instructions(forged) if "rfc8785" in each]
        done = pasted(forged, tmp_path / "look", block)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"data/{name}.json, " in done.stderr
        assert f"{column} is not what its entry committed to" in done.stderr

    def test_find_a_signature_by_another_key(self, bundle: Path, tmp_path: Path) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", signed_by_another)
        assert follow(forged, tmp_path / "look", steps(instructions(bundle), "-Y verify")).returncode != 0

    @pytest.mark.parametrize(
        ("change", "tool", "good"),
        [
            (another_statement, "pkeyutl", "Verified Successfully"),
            (with_new_seal(rewritten("data/exhibits/0001-letter.txt", "regret", "forget")), "pkeyutl", "Verified"),
            (rewritten("data/exhibits/0001-letter.txt", "regret", "forget"), "bagit.py", "Nothing was changed"),
            (rewritten("manifest-sha256.txt", "data/", "data/./"), "bagit.py", "Nothing was changed"),
            (signed_by_another, "-Y verify", "Good"),
            (with_new_seal(rewritten("data/timeline.json", "A letter", "No letter")), "rfc8785", "committed to"),
            (rewritten("data/case.jsonld", '"@context"', "@context"), "case_validate", "Conforms: True"),
        ],
    )
    def test_end_a_step_that_failed_with_its_status_and_no_good_news(
        self, bundle: Path, tmp_path: Path, change: Change, tool: str, good: str
    ) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", change)
        (block,) = [each for each in instructions(forged) if tool in each]
        done = pasted(forged, tmp_path / "look", block)
        assert done.returncode != 0
        assert good not in done.stdout

    def test_say_what_is_good_after_steps_that_succeeded(self, bundle: Path, tmp_path: Path) -> None:
        for number, (tool, good) in enumerate({"pkeyutl": "Verified Successfully", "bagit.py": "Nothing was"}.items()):
            (block,) = [each for each in instructions(bundle) if tool in each]
            done = pasted(bundle, tmp_path / str(number), block)
            assert (done.returncode, good in done.stdout) == (0, True)

    def test_find_another_statement(self, bundle: Path, tmp_path: Path) -> None:
        forged = changed(bundle, tmp_path / "forged.zip", another_statement)
        assert follow(forged, tmp_path / "look", steps(instructions(bundle), "pkeyutl")).returncode != 0
