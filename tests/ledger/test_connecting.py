# SPDX-License-Identifier: Apache-2.0
from django.db import connection

from longwatch.ledger.connecting import as_sequencer


class TestAsSequencer:
    def test_is_the_sequencer_in_the_database_of_the_pages(self, db: None) -> None:
        with as_sequencer() as own:
            found = own.execute("select current_user, current_database()").fetchone()
        assert found == ("longwatch_sequencer", connection.settings_dict["NAME"])
