# SPDX-License-Identifier: Apache-2.0
import json
import urllib.request

import pytest
from django.db import connection

from longwatch.config.commands import web
from longwatch.core.postgres.address import Address
from longwatch.web import live


@pytest.mark.slow
class TestWeb:
    def test_answers_with_the_database_of_the_test(self, live_server_process: str, committed_db: Address) -> None:
        with urllib.request.urlopen(f"{live_server_process}/healthz") as answer:
            assert json.load(answer)["status"] == "ok"
        with connection.cursor() as cursor:
            cursor.execute("select current_database()")
            assert cursor.fetchone() == (committed_db.database,)


class TestServer:
    def test_speaks_to_live_pages_on_their_channel(self) -> None:
        assert (web.CHANNEL, web.STOP) == (live.CHANNEL, live.STOP)
