# SPDX-License-Identifier: Apache-2.0
"""Every setting an operator can make, declared once: name, meaning, default, how it is read."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from longwatch.core.errors import LongwatchError


class SettingError(LongwatchError):
    """A setting has a value Longwatch cannot use."""

    default_code = "setting_unusable"

    def __init__(self, name: str, wanted: str) -> None:
        super().__init__(f"{name} is not usable: it should be {wanted}.")


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: what it is for, and what holds when it is not set."""

    name: str
    default: str
    help: str
    secret: bool = False


DATA = Setting("LONGWATCH_DATA", "./var", "Directory for everything that must survive a restart.")
SECRET_KEY = Setting(
    "LONGWATCH_SECRET_KEY",
    "",
    "Key that signs sessions and derives database passwords; else kept in the data directory.",
    secret=True,
)
DATABASE_URL = Setting(
    "DATABASE_URL",
    "",
    "Administrator's URL of a PostgreSQL >= 15; else an embedded server in the data directory.",
    secret=True,
)
PG_BIN = Setting("LONGWATCH_PG_BIN", "", "Directory of the PostgreSQL programs; else the bundled ones.")
PG_USER = Setting("LONGWATCH_PG_USER", "longwatch-pg", "System account of the embedded server under root.")
HOST = Setting("LONGWATCH_HOST", "127.0.0.1", "Address to listen on.")
PORT = Setting("LONGWATCH_PORT", "8000", "Port to listen on.")
BASE_URL = Setting("LONGWATCH_BASE_URL", "", "Address people use, such as https://longwatch.example.org.")
HOSTS = Setting("LONGWATCH_HOSTS", "", "Further host names to answer to, separated by commas.")
PROXIES = Setting("LONGWATCH_TRUST_PROXY", "0", "1 when a reverse proxy sets X-Forwarded-Proto and X-Forwarded-For.")
DEBUG = Setting("LONGWATCH_DEBUG", "0", "1 shows technical error pages; never where others can reach it.")
LOG_LEVEL = Setting("LONGWATCH_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.")
LOG_FORMAT = Setting("LONGWATCH_LOG_FORMAT", "text", "text for people, json for log collectors.")
MAX_UPLOAD_MB = Setting("LONGWATCH_MAX_UPLOAD_MB", "512", "Largest evidence file in megabytes that a form may send.")
MAX_RESUMABLE_MB = Setting(
    "LONGWATCH_MAX_RESUMABLE_MB", "10000", "Largest evidence file in megabytes when it is sent in resumable pieces."
)
MAX_REQUEST_MB = Setting("LONGWATCH_MAX_REQUEST_MB", "4", "Largest form or JSON request in megabytes.")
POOL_SIZE = Setting("LONGWATCH_POOL_SIZE", "12", "Most database connections the web process opens for pages.")
WORKER_JOBS = Setting("LONGWATCH_WORKER_JOBS", "4", "Jobs the worker runs at the same time.")
SESSION_HOURS = Setting("LONGWATCH_SESSION_HOURS", "12", "Hours after which somebody has to sign in again.")
IDLE_MINUTES = Setting("LONGWATCH_IDLE_MINUTES", "120", "Minutes without a page after which a session ends.")
REQUIRE_MFA_ROLES = Setting(
    "LONGWATCH_REQUIRE_MFA_ROLES", "", "Roles that need a second factor, separated by commas; all for everybody."
)
LOCAL_SIGN_IN = Setting(
    "LONGWATCH_LOCAL_SIGN_IN",
    "on",
    "on, or administrators: only they sign in with a password, as a way in for emergencies.",
)
IDENTITY_PROVIDERS = Setting(
    "LONGWATCH_IDENTITY_PROVIDERS", "", "TOML file with the identity providers for single sign-on (docs/signing-in.md)."
)
EMAIL_URL = Setting(
    "LONGWATCH_EMAIL_URL",
    "",
    "Mail server, such as smtp://user:password@mail.example.org:587?tls=1; else mail is written to the log.",
    secret=True,
)
EMAIL_FROM = Setting("LONGWATCH_EMAIL_FROM", "longwatch@localhost", "Sender of the mail Longwatch sends.")
LEDGER_KEY = Setting(
    "LONGWATCH_LEDGER_KEY",
    "",
    "Base64 of the 32 bytes that sign the ledger's checkpoints; else kept in keys/ledger of the data directory.",
    secret=True,
)
LEDGER_KEY_COMMAND = Setting(
    "LONGWATCH_LEDGER_KEY_COMMAND", "", "Command that prints the ledger's key, such as a call of your key vault."
)
EVIDENCE_KEY = Setting(
    "LONGWATCH_EVIDENCE_KEY",
    "",
    "Base64 of the 32 bytes that lock the keys of evidence; else kept in keys/evidence of the data directory.",
    secret=True,
)
EVIDENCE_KEY_COMMAND = Setting("LONGWATCH_EVIDENCE_KEY_COMMAND", "", "Command that prints the evidence key.")
RECEIPT_KEY = Setting(
    "LONGWATCH_RECEIPT_KEY",
    "",
    "Base64 of the 32 bytes that guard reporters' receipts and identities; else kept in keys/receipts of the data "
    "directory. Without it no receipt works any more.",
    secret=True,
)
RECEIPT_KEY_COMMAND = Setting("LONGWATCH_RECEIPT_KEY_COMMAND", "", "Command that prints the receipts' key.")
EVIDENCE_OLD_KEYS = Setting(
    "LONGWATCH_EVIDENCE_OLD_KEYS",
    "",
    "Former evidence keys, separated by commas, until `longwatch evidence rotate-key` has run.",
    secret=True,
)
EVIDENCE_STORE = Setting(
    "LONGWATCH_EVIDENCE_STORE", "file", "Where evidence lies: file (the data directory) or s3://bucket/prefix."
)
S3_ENDPOINT = Setting("LONGWATCH_S3_ENDPOINT", "", "Address of an S3 server that is not Amazon's.")
S3_REGION = Setting("LONGWATCH_S3_REGION", "us-east-1", "Region of the S3 bucket.")
S3_ACCESS_KEY = Setting("LONGWATCH_S3_ACCESS_KEY", "", "Access key of the S3 bucket; else as boto3 finds it.", True)
S3_SECRET_KEY = Setting("LONGWATCH_S3_SECRET_KEY", "", "Secret key of the S3 bucket; else as boto3 finds it.", True)
S3_LOCK = Setting("LONGWATCH_S3_LOCK", "none", "Object lock of evidence in S3: none, governance or compliance.")
S3_LOCK_DAYS = Setting("LONGWATCH_S3_LOCK_DAYS", "365", "Days for which object lock keeps evidence in S3.")
PREVIEW_MB = Setting("LONGWATCH_PREVIEW_MB", "64", "Largest evidence file in megabytes that a safe copy is made of.")
MALWARE_PASSWORD = Setting(
    "LONGWATCH_MALWARE_PASSWORD",
    "infected",
    "Password of the archives in which dangerous files leave, also inside bundles; no secret.",
)
CLAMD = Setting(
    "LONGWATCH_CLAMD", "", "ClamAV's daemon that checks evidence: the path of its socket, or host:port; else no check."
)
YARA_RULES = Setting("LONGWATCH_YARA_RULES", "", "File of YARA rules that evidence is checked with; else no check.")
YARA_COMMAND = Setting("LONGWATCH_YARA_COMMAND", "", "The yara or yr program; else whichever is found.")
EXPORT_KEY = Setting(
    "LONGWATCH_EXPORT_KEY",
    "",
    "Base64 of the 32 bytes that sign exported bundles; else kept in keys/export of the data directory.",
    secret=True,
)
EXPORT_KEY_COMMAND = Setting("LONGWATCH_EXPORT_KEY_COMMAND", "", "Command that prints the key of exported bundles.")
EXPORT_DAYS = Setting("LONGWATCH_EXPORT_DAYS", "7", "Days for which the file of an exported bundle can be downloaded.")
ANCHOR_FILE = Setting(
    "LONGWATCH_ANCHOR_FILE",
    "",
    "File that every checkpoint of the ledger is appended to, best on another medium; else in the data directory.",
)
ANCHOR_S3 = Setting(
    "LONGWATCH_ANCHOR_S3",
    "",
    "Bucket with object lock for checkpoints, s3://bucket/prefix?days=3650 (docs/integrity.md).",
)
ANCHOR_TSA = Setting("LONGWATCH_ANCHOR_TSA", "", "Address of an RFC 3161 time-stamp authority for checkpoints.")
ANCHOR_TSA_CA = Setting("LONGWATCH_ANCHOR_TSA_CA", "", "PEM file with the certificates that time-stamps must lead to.")
ANCHOR_WITNESS = Setting("LONGWATCH_ANCHOR_WITNESS", "", "Address of a witness of checkpoints (c2sp.org/tlog-witness).")
ANCHOR_GIT = Setting("LONGWATCH_ANCHOR_GIT", "", "Working copy of a git repository that checkpoints are committed to.")
ANCHOR_EMAIL = Setting(
    "LONGWATCH_ANCHOR_EMAIL", "", "Addresses that get a checkpoint a day by mail, separated by commas."
)

SYSLOG_SOURCE = Setting(
    "LONGWATCH_SYSLOG_SOURCE", "", "Short name (or identifier) of the source that syslog messages belong to."
)
SYSLOG_UDP = Setting("LONGWATCH_SYSLOG_UDP", "", "Address and port for syslog over UDP, such as 0.0.0.0:5514.")
SYSLOG_TCP = Setting("LONGWATCH_SYSLOG_TCP", "", "Address and port for syslog over TCP, such as 0.0.0.0:5514.")
SYSLOG_TLS = Setting("LONGWATCH_SYSLOG_TLS", "", "Address and port for syslog over TLS, such as 0.0.0.0:6514.")
SYSLOG_TLS_CERT = Setting("LONGWATCH_SYSLOG_TLS_CERT", "", "PEM file of the certificate for syslog over TLS.")
SYSLOG_TLS_KEY = Setting("LONGWATCH_SYSLOG_TLS_KEY", "", "PEM file of its key; else it is in the certificate's file.")
SYSLOG_TLS_CA = Setting(
    "LONGWATCH_SYSLOG_TLS_CA", "", "PEM file of the authority whose certificates senders must have; else none is asked."
)
SYSLOG_ALLOW = Setting(
    "LONGWATCH_SYSLOG_ALLOW", "", "Networks that may send syslog, such as 10.0.0.0/8, separated by commas; else all."
)
OUTBOUND_ALLOW = Setting(
    "LONGWATCH_OUTBOUND_ALLOW",
    "",
    "Networks of this machine itself that may be connected to where an administrator names them, such as 127.0.0.1/32.",
)
ANALYZERS = Setting(
    "LONGWATCH_ANALYZERS",
    "",
    "Folder of Cortex analyzers, outside of the data directory (docs/enrichment.md); else there are none.",
)
METRICS = Setting(
    "LONGWATCH_METRICS",
    "",
    "Who may read /metrics: loopback (from this machine, not through a proxy), or a Bearer token; else nobody.",
    secret=True,
)
OTEL_ENDPOINT = Setting(
    "LONGWATCH_OTEL_ENDPOINT",
    "",
    "OpenTelemetry collector for traces, such as http://127.0.0.1:4318 (docs/how-to/traces.md); else none are made.",
)
OTLP_ENDPOINT = Setting(
    "OTEL_EXPORTER_OTLP_ENDPOINT", "", "The same by its standard name; Longwatch's own counts first."
)
OTLP_HEADERS = Setting(
    "OTEL_EXPORTER_OTLP_HEADERS",
    "",
    "Headers that the collector wants, such as authorization=Bearer%20...",
    secret=True,
)
OTEL_SHARE = Setting("LONGWATCH_OTEL_SHARE", "1", "Share of pages, API requests and jobs that is traced, 0 to 1.")
OTEL_INTAKE_SHARE = Setting("LONGWATCH_OTEL_INTAKE_SHARE", "0.01", "Share of arriving signals that is traced, 0 to 1.")
OTEL_PARENT = Setting(
    "LONGWATCH_OTEL_PARENT", "0", "1 when the traces of callers are continued that send a traceparent header."
)
SMTP = Setting("LONGWATCH_SMTP", "", "Address and port on which mails are taken, such as 127.0.0.1:2525.")
SMTP_TLS_CERT = Setting("LONGWATCH_SMTP_TLS_CERT", "", "PEM file of the certificate; with it, STARTTLS is offered.")
SMTP_TLS_KEY = Setting("LONGWATCH_SMTP_TLS_KEY", "", "PEM file of its key; else it is in the certificate's file.")
SMTP_ALLOW = Setting(
    "LONGWATCH_SMTP_ALLOW", "", "Networks that may send mails, such as 10.0.0.0/8, separated by commas; else all."
)
SMTP_MAX_MB = Setting("LONGWATCH_SMTP_MAX_MB", "50", "Largest mail in megabytes.")
SMTP_PER_MINUTE = Setting("LONGWATCH_SMTP_PER_MINUTE", "120", "How many mails a minute one machine may send.")

SETTINGS: tuple[Setting, ...] = (
    DATA, SECRET_KEY, DATABASE_URL, PG_BIN, PG_USER, HOST, PORT, BASE_URL, HOSTS, PROXIES, DEBUG, LOG_LEVEL,
    LOG_FORMAT, MAX_UPLOAD_MB, MAX_REQUEST_MB, POOL_SIZE, WORKER_JOBS, SESSION_HOURS,
    IDLE_MINUTES, REQUIRE_MFA_ROLES, LOCAL_SIGN_IN, IDENTITY_PROVIDERS, EMAIL_URL, EMAIL_FROM,
    LEDGER_KEY, LEDGER_KEY_COMMAND, EVIDENCE_KEY, EVIDENCE_KEY_COMMAND, EXPORT_KEY, EXPORT_KEY_COMMAND,
    EXPORT_DAYS,
    RECEIPT_KEY, RECEIPT_KEY_COMMAND,
    MAX_RESUMABLE_MB, EVIDENCE_OLD_KEYS, EVIDENCE_STORE, S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY, S3_LOCK,
    S3_LOCK_DAYS, PREVIEW_MB, MALWARE_PASSWORD, CLAMD, YARA_RULES, YARA_COMMAND,
    ANCHOR_FILE, ANCHOR_S3, ANCHOR_TSA, ANCHOR_TSA_CA, ANCHOR_WITNESS, ANCHOR_GIT, ANCHOR_EMAIL,
    SYSLOG_SOURCE, SYSLOG_UDP, SYSLOG_TCP, SYSLOG_TLS, SYSLOG_TLS_CERT, SYSLOG_TLS_KEY, SYSLOG_TLS_CA, SYSLOG_ALLOW,
    SMTP, SMTP_TLS_CERT, SMTP_TLS_KEY, SMTP_ALLOW, SMTP_MAX_MB, SMTP_PER_MINUTE,
    OUTBOUND_ALLOW,
    ANALYZERS, METRICS,
    OTEL_ENDPOINT, OTLP_ENDPOINT, OTLP_HEADERS, OTEL_SHARE, OTEL_INTAKE_SHARE, OTEL_PARENT,
)  # fmt: skip


@dataclass(frozen=True)
class Environment:
    """The settings of one process, read from its variables and checked when first used."""

    variables: Mapping[str, str]

    def text(self, setting: Setting) -> str:
        """Return the set value, or the default when unset or empty."""
        return self.variables.get(setting.name, "").strip() or setting.default

    def number(self, setting: Setting) -> int:
        """Return a whole number of at least 1; refuses anything else."""
        value = self.text(setting)
        if not value.isdecimal() or int(value) < 1:
            raise SettingError(setting.name, "a whole number, 1 or more")
        return int(value)

    def share(self, setting: Setting) -> float:
        """Return a number from 0 to 1; refuses anything else."""
        try:
            value = float(self.text(setting))
        except ValueError:
            value = -1.0
        if not 0 <= value <= 1:
            raise SettingError(setting.name, "a number from 0 to 1")
        return value

    def flag(self, setting: Setting) -> bool:
        """Return whether a 0/1 setting is on; refuses other words."""
        value = self.text(setting).lower()
        if value not in {"0", "1", "no", "yes", "false", "true"}:
            raise SettingError(setting.name, "0 or 1")
        return value in {"1", "yes", "true"}

    def choice(self, setting: Setting, allowed: frozenset[str]) -> str:
        """Return one of the allowed words; refuses others."""
        value = self.text(setting)
        if value not in allowed:
            raise SettingError(setting.name, "one of " + ", ".join(sorted(allowed)))
        return value

    def names(self, setting: Setting) -> list[str]:
        """Return the parts of a comma-separated setting."""
        return [part.strip() for part in self.text(setting).split(",") if part.strip()]

    def is_set(self, setting: Setting) -> bool:
        """Tell whether the operator gave a value."""
        return bool(self.variables.get(setting.name, "").strip())

    @cached_property
    def data(self) -> Path:
        """The data directory as an absolute path; it may not exist yet."""
        return Path(self.text(DATA)).expanduser().resolve()

    @cached_property
    def secret_key(self) -> str:
        """The secret key from the variable, else from the data directory, made on first use."""
        return self.text(SECRET_KEY) or _kept_secret(self.data / "secret_key")

    @cached_property
    def base_url(self) -> str:
        """The address people use, without a slash at the end."""
        return (self.text(BASE_URL) or f"http://{self.text(HOST)}:{self.number(PORT)}").rstrip("/")


def current() -> Environment:
    """Return the settings of this process."""
    return Environment(os.environ)


def _kept_secret(file: Path) -> str:
    """Return the secret in the file; the first of several starters writes it, readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    if not file.exists():
        _write_private(draft, secrets.token_urlsafe(48))
        _keep_first(draft, file)
    return file.read_text(encoding="ascii").strip()


def _write_private(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)


def _keep_first(draft: Path, file: Path) -> None:
    # link() fails when the name exists, so two first starts agree on one key; rename would not.
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
