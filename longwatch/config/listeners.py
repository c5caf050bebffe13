# SPDX-License-Identifier: Apache-2.0
"""Which listeners the settings ask for. Nothing here loads Django: whoever starts processes asks, too."""

from dataclasses import dataclass

from longwatch.core.environment import (
    SMTP,
    SYSLOG_SOURCE,
    SYSLOG_TCP,
    SYSLOG_TLS,
    SYSLOG_TLS_CERT,
    SYSLOG_UDP,
    Environment,
    Setting,
    SettingError,
)

LAST_PORT = 65_535
SYSLOG = (SYSLOG_UDP, SYSLOG_TCP, SYSLOG_TLS)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int


def is_wanted(environment: Environment) -> bool:
    """Whether anything is to be listened for."""
    return environment.is_set(SMTP) or is_syslog_wanted(environment)


def is_syslog_wanted(environment: Environment) -> bool:
    """Whether syslog is to be listened for."""
    return any(environment.is_set(setting) for setting in SYSLOG)


def address(environment: Environment, setting: Setting) -> Address | None:
    """The address in a setting, None when it is not set; refuses what is none."""
    if not environment.is_set(setting):
        return None
    host, _, port = environment.text(setting).rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdecimal()) or int(port) > LAST_PORT:
        raise SettingError(setting.name, "an address and a port, such as 0.0.0.0:5514 or [::]:5514")
    return Address(host, int(port))


def check(environment: Environment) -> None:
    """Refuse settings that cannot be listened with."""
    for setting in (*SYSLOG, SMTP):
        address(environment, setting)
    if is_syslog_wanted(environment) and not environment.is_set(SYSLOG_SOURCE):
        raise SettingError(SYSLOG_SOURCE.name, "the short name of the source that syslog messages belong to")
    if environment.is_set(SYSLOG_TLS) and not environment.is_set(SYSLOG_TLS_CERT):
        raise SettingError(SYSLOG_TLS_CERT.name, "the PEM file of a certificate, for syslog over TLS")
