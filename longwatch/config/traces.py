# SPDX-License-Identifier: Apache-2.0
"""Traces for an OpenTelemetry collector, when the operator named one. Before that, nothing of it is loaded."""

import importlib.util
import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from longwatch.core import tracing
from longwatch.core.environment import (
    OTEL_ENDPOINT,
    OTEL_SHARE,
    OTLP_ENDPOINT,
    Environment,
    SettingError,
    current,
)

LIBRARY = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
PATH = "/v1/traces"
MISSING = "Traces are wanted, but OpenTelemetry is not installed: docs/how-to/traces.md says how."
logger = logging.getLogger(__name__)


def endpoint(environment: Environment) -> str:
    """Where traces go: the full address, or nothing when none are to be made.

    Refuses what is no address. The standard variable counts unless it is for another protocol than ours.
    """
    own = environment.text(OTEL_ENDPOINT)
    wanted = own or (environment.text(OTLP_ENDPOINT) if _standard_counts(environment) else "")
    if not wanted:
        return ""
    parts = urlsplit(wanted)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingError(
            OTEL_ENDPOINT.name if own else OTLP_ENDPOINT.name, "an address such as http://127.0.0.1:4318"
        )
    path = parts.path.rstrip("/")
    return urlunsplit(parts._replace(path=path if path.endswith(PATH) else path + PATH))


def _standard_counts(environment: Environment) -> bool:
    say = environment.variables.get
    return (
        say("OTEL_EXPORTER_OTLP_PROTOCOL", "") in {"", "http/protobuf"}
        and say("OTEL_TRACES_EXPORTER", "") in {"", "otlp"}
        and say("OTEL_SDK_DISABLED", "").lower() != "true"
    )


def shown(address: str) -> str:
    """The address without a password that may be in it."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def is_installed() -> bool:
    """Tell whether the libraries are there, without loading them."""
    try:
        return all(importlib.util.find_spec(name) is not None for name in LIBRARY)
    except ModuleNotFoundError:
        return False


def are_made() -> bool:
    """Tell whether this process is to send traces."""
    return bool(endpoint(current())) and is_installed()


def start(part: str) -> Callable[[], None]:
    """Let this process send traces as the named part of Longwatch, if wanted; returns what sends the rest and stops."""
    environment = current()
    if not endpoint(environment):
        return _nothing
    if not is_installed():
        logger.warning(MISSING)
        return _nothing
    exporting = import_module("longwatch.config.traces_out").Exporting(endpoint(environment), part)
    tracing.record_with(exporting, environment.share(OTEL_SHARE))

    def stop() -> None:
        tracing.record_with(None)
        exporting.stop()

    return stop


def _nothing() -> None:
    """No traces were made."""


async def around_job(work_on: Callable[[], Any], context: Any, worker: Any) -> Any:
    """A span for each job of the worker."""
    with tracing.span(f"job {context.job.task_name}") as work:
        work.tell("longwatch.job.task", context.job.task_name)
        work.tell("longwatch.job.attempt", context.job.attempts + 1)
        return await work_on()
