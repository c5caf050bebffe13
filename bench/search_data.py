# SPDX-License-Identifier: Apache-2.0
"""A million signals in one organisation, and how long search, sightings and entity lists take under row security.

Run it against an empty, migrated database that may be thrown away:

    DATABASE_URL=postgresql://admin@.../bench python -m bench.search_data 1000000
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longwatch.config.settings")
django.setup()

# Models can be imported only now.
from longwatch.access.actors import actor_of  # noqa: E402
from longwatch.access.context import acting_as  # noqa: E402
from longwatch.access.models import CompartmentKind  # noqa: E402
from longwatch.access.services.accounts import create_account  # noqa: E402
from longwatch.access.services.compartments import open_compartment  # noqa: E402
from longwatch.access.services.setup import set_up_organisation  # noqa: E402
from longwatch.config.migrating import migrate  # noqa: E402
from longwatch.core.actor import Actor  # noqa: E402
from longwatch.core.environment import current  # noqa: E402
from longwatch.core.ids import uuid7  # noqa: E402
from longwatch.core.postgres.address import address  # noqa: E402
from longwatch.records.models import RecordKind  # noqa: E402
from longwatch.search.finding import find  # noqa: E402
from longwatch.search.kinds import ResultKind  # noqa: E402
from longwatch.search.selectors import everything, sightings, signals_naming  # noqa: E402

EVERY_RECORD = [str(kind) for kind in RecordKind]
EVERY_KIND = [str(kind) for kind in ResultKind]
FILL = """
with vocabulary as (select array_agg('w' || lpad(n::text, 4, '0')) as words from generate_series(1, 5000) n)
insert into intake_signal (id, org_id, compartment_id, source_id, kind, dedup_key, rule, title, description, severity,
  status, entities, entity_ids, place, links, tags, report, occurred_at, first_seen, last_seen, count, dismiss_reason,
  dismiss_note, closed_at, format, techniques, sender_state, sender_changes, version)
select gen_random_uuid(), %(org)s, case when n %% 10 = 0 then %(hidden)s else %(shown)s end, %(source)s, 'alert',
  decode(md5(n::text), 'hex'), 'rule ' || n %% 300,
  v.words[1 + floor(5000 * random() ^ 3)::int] || ' ' || v.words[1 + floor(5000 * random() ^ 3)::int] || ' ' || n,
  (select string_agg(v.words[1 + floor(5000 * random() ^ 3 + 0 * (n + w))::int], ' ')
     from generate_series(1, 16) w),
  (n %% 5), case when n %% 20 = 0 then 'new' when n %% 7 = 0 then 'in_incident' else 'dismissed' end,
  jsonb_build_array(jsonb_build_object('kind', 'ip', 'value', '10.' || host %% 200 || '.' || host / 200 || '.9',
    'part', 'indicator', 'id', md5('ip' || host))),
  array[md5('ip' || host)::uuid, md5('host' || n %% 3000)::uuid], '', '{}', '{}', '{}', at, at, at, 1, '', '',
  case when n %% 20 = 0 then null else at end, '', '{}', '', '{}', 1
from generate_series(1, %(count)s) n cross join vocabulary v
  cross join lateral (
    select now() - n * interval '13 seconds' as at, floor(40000 * random() ^ 4 + 0 * n)::int as host) r
"""
SLOW_TO_MAINTAIN = ("intake_signal_tsv", "intake_signal_entities")


def fill(admin: "psycopg.Connection[Any]", values: dict[str, Any]) -> None:
    """Straight into the table with its guards off; the two big indexes are made again afterwards."""
    admin.execute("set session_replication_role = replica")
    definitions = [
        admin.execute("select pg_get_indexdef(%s::regclass)", [name]).fetchone() for name in SLOW_TO_MAINTAIN
    ]
    for name in SLOW_TO_MAINTAIN:
        admin.execute(f"drop index {name}")
    admin.execute(FILL, values)
    admin.execute("set maintenance_work_mem = '400MB'")
    for definition in definitions:
        admin.execute(definition[0])  # type: ignore[index]
    admin.execute("vacuum analyze intake_signal")


def measured(call: Callable[[], Any], times: int = 30) -> dict[str, float]:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return {"p50": round(statistics.median(taken), 1), "p95": round(taken[int(0.95 * (times - 1))], 1)}


def main() -> None:
    place = address(current())
    migrate(place)
    analyst, values = _organisation()
    values["count"] = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with psycopg.connect(place.admin_conninfo(place.database), autocommit=True) as admin:
        fill(admin, values)
        popular, rare, *named = (_entity(admin, n) for n in (0, 35000, *range(1, 400, 33)))
    with acting_as(analyst):
        for name, call in _questions(analyst, values["count"], popular, rare, named).items():
            call()
            figures = measured(call)
            print(f"{name:45} p50 {figures['p50']:8.1f} ms   p95 {figures['p95']:8.1f} ms")


def _organisation() -> tuple[Actor, dict[str, Any]]:
    mark = uuid7().hex[-8:]
    made = set_up_organisation(name="Bench", slug=f"b-{mark}", email=f"a-{mark}@b.test", person="Ada", password=None)
    with acting_as(made.actor):
        hidden = open_compartment(name="x", kind=CompartmentKind.INTAKE, reader_roles=["counsel"], by=made.actor)
        account = create_account(email=f"b-{mark}@b.test", name="Ana", roles=["analyst"], password=None, by=made.actor)
    values = {"org": account.org_id, "shown": made.signals.id, "hidden": hidden.id, "source": uuid7()}
    return actor_of(account), values


def _questions(
    analyst: Actor, count: int, popular: UUID, rare: UUID, named: list[UUID]
) -> dict[str, Callable[[], Any]]:
    deep = _tenth_page()
    words = {
        "common word (in 4 of 5)": "w0001", "middling word": "w0900", "rare word": "w4999", "two words": "w0010 w1200",
        "beginning of a word": "w12", "one exact number": str(count // 2), "nothing": "nosuchword",
    }  # fmt: skip
    return {
        **{f"search, {name}": (lambda text=text: find(text, analyst)) for name, text in words.items()},
        "search, page 11 of a common word": lambda: everything(
            "w0001", wanted=EVERY_KIND, allowed=EVERY_RECORD, cursor=deep
        ),
        "reported before, popular address": lambda: sightings([popular], allowed=EVERY_RECORD),
        "reported before, rare address": lambda: sightings([rare], allowed=EVERY_RECORD),
        f"history of {len(named)} entities": lambda: sightings(named, allowed=EVERY_RECORD),
        "signals naming a popular address": lambda: signals_naming(popular),
    }


def _tenth_page() -> str | None:
    cursor: str | None = None
    for _ in range(10):
        cursor = everything("w0001", wanted=EVERY_KIND, allowed=EVERY_RECORD, cursor=cursor).next_cursor
    return cursor


def _entity(admin: "psycopg.Connection[Any]", n: int) -> UUID:
    row = admin.execute("select md5(%s)::uuid", [f"ip{n}"]).fetchone()
    assert row is not None
    return UUID(str(row[0]))


if __name__ == "__main__":
    main()
