# SPDX-License-Identifier: Apache-2.0
"""`longwatch doctor`: what an operator would want to be told."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg

from longwatch.config import identity_providers, schema, static, traces
from longwatch.config.commands.demo import mail_folder
from longwatch.config.commands.up import DEMO_WARNING, notes_file
from longwatch.config.running import database
from longwatch.core.environment import (
    DEBUG,
    EMAIL_URL,
    HOST,
    IDENTITY_PROVIDERS,
    OTEL_INTAKE_SHARE,
    OTEL_SHARE,
    SECRET_KEY,
    SETTINGS,
    Environment,
    Setting,
    current,
)
from longwatch.core.errors import LongwatchError
from longwatch.core.postgres.address import OWNER, is_embedded

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
ROOM_NEEDED = 2_000_000_000
SHORT_KEY = 32


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `ok` None is a hint rather than a fault."""

    ok: bool | None
    sentence: str


def run(arguments: argparse.Namespace) -> int:
    """Print the findings, or the settings; exit status 1 when something is wrong."""
    environment = current()
    if arguments.settings:
        print("\n\n".join(describe(setting, environment) for setting in SETTINGS))
        return 0
    findings = [*_machine(environment), *_configuration(environment), *_identity_providers(environment)]
    findings += _database(environment)
    for finding in findings:
        print(f"{ {True: 'ok  ', False: 'bad ', None: 'note'}[finding.ok] }  {finding.sentence}")
    return 1 if any(finding.ok is False for finding in findings) else 0


def describe(setting: Setting, environment: Environment) -> str:
    """A setting with its meaning, default and present value; secrets are never shown."""
    value = environment.text(setting)
    shown = "(set)" if setting.secret and value else value or "(not set)"
    origin = "" if environment.is_set(setting) else "  (default)"
    return f"{setting.name}={shown}{origin}\n    {setting.help}"


def _machine(environment: Environment) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(sys.version_info >= (3, 11), f"Python {version}")
    data = environment.data
    present = data.exists() and os.access(data, os.W_OK)
    yield Finding(present, f"Data directory {data}" + ("" if present else " does not exist or is not writable."))
    if present:
        free = shutil.disk_usage(data).free
        yield Finding(free > ROOM_NEEDED, f"{free // 1_000_000_000} GB free for data and evidence")


def _configuration(environment: Environment) -> Iterator[Finding]:
    if environment.flag(DEBUG):
        yield Finding(environment.text(HOST) in LOOPBACK, "LONGWATCH_DEBUG is on: only for development")
    https = urlsplit(environment.base_url).scheme == "https"
    if not https and environment.text(HOST) not in LOOPBACK:
        yield Finding(None, "Pages are served without HTTPS; set LONGWATCH_BASE_URL to the https address of a proxy.")
    if environment.is_set(SECRET_KEY):
        yield Finding(len(environment.text(SECRET_KEY)) >= SHORT_KEY, f"Secret key of {SHORT_KEY} characters or more")
    if not environment.text(EMAIL_URL):
        kept = mail_folder(environment)
        where = f"kept in {kept}, as for the demo" if kept.is_dir() else "written to the log"
        yield Finding(None, f"No mail server: mail is not sent, but {where} (LONGWATCH_EMAIL_URL).")
    yield from _traces(environment)
    if notes_file(environment).exists():
        yield Finding(None, DEMO_WARNING)


def _traces(environment: Environment) -> Iterator[Finding]:
    """Whether anything leaves for a collector of traces."""
    try:
        address = traces.endpoint(environment)
        shares = environment.share(OTEL_SHARE), environment.share(OTEL_INTAKE_SHARE)
    except LongwatchError as error:
        yield Finding(False, str(error))
        return
    if not address:
        yield Finding(True, "No traces leave this machine")
    elif not traces.is_installed():
        yield Finding(False, traces.MISSING)
    else:
        of_pages, of_signals = shares
        sentence = f"Traces leave for {traces.shown(address)}: {of_pages:.1%} of pages and jobs, {of_signals:.1%} of"
        yield Finding(None, f"{sentence} arriving signals.")
        parts = urlsplit(address)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            yield Finding(None, "Traces travel without encryption: give the collector an https address.")


def _identity_providers(environment: Environment) -> Iterator[Finding]:
    path = environment.text(IDENTITY_PROVIDERS)
    try:
        found = identity_providers.read(path)
        identity_providers.allauth_settings(found)
    except LongwatchError as error:
        yield Finding(False, str(error))
        return
    yield from (Finding(True, f"Identity provider {name} ({each.kind})") for name, each in found.items())
    for file in identity_providers.files(path):
        if file.stat().st_mode & 0o077:
            yield Finding(False, f"{file} can be read by others on this machine: chmod 600 it.")


def _organisations(environment: Environment, connection: "psycopg.Connection[tuple[str, str]]") -> Iterator[Finding]:
    """The short names that addresses and identity providers use, and those that none has."""
    known = dict(connection.execute("select slug, name from access_organisation order by slug").fetchall())
    yield from (Finding(True, f"Organisation {name}, short name {slug}") for slug, name in known.items())
    with suppress(LongwatchError):  # Told already.
        for name, each in identity_providers.read(environment.text(IDENTITY_PROVIDERS)).items():
            if each.provider.organisation not in known:
                complaint = (
                    f"Identity provider {name}: no organisation has the short name {each.provider.organisation}."
                )
                yield Finding(False, complaint)


def _database(environment: Environment) -> Iterator[Finding]:
    try:
        with database(environment) as address:
            yield Finding(True, f"{'Embedded' if is_embedded(environment) else 'External'} database answers")
            current_version = schema.is_migrated(address)
            yield Finding(current_version, "Database version" + ("" if current_version else ": run longwatch migrate"))
            if current_version:
                with psycopg.connect(address.conninfo(OWNER)) as connection:
                    yield Finding(True, f"PostgreSQL {connection.info.server_version // 10_000}")
                    yield from _organisations(environment, connection)
    except (LongwatchError, psycopg.Error) as error:
        yield Finding(False, str(error))
    collected = static.is_collected(environment)
    yield Finding(collected, "Static files" + ("" if collected else ": run longwatch migrate"))
