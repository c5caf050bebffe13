# SPDX-License-Identifier: Apache-2.0
import json
import logging
import sys

import pytest

from longwatch.config.logging import JsonLines, NoSecrets, logging_settings
from longwatch.core.environment import Environment, SettingError


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("longwatch", logging.INFO, __file__, 1, message, None, None)


class TestNoSecrets:
    @pytest.mark.parametrize(
        "message",
        ["Authorization: Bearer s3cret", "password=s3cret", '{"token": "s3cret"}', "postgresql://admin:s3cret@db/x"],
    )
    def test_hides_what_looks_like_one(self, message: str) -> None:
        line = record(message)
        NoSecrets().filter(line)
        assert "s3cret" not in line.getMessage()

    @pytest.mark.parametrize(
        "address", ["/accounts/password/reset/key/2-d8x-s3cret/", "/accounts/confirm-email/s3cret/"]
    )
    def test_hides_what_an_address_opens(self, address: str) -> None:
        line = record(f"Internal Server Error: {address}")
        NoSecrets().filter(line)
        assert "s3cret" not in line.getMessage()

    @pytest.mark.parametrize("formatter", [JsonLines(), logging.Formatter()])
    def test_hides_what_a_trace_tells(self, formatter: logging.Formatter) -> None:
        line = record("It failed")
        try:
            raise ValueError("cannot read token=s3cret")
        except ValueError:
            line.exc_info = sys.exc_info()
        NoSecrets().filter(line)
        written = formatter.format(line)
        assert "ValueError" in written
        assert "s3cret" not in written.partition("ValueError")[2]

    def test_leaves_other_words_alone(self) -> None:
        line = record("Migrated in 3 s")
        NoSecrets().filter(line)
        assert line.getMessage() == "Migrated in 3 s"


class TestLoggingSettings:
    def test_refuses_unknown_levels(self) -> None:
        with pytest.raises(SettingError):
            logging_settings(Environment({"LONGWATCH_LOG_LEVEL": "LOUD"}))

    def test_json_lines_can_be_read_back(self) -> None:
        assert json.loads(JsonLines().format(record("äöü")))["message"] == "äöü"
