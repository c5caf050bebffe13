# SPDX-License-Identifier: Apache-2.0
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

from longwatch.config.commands import web
from longwatch.core.postgres.address import Address
from longwatch.web import live
from tests.fixtures.server import free_port, server_environment, wait_for


@pytest.mark.slow
class TestWeb:
    def test_answers_with_the_database_of_the_test(self, live_server_process: str, committed_db: Address) -> None:
        with urllib.request.urlopen(f"{live_server_process}/healthz") as answer:
            assert json.load(answer)["status"] == "ok"
        with connection.cursor() as cursor:
            cursor.execute("select current_database()")
            assert cursor.fetchone() == (committed_db.database,)


@pytest.mark.slow
class TestRun:
    def test_gathers_the_static_files_itself_and_serves_them_without_a_warning(
        self, committed_db: Address, tmp_path: Path
    ) -> None:
        port, log = free_port(), tmp_path / "web.log"
        data = tmp_path / "data"
        environment = server_environment(committed_db, port) | {"LONGWATCH_DATA": str(data)}
        with log.open("wb") as stream:
            words = [sys.executable, "-m", "longwatch", "web"]
            process = subprocess.Popen(words, env=environment, stdout=stream, stderr=stream)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
            names = json.loads((data / "static" / "staticfiles.json").read_text())["paths"]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/{names['ninja/swagger-ui.css']}") as answer:
                assert answer.status == 200
            # A file handed to Django under ASGI would be read as a whole, with a warning.
            assert "Warning" not in log.read_text()
        finally:
            process.terminate()
            process.wait(30)


class TestServer:
    def test_speaks_to_live_pages_on_their_channel(self) -> None:
        assert (web.CHANNEL, web.STOP) == (live.CHANNEL, live.STOP)
