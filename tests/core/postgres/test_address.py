# SPDX-License-Identifier: Apache-2.0
import pytest
from psycopg.conninfo import conninfo_to_dict

from longwatch.core.environment import Environment, SettingError
from longwatch.core.postgres.address import APP, OWNER, address, role_password

KEY = "k" * 40


def external(url: str) -> Environment:
    return Environment({"DATABASE_URL": url, "LONGWATCH_SECRET_KEY": KEY})


class TestAddress:
    def test_takes_server_and_database_from_the_url(self) -> None:
        found = address(external("postgresql://admin:pw@db.example:5433/records?sslmode=require"))
        assert (found.database, found.server) == (
            "records",
            {"host": "db.example", "port": "5433", "sslmode": "require"},
        )

    def test_makes_its_own_database_beside_an_administrative_one(self) -> None:
        assert address(external("postgresql://admin:pw@db.example/postgres")).database == "longwatch"

    def test_roles_connect_with_derived_passwords(self) -> None:
        parts = conninfo_to_dict(address(external("postgresql://admin:pw@db.example/records")).conninfo(APP))
        assert (parts["user"], parts["password"]) == (APP, role_password(KEY, APP))

    def test_shows_neither_key_nor_password(self) -> None:
        assert "pw-in-url" not in repr(address(external("postgresql://admin:pw-in-url@db.example/x")))

    def test_refuses_a_url_it_cannot_read_without_repeating_it(self) -> None:
        with pytest.raises(SettingError) as refusal:
            address(external("postgresql://admin:secret@db:notaport:5/x y?z"))
        assert "secret" not in str(refusal.value)


class TestRolePassword:
    def test_differs_by_role_and_key(self) -> None:
        assert len({role_password(KEY, APP), role_password(KEY, OWNER), role_password("other", APP)}) == 3
