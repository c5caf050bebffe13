# SPDX-License-Identifier: Apache-2.0
"""Functions that reach past row security (`security definer`): each asks who calls it, or says why it need not.

What the application's role may call is meant; triggers run by what somebody was allowed to write. That a body asks does
not say that it asks rightly: the named tests and tests/secrecy look at what comes out.
"""

import re
from collections.abc import Mapping

import psycopg
from django.db import connections

from tests.architecture.source import ROOT
from tests.architecture.test_row_security import Cursor, rows

DEFINERS = """
select p.proname, p.prosrc, r.rolname, coalesce(array_to_string(p.proconfig, ' '), '')
  from pg_proc p join pg_roles r on r.oid = p.proowner
 where p.prosecdef and p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
   and has_function_privilege('longwatch_app', p.oid, 'execute')
"""
EVERY = "select p.proname, p.prosrc from pg_proc p where p.pronamespace = 'public'::regnamespace"
# Who asks, as the transaction says; or an entry of the ledger that this very transaction wrote, which says who did.
ASKER = re.compile(r"current_setting\('longwatch\.(?:account|org|glass)'|pg_current_xact_id\(\)")
CALLED = re.compile(r"\b([a-z_]+)\s*\(")
OWNER = "longwatch_search"
# The others: why they need not ask, and the test that shows what they give and take.
REASONS = {
    "compartment_is_empty": (
        "yes or no of an identifier that was made just now: the first member of a new compartment",
        "tests/access/test_walls.py",
    ),
    "ensure_month_partitions": ("makes empty tables of two names and reads nothing", "tests/intake/test_jobs.py"),
    "evidence_blobs_in_use": (
        "hashes of sealed bytes, for the sweep, which acts for nobody; they name no exhibit and open nothing",
        "tests/evidence/test_jobs.py",
    ),
    "evidence_keep_public_key": (
        "the report form acts for nobody: takes a locked key for a report and gives nothing back",
        "tests/evidence/services/test_receiving.py",
    ),
    "evidence_next_number": (
        "a number, for who names the record and the compartment, both random; the form acts for nobody",
        "tests/evidence/services/test_receiving.py",
    ),
    "intake_canaries_due": (
        "the worker acts for nobody: identifiers of sources, and for whom a test signal is sent",
        "tests/intake/services/test_canaries.py",
    ),
    "intake_canaries_open": (
        "the worker acts for nobody: identifiers of test signals, and for whom they are looked for",
        "tests/intake/services/test_canaries.py",
    ),
    "enrichment_fetching": ("numbers for monitoring; no content", "tests/config/test_gauges.py"),
    "exchange_gauges": ("numbers for monitoring and the names of sources; no content", "tests/config/test_gauges.py"),
    "exchange_tellers": (
        "identifiers of webhooks and their accounts, for the worker, which acts for nobody until it knows them",
        "tests/exchange/services/test_telling.py",
    ),
    "intake_count_figures": (
        "the worker acts for nobody: counts, and gives a number",
        "tests/intake/test_source_figures.py",
    ),
    "intake_count_volume": (
        "the worker acts for nobody: counts, and gives a number",
        "tests/intake/test_scans.py",
    ),
    "intake_note_heard": (
        "the worker acts for nobody: moments of sources, and gives a number",
        "tests/intake/test_scans.py",
    ),
    "intake_count_rules": (
        "the worker acts for nobody: counts, and gives a number",
        "tests/intake/test_source_figures.py",
    ),
    "intake_enclose": (
        "the report form acts for nobody: makes a new compartment, with nobody inside, and gives nothing back",
        "tests/intake/services/test_enclosing.py",
    ),
    "intake_given_up_count": (
        "monitoring acts for nobody: a number, and nothing about whose",
        "tests/intake/services/test_settling_again.py",
    ),
    "intake_keep_delivery": (
        "whoever receives acts for nobody: takes a body for a source and gives nothing back but its identifier",
        "tests/intake/services/test_deliveries.py",
    ),
    "intake_mail_source": (
        "the mail listener acts for nobody: which source an address belongs to, for its own use",
        "tests/config/test_receiving_mails.py",
    ),
    "intake_mailbox_reached": (
        "the worker acts for nobody: notes how far a mailbox was read and gives nothing back",
        "tests/intake/test_jobs.py",
    ),
    "intake_mailbox_source": (
        "the worker acts for nobody: the source of a mailbox whose random identifier it has",
        "tests/intake/services/test_mailing.py",
    ),
    "intake_mailbox_take": (
        "the worker acts for nobody: yes or no about the hash of a mail that it holds",
        "tests/intake/services/test_mailing.py",
    ),
    "intake_mailboxes_to_read": (
        "the worker acts for nobody: what it reads; passwords are hidden under a key outside the database",
        "tests/intake/test_jobs.py",
    ),
    "intake_messages_by_tag": ("whoever has the tag of a receipt is who it is for", "tests/intake/test_receipts.py"),
    "intake_next_message": (
        "a number, for who names the exchange, which is random; reporters act for nobody",
        "tests/intake/services/test_threads.py",
    ),
    "intake_own_mapping": (
        "whoever receives for a source knows how it is read; senders are told nothing",
        "tests/intake/services/test_mappings.py",
    ),
    "intake_quiet_rules": (
        "whoever receives for a source knows what of it is kept quiet; senders are told nothing",
        "tests/intake/services/test_quieting.py",
    ),
    "intake_readers": (
        "names of roles that read a public form, which the form tells reporters",
        "tests/intake/services/test_enclosing.py",
    ),
    "intake_report_sources": (
        "what a public form asks; reporters act for nobody",
        "tests/intake/test_report_views.py",
    ),
    "intake_reporter_writes": (
        "whoever has the tag of a receipt is who it is for",
        "tests/intake/services/test_threads.py",
    ),
    "intake_tell_of_canaries": (
        "the worker acts for nobody: addresses of supervisors, in the moment in which a test signal is lost",
        "tests/intake/services/test_canaries.py",
    ),
    "intake_tell_of_rises": (
        "the worker acts for nobody: addresses of who has signals in hand, in the moment in which they are told",
        "tests/intake/test_rises.py",
    ),
    "intake_tell_of_silence": (
        "the worker acts for nobody: addresses of supervisors, in the moment in which their source fell silent",
        "tests/intake/test_jobs.py",
    ),
    "intake_thread_by_tag": ("whoever has the tag of a receipt is who it is for", "tests/intake/test_receipts.py"),
    "ledger_backlog": ("one number for the health check", "tests/config/test_health.py"),
    "ledger_standing": ("numbers and times of the whole ledger, for the health check", "tests/config/test_health.py"),
    "lifecycle_recalls": (
        "yes or no, for who names the record, which is random; the job that makes bundles asks it, too",
        "tests/lifecycle/services/test_erasing.py",
    ),
    "lifecycle_carrier": ("an account's identifier, for the job that acts for them", "tests/lifecycle/test_jobs.py"),
}


PLANTED = """
create function planted_titles(record uuid) returns setof text language sql stable security definer
  set search_path = public, pg_temp as $$ select title from cases_case where id = record $$;
grant execute on function planted_titles(uuid) to longwatch_app
"""


def bodies(statement: str, cursor: Cursor | None) -> dict[str, str]:
    """The bodies of functions by name; several of one name together."""
    found: dict[str, str] = {}
    for name, body, *_ in rows(statement, cursor):
        found[name] = found.get(name, "") + body
    return found


def asking(every: Mapping[str, str]) -> set[str]:
    """The functions that ask who calls, by themselves or through another."""
    found = {name for name, body in every.items() if ASKER.search(body)}
    while more := {n for n, body in every.items() if n not in found and found.intersection(CALLED.findall(body))}:
        found |= more
    return found


def silent(cursor: Cursor | None = None) -> set[str]:
    """Those that ask nobody."""
    return set(bodies(DEFINERS, cursor)) - asking(bodies(EVERY, cursor))


class TestDefiners:
    def test_ask_who_calls_them_or_say_why_they_need_not(self, db: None) -> None:
        assert silent() - set(REASONS) == set()

    def test_no_reason_is_left_of_one_that_asks_or_is_gone(self, db: None) -> None:
        assert set(REASONS) - silent() == set()

    def test_each_reason_names_a_test_that_exists(self) -> None:
        assert [test for _why, test in REASONS.values() if not (ROOT / test).is_file()] == []

    def test_look_nowhere_but_in_our_own_schema(self, db: None) -> None:
        assert [
            name for name, _body, _owner, setting in rows(DEFINERS) if "search_path=public, pg_temp" not in setting
        ] == []

    def test_belong_to_nobody_who_can_sign_in_but_those_that_need_the_owner(self, db: None) -> None:
        owned = {name for name, _body, owner, _setting in rows(DEFINERS) if owner != OWNER}
        # They make tables, or read what nobody else may: accounts while the context is being made, and the queue.
        assert owned == {"ensure_month_partitions", "ledger_backlog", "current_org", "has_role"}

    def test_are_seen_when_they_ask_nobody(self, db: None) -> None:
        with psycopg.connect(**connections["owner"].get_connection_params()) as owner, owner.cursor() as cursor:
            cursor.execute(PLANTED)
            found = silent(cursor)
            owner.rollback()
        assert found - set(REASONS) == {"planted_titles"}
