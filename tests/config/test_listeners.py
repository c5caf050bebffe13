# SPDX-License-Identifier: Apache-2.0
"""Which listeners the settings ask for."""

import pytest

from longwatch.config.listeners import Address, address, check, is_wanted
from longwatch.core.environment import SYSLOG_TCP, Environment, SettingError

TCP, SOURCE = "LONGWATCH_SYSLOG_TCP", "LONGWATCH_SYSLOG_SOURCE"


class TestIsWanted:
    def test_only_when_an_address_is_set(self) -> None:
        assert not is_wanted(Environment({SOURCE: "syslog"}))
        assert is_wanted(Environment({TCP: "127.0.0.1:5514"}))


class TestAddress:
    @pytest.mark.parametrize(
        ("text", "host", "port"),
        [("0.0.0.0:5514", "0.0.0.0", 5514), ("[::]:6514", "::", 6514), ("127.0.0.1:0", "127.0.0.1", 0)],
    )
    def test_is_host_and_port(self, text: str, host: str, port: int) -> None:
        assert address(Environment({TCP: text}), SYSLOG_TCP) == Address(host, port)

    def test_is_none_when_it_is_not_set(self) -> None:
        assert address(Environment({}), SYSLOG_TCP) is None

    @pytest.mark.parametrize("text", ["5514", ":5514", "host:", "host:port", "host:99999", "host:-1"])
    def test_refuses_what_is_none(self, text: str) -> None:
        with pytest.raises(SettingError):
            address(Environment({TCP: text}), SYSLOG_TCP)


class TestCheck:
    def test_asks_for_the_source_and_for_a_certificate(self) -> None:
        check(Environment({TCP: "127.0.0.1:5514", SOURCE: "syslog"}))
        for wrong in ({TCP: "127.0.0.1:5514"}, {"LONGWATCH_SYSLOG_TLS": "127.0.0.1:6514", SOURCE: "syslog"}):
            with pytest.raises(SettingError):
                check(Environment(wrong))
