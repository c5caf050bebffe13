# SPDX-License-Identifier: Apache-2.0
import json
import logging

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
