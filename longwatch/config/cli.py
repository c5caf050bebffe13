# SPDX-License-Identifier: Apache-2.0
"""The `longwatch` command. Only the module of the chosen command is loaded, so help is instant."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from longwatch.core.errors import LongwatchError
from longwatch.version import VERSION

REFUSED = 1
INTERRUPTED = 130
CUT_OFF = 141
# Those of longwatch.access.roles, which would load Django.
ROLES = (
    "reporter, responder, analyst, investigator, supervisor, hr, counsel, auditor, "
    "administrator, integration, dispatcher, intelligence, threat_team, medical, custodian, leadership or privacy"
)


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


class CommandModule(Protocol):
    """What a module in `longwatch.config.commands` offers."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it, and return the exit status."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; refusals are one sentence on standard error and exit status 1."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["manage"]:  # Django reads these words itself.
        return _run(argparse.Namespace(module="manage", words=words[1:]))
    arguments = parser().parse_args(words)
    return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    module = cast(CommandModule, import_module(f"longwatch.config.commands.{arguments.module}"))
    try:
        status = module.run(arguments)
        sys.stdout.flush()
        return status
    except LongwatchError as refusal:
        print(f"longwatch: {refusal.sentence}", file=sys.stderr)
        for name, sentence in getattr(refusal, "fields", {}).items():
            print(f"  {name}: {sentence}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read on, such as `head`, has enough; nor may the interpreter try again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_OFF


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(
        prog="longwatch", description="Security incidents and cases in one record that holds."
    )
    top.add_argument("--version", action="version", version=f"longwatch {VERSION}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_running(commands)
    _add_people(commands)
    _add_keeping(commands)
    _add_ledger(commands)
    _add_evidence(commands)
    _add_intelligence(commands)
    _add_importing(commands)
    _add_canary(commands)
    _command(commands, "manage", "manage", argparse.SUPPRESS)
    _command(commands, "demo-load", "with_django", argparse.SUPPRESS).set_defaults(command="demo_load")
    return top


def _add_running(commands: "Commands") -> None:
    _command(commands, "up", "up", "start everything: database, pages and jobs")
    _command(commands, "demo", "demo", "start everything with the demo story, when the database is empty")
    _command(commands, "web", "web", "start the pages and the API only")
    _command(commands, "worker", "worker", "start the background jobs only")
    listen = _command(commands, "listen", "with_django", "listen for syslog only, as the settings say")
    listen.set_defaults(command="listen")
    _command(commands, "migrate", "migrate", "bring the database to this version")


def _add_people(commands: "Commands") -> None:
    user = _group(commands, "user", "accounts")
    add = _command(user, "add", "with_django", "make an account; the first one also makes the organisation")
    add.set_defaults(command="user_add")
    add.add_argument("email")
    add.add_argument("--name", required=True, help="name shown beside everything this person does")
    add.add_argument("--role", action="append", default=[], help=f"{ROLES}; may be given several times")
    add.add_argument("--organisation", default="", help="name of the organisation; needed when there are several")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    token = _group(commands, "token", "API tokens")
    add = _command(token, "add", "with_django", "make an API token and show it once")
    add.set_defaults(command="token_add")
    add.add_argument("email", help="the account that acts")
    add.add_argument("--label", required=True, help="what will use it")
    add.add_argument(
        "--permission", action="append", default=[], help="such as signal:submit; default: all of the account"
    )
    add.add_argument(
        "--expires", default="never", metavar="WHEN", help="30d, 90d, a last day such as 2027-01-31; default: never"
    )


def _add_importing(commands: "Commands") -> None:
    importing = _command(commands, "import", "with_django", "read signals from files, also packed ones (gz, zip)")
    importing.set_defaults(command="import_files")
    importing.add_argument("files", nargs="+", metavar="FILE")
    importing.add_argument("--source", required=True, help="short name of the source that they come from")
    importing.add_argument("--format", default="", help="mapping that reads them; default: as the source says")
    importing.add_argument("--as", dest="email", default="", help="the account that acts; default: an administrator's")


def _add_canary(commands: "Commands") -> None:
    canary = _command(
        commands, "canary", "with_django", "send a test signal the whole way in; ends with 1 when it is lost"
    )
    canary.set_defaults(command="canary")
    canary.add_argument("source", help="short name of the source that it is sent for")
    canary.add_argument("--token-file", default="", help="file with a token: send it through the front door")
    canary.add_argument("--url", default="http://127.0.0.1:8000", help="where the front door is")
    canary.add_argument("--as", dest="email", default="", help="the account that looks for it; default: a supervisor's")


def _add_ledger(commands: "Commands") -> None:
    ledger = _group(commands, "ledger", "sealing the ledger, and its key")
    seal = _command(ledger, "seal", "with_django", "seal all entries now and print the checkpoint")
    seal.set_defaults(command="ledger_seal")
    keys = _command(ledger, "keys", "with_django", "print the verifier keys, which others need to check checkpoints")
    keys.set_defaults(command="ledger_keys")
    rotate = _command(ledger, "rotate-key", "with_django", "give the ledger a new key, named by the old one")
    rotate.set_defaults(command="ledger_rotate_key")
    rotate.add_argument("--new-key", metavar="FILE", help="private file with the base64 of the new 32 bytes")


def _add_evidence(commands: "Commands") -> None:
    evidence = _group(commands, "evidence", "the keys of evidence")
    rotate = _command(evidence, "rotate-key", "with_django", "lock the keys of evidence with another master key")
    rotate.set_defaults(command="evidence_rotate_key")


def _add_intelligence(commands: "Commands") -> None:
    intel = _group(commands, "intel", "lists that signals are compared with")
    load = _command(
        intel, "load", "with_django", "load intelligence from files: warninglists, KEV, ATT&CK, MISP, lists"
    )
    load.set_defaults(command="intel_load")
    load.add_argument("files", nargs="+", metavar="FILE", help="JSON or text, also packed with gzip")
    load.add_argument("--account", default="", metavar="EMAIL", help="who loads it; default: the one administrator")


def _add_keeping(commands: "Commands") -> None:
    _add_verify(_command(commands, "verify", "verify", "check the ledger, its anchors and everything it tells of"))
    bundle = _command(
        commands, "verify-bundle", "verify_bundle", "check an exported bundle, without a server or database"
    )
    bundle.add_argument("file")
    bundle.add_argument(
        "--key", default="", help="the organisation's export key, as you know it: a file, or its fingerprint SHA256:…"
    )
    bundle.add_argument(
        "--ledger-key", action="append", default=[], metavar="VKEY", help="the ledger's verifier key, as you know it"
    )
    bundle.add_argument("--tsa", default="", metavar="FILE", help="certificates (PEM) of the time-stamp authority")
    backup = _command(commands, "backup", "backup", "write database and evidence into one file")
    backup.add_argument("file")
    backup.add_argument("--without-keys", action="store_true", help="leave out the keys: keep them elsewhere yourself")
    restore = _command(commands, "restore", "restore", "fill an empty installation from a backup")
    restore.add_argument("file")
    restore.add_argument("--replace", action="store_true", help="overwrite what is there")
    doctor = _command(commands, "doctor", "doctor", "look at the installation and say what is wrong")
    doctor.add_argument("--settings", action="store_true", help="list every setting")


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("--anchors", action="append", metavar="FILE", help="anchored checkpoints; default: ours")
    verify.add_argument(
        "--dump", metavar="FILE", help="verify a backup, or a dump of pg_dump, instead of this database"
    )
    verify.add_argument("--without-rows", action="store_true", help="only the ledger itself")
    verify.add_argument("--without-files", action="store_true", help="do not read the files of exhibits")
    verify.add_argument("--json", action="store_true", help="say it for programs")


def _group(commands: "Commands", name: str, about: str) -> "Commands":
    return commands.add_parser(name, help=about).add_subparsers(required=True, metavar="ACTION")


def _command(commands: "Commands", name: str, module: str, about: str) -> argparse.ArgumentParser:
    if about is argparse.SUPPRESS:
        command = commands.add_parser(name)
    else:
        command = commands.add_parser(name, help=about, description=about[0].upper() + about[1:] + ".")
    command.set_defaults(module=module)
    return command
