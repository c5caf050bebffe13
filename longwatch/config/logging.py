# SPDX-License-Identifier: Apache-2.0
"""The log: one line an event, for people or for collectors, without secrets or personal data."""

import json
import logging
import re
import time
from typing import Any

from longwatch.core.environment import LOG_FORMAT, LOG_LEVEL, Environment

LEVELS = frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})
FORMATS = frozenset({"text", "json"})
# "/reporters/" is the team's side.
REPORTER_PAGE = "/report"
REPORTER_PAGES = ("/report/", "/report?")
DAY = 24 * 3600
SECRETS = re.compile(
    r"(?i)((?:password|passwd|secret|token|authorization|api[-_]?key)[\"']?\s*[:=]\s*[\"']?(?:bearer\s+|basic\s+)?"
    r"|\b(?:bearer|basic)\s+)[^\s\"',;&]+"
    r"|(\w+://[^\s:/@]*:)[^\s@]+(?=@)"
    # Addresses that were mailed: whoever has one may set a password, or confirm an address.
    r"|(/(?:reset/key|confirm-email)/)[^\s/\"']+"
)


TRACES = logging.Formatter()


def without_secrets(text: str) -> str:
    """The text with what looks like a secret replaced."""
    return SECRETS.sub(lambda found: (found[1] or found[2] or found[3]) + "[hidden]", text)


class NoSecrets(logging.Filter):
    """Replaces what looks like a secret before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass, cleaned."""
        message = record.getMessage()
        cleaned = without_secrets(message)
        if cleaned != message:
            record.msg, record.args = cleaned, None
        if record.exc_info:
            # Formatters take this text instead of making their own.
            record.exc_text = without_secrets(TRACES.formatException(record.exc_info))
        return True


class NoReporters(logging.Filter):
    """Drops what would tell that somebody used the reporter pages; a failure there stays, dated to the day."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record may be written: of reporter pages only failures, dated to the day, without their words."""
        if not _of_reporter(record):
            return True
        if record.levelno < logging.ERROR:
            return False
        failed = record.exc_info[0] if record.exc_info else None
        record.msg = f"A reporter page failed: {failed.__name__ if failed else 'no exception'}"
        record.args = record.exc_info = record.exc_text = None
        record.created -= record.created % DAY
        record.msecs = 0
        return True


def _of_reporter(record: logging.LogRecord) -> bool:
    request = vars(record).get("request")
    named = (str(getattr(request, "path_info", "")), *(each for each in _args(record) if isinstance(each, str)))
    return any(each == REPORTER_PAGE or each.startswith(REPORTER_PAGES) for each in named)


def _args(record: logging.LogRecord) -> tuple[object, ...]:
    return record.args if isinstance(record.args, tuple) else ()


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, source, message, and the trace when there is one."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "source": record.name,
            "message": record.getMessage(),
        }
        trace = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else "")
        if trace:
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False)


def logging_settings(environment: Environment) -> dict[str, Any]:
    """The dictConfig of every Longwatch process."""
    level = environment.choice(LOG_LEVEL, LEVELS)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_secrets": {"()": NoSecrets}, "no_reporters": {"()": NoReporters}},
        "formatters": {
            "text": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{"},
            "json": {"()": JsonLines},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["no_reporters", "no_secrets"],
                "formatter": environment.choice(LOG_FORMAT, FORMATS),
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Refused requests are ordinary; Django would write each with its address.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "procrastinate": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
        },
    }
