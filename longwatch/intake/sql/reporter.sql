-- What whoever holds a receipt may do, while nobody is signed in: read and continue one exchange. Each function asks for
-- the receipt's tag, which only the receipt gives (receipts.py); the table that ties tags to exchanges is read by nobody
-- but these functions, and holds a hash of the tag, so that not even a copy of the database opens an exchange.

create table if not exists intake_receipt (
  tag_hash  bytea primary key check (octet_length(tag_hash) = 32),
  org_id    uuid  not null,
  thread_id uuid  not null unique references intake_thread (id)
);
alter table intake_receipt enable row level security;
alter table intake_receipt force row level security;
drop policy if exists reporter on intake_receipt;
create policy reporter on intake_receipt to longwatch_search using (true) with check (true);

call wall_by_compartment('intake_thread');
call wall_by_compartment('intake_identity');
call ledger_guard('intake_thread');
call ledger_guard('intake_message');
call ledger_guard('intake_identity');
call ledger_guard('intake_disclosure');

-- A message is seen where its thread is now; it is written there too (reporter_walls.sql).
alter table intake_message enable row level security;
alter table intake_message force row level security;
drop policy if exists inside on intake_message;
create policy inside on intake_message for select to longwatch_app
  using (exists (select 1 from intake_thread t where t.id = thread_id));
drop policy if exists definer on intake_message;
create policy definer on intake_message for select to longwatch_search using (true);

alter table intake_message_seen enable row level security;
alter table intake_message_seen force row level security;
drop policy if exists own on intake_message_seen;
create policy own on intake_message_seen to longwatch_app
  using (account_id = (select current_account()))
  with check (account_id = (select current_account()) and exists (select 1 from intake_thread t where t.id = thread_id));
drop policy if exists definer on intake_message_seen;
create policy definer on intake_message_seen for select to longwatch_search using (true);

-- A request is seen by the report's readers and by the custodians of the identity; who asks and decides:
-- reporter_walls.sql.
alter table intake_disclosure enable row level security;
alter table intake_disclosure force row level security;
drop policy if exists inside on intake_disclosure;
create policy inside on intake_disclosure for select to longwatch_app
  using (compartment_id = any ((select visible_compartments())::uuid[])
         or identity_compartment_id = any ((select visible_compartments())::uuid[]));
drop policy if exists definer on intake_disclosure;
create policy definer on intake_disclosure for select to longwatch_search using (true);

-- An identity is disclosed to one named person, for a time; whoever may no longer see the report loses it too.
drop policy if exists disclosed on intake_identity;
create policy disclosed on intake_identity for select to longwatch_app
  using (exists (select 1 from intake_disclosure d
                  where d.signal_id = intake_identity.signal_id and d.asked_by_id = (select current_account())
                    and d.state = 'granted' and d.until > now()));

-- Only the functions below write as this role, which nobody can sign in as.
drop policy if exists reporter on intake_thread;
create policy reporter on intake_thread for insert to longwatch_search with check (true);
drop policy if exists reporter on intake_message;
create policy reporter on intake_message for insert to longwatch_search with check (author = 'reporter');
drop policy if exists reporter on intake_identity;
create policy reporter on intake_identity for insert to longwatch_search with check (true);
drop policy if exists reporter on access_compartment;
create policy reporter on access_compartment for insert to longwatch_search with check (kind = 'record');
drop policy if exists reporter on access_exclusion;
create policy reporter on access_exclusion for insert to longwatch_search with check (true);

drop index if exists intake_signal_receipt;
drop function if exists report_by_receipt(text);

-- Whether the row's entry, which is its version, was written in this very transaction.
create or replace function intake_is_new(entry bigint) returns boolean language sql stable
  set search_path = public, pg_temp as $$
  select exists (select 1 from ledger_pending p where p.entry_id = entry and p.transaction_id = pg_current_xact_id())
$$;
-- A new compartment for one report, with whom the reporter keeps out of it; nobody is a member yet.
create or replace function intake_enclose(compartment jsonb, exclusions jsonb) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  c access_compartment := jsonb_populate_record(null::access_compartment, compartment);
begin
  insert into access_compartment (id, org_id, kind, name, reader_roles, section, record_id, created_at, version)
    values (c.id, c.org_id, 'record', c.name, c.reader_roles, c.section, c.record_id, c.created_at, c.version);
  insert into access_exclusion (id, org_id, compartment_id, account_id, reason, added_at, version)
    select x.id, c.org_id, c.id, x.account_id, x.reason, x.added_at, x.version
      from jsonb_populate_recordset(null::access_exclusion, exclusions) x
      join access_account a on a.id = x.account_id and a.org_id = c.org_id;
end $$;

-- Which roles read what a report form takes, for the form, which acts for nobody.
create or replace function intake_readers(home uuid) returns text[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select c.reader_roles from access_compartment c
   where c.id = home and exists (select 1 from intake_source s where s.compartment_id = c.id and s.kind in ('report', 'sos'))
$$;

-- The exchange of a report that came in in this very transaction.
create or replace function intake_open_thread(thread jsonb, tag bytea) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  t intake_thread := jsonb_populate_record(null::intake_thread, thread);
begin
  if not exists (select 1 from intake_signal s where s.id = t.signal_id and s.kind in ('report', 'sos')
                  and s.org_id = t.org_id and s.compartment_id = t.compartment_id and intake_is_new(s.version)) then
    raise exception 'only a new report gets an exchange' using errcode = 'insufficient_privilege';
  end if;
  insert into intake_thread (id, org_id, compartment_id, signal_id, record_kind, record_id, version)
    values (t.id, t.org_id, t.compartment_id, t.signal_id, '', null, t.version);
  insert into intake_receipt (tag_hash, org_id, thread_id) values (sha256(tag), t.org_id, t.id);
end $$;

create or replace function intake_keep_identity(identity jsonb) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  i intake_identity := jsonb_populate_record(null::intake_identity, identity);
begin
  if not exists (select 1 from intake_signal s where s.id = i.signal_id and s.org_id = i.org_id and intake_is_new(s.version))
     or not exists (select 1 from access_compartment c where c.id = i.compartment_id and c.section = 'identity'
                     and c.record_id = i.signal_id and intake_is_new(c.version)) then
    raise exception 'an identity comes with its report' using errcode = 'insufficient_privilege';
  end if;
  insert into intake_identity (id, org_id, compartment_id, signal_id, sealed, given_at, version)
    values (i.id, i.org_id, i.compartment_id, i.signal_id, i.sealed, i.given_at, i.version);
end $$;

-- Where a report's identity lies, for those who see the report: to ask for it, not to open it.
create or replace function intake_identity_compartment(signal uuid) returns uuid
  language sql stable security definer set search_path = public, pg_temp as $$
  select i.compartment_id from intake_identity i join intake_signal s on s.id = i.signal_id
   where i.signal_id = signal and s.compartment_id = any ((select visible_compartments())::uuid[])
$$;

-- What the receipt opens: as much of the report's state as its reporter may know.
create or replace function intake_thread_by_tag(tag bytea)
  returns table (thread_id uuid, signal_id uuid, org_id uuid, compartment_id uuid, home_id uuid, received_at timestamptz,
                 state text)
  language sql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
  select t.id, s.id, t.org_id, t.compartment_id, s.compartment_id, s.first_seen, report_state(s.status, s.closed_at)
    from intake_receipt r join intake_thread t on t.id = r.thread_id join intake_signal s on s.id = t.signal_id
   where r.tag_hash = sha256(tag)
$$;

-- The reporter is not told who of the team wrote.
create or replace function intake_messages_by_tag(tag bytea)
  returns table (number int, author text, body text, files int, at timestamptz, once uuid)
  language sql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
  select m.number, m.author, m.text, m.files, m.at, m.once
    from intake_receipt r join intake_message m on m.thread_id = r.thread_id
   where r.tag_hash = sha256(tag) order by m.number
$$;

-- The next number in an exchange, for one writer at a time.
create or replace function intake_next_message(thread uuid) returns int language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('message ' || thread::text, 0));
  return (select coalesce(max(number), 0) + 1 from intake_message where thread_id = thread);
end $$;

create or replace function intake_reporter_writes(tag bytea, message jsonb) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  m intake_message := jsonb_populate_record(null::intake_message, message);
begin
  if not exists (select 1 from intake_receipt r join intake_thread t on t.id = r.thread_id
                  where r.tag_hash = sha256(tag) and t.id = m.thread_id and t.org_id = m.org_id
                    and t.compartment_id = m.compartment_id) then
    raise exception 'no exchange with this receipt' using errcode = 'insufficient_privilege';
  end if;
  insert into intake_message (id, org_id, compartment_id, thread_id, number, author, text, files, once, at, version)
    values (m.id, m.org_id, m.compartment_id, m.thread_id, m.number, 'reporter', m.text, m.files, m.once, m.at, m.version);
end $$;

alter function intake_enclose(jsonb, jsonb) owner to longwatch_search;
alter function intake_readers(uuid) owner to longwatch_search;
alter function intake_open_thread(jsonb, bytea) owner to longwatch_search;
alter function intake_keep_identity(jsonb) owner to longwatch_search;
alter function intake_identity_compartment(uuid) owner to longwatch_search;
alter function intake_thread_by_tag(bytea) owner to longwatch_search;
alter function intake_messages_by_tag(bytea) owner to longwatch_search;
alter function intake_next_message(uuid) owner to longwatch_search;
alter function intake_reporter_writes(bytea, jsonb) owner to longwatch_search;
