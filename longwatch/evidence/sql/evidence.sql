-- Row security, guards, numbering and the chain of custody of exhibits.

-- A name such as "badge-2026_07.jpg" is found by its parts too.
alter table evidence_exhibit add column if not exists tsv tsvector
  generated always as (to_tsvector('simple', name || ' ' || regexp_replace(name, '[^[:alnum:]]+', ' ', 'g') || ' ' || note))
  stored;
create index if not exists evidence_exhibit_tsv on evidence_exhibit using gin (tsv);

call wall_by_compartment('evidence_exhibit');
call wall_by_compartment('evidence_custody_event');
call ledger_guard('evidence_exhibit');

-- What was received stays as it was received: only the withdrawal may be written, once.
create or replace function evidence_exhibit_immutable() returns trigger language plpgsql as $$
begin
  if old.withdrawn_at is not null
     or (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.number, new.name, new.content_type,
         new.size, new.sha256, new.note, new.received_at, new.received_by_id, new.received_label)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.number, old.name, old.content_type,
         old.size, old.sha256, old.note, old.received_at, old.received_by_id, old.received_label) then
    raise exception 'an exhibit is withdrawn, never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists evidence_exhibit_immutable on evidence_exhibit;
create trigger evidence_exhibit_immutable before update on evidence_exhibit
  for each row execute function evidence_exhibit_immutable();

-- The next number in a record, for one writer at a time; numbers that the writer may not see count too.
create or replace function evidence_next_number(record uuid) returns int language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('exhibit ' || record::text, 0));
  return (select coalesce(max(number), 0) + 1 from evidence_exhibit where record_id = record);
end $$;
alter function evidence_next_number(uuid) owner to longwatch_search;

-- Receipt and withdrawal enter the chain of custody by themselves, with the rights of whoever writes the exhibit.
create or replace function evidence_custody_follows() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into evidence_custody_event (id, org_id, compartment_id, exhibit_id, kind, at, actor_id, actor_label, reason, version)
    values (gen_random_uuid(), new.org_id, new.compartment_id, new.id, 'received', new.received_at, new.received_by_id,
            new.received_label, '', new.version);
  else
    insert into evidence_custody_event (id, org_id, compartment_id, exhibit_id, kind, at, actor_id, actor_label, reason, version)
    values (gen_random_uuid(), new.org_id, new.compartment_id, new.id, 'withdrawn', new.withdrawn_at, new.withdrawn_by_id,
            new.withdrawn_label, new.withdrawal_reason, new.version);
  end if;
  return null;
end $$;
drop trigger if exists evidence_custody_follows on evidence_exhibit;
create trigger evidence_custody_follows after insert or update on evidence_exhibit
  for each row execute function evidence_custody_follows();

-- A custody event names the entry of this very transaction about its exhibit.
create or replace function evidence_custody_entry_required() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  perform 1 from ledger_entry
    where id = new.version and subject_id = new.exhibit_id and transaction_id = pg_current_xact_id();
  if not found then
    raise exception 'custody event % without a ledger entry', new.id using errcode = 'integrity_constraint_violation';
  end if;
  return null;
end $$;
alter function evidence_custody_entry_required() owner to longwatch_search;
drop trigger if exists evidence_custody_entry_required on evidence_custody_event;
create constraint trigger evidence_custody_entry_required after insert on evidence_custody_event
  deferrable initially deferred for each row execute function evidence_custody_entry_required();

create or replace function evidence_custody_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the chain of custody is append-only' using errcode = 'insufficient_privilege';
end $$;
drop trigger if exists evidence_custody_append_only on evidence_custody_event;
create trigger evidence_custody_append_only before update or delete on evidence_custody_event
  for each row execute function evidence_custody_append_only();

-- The report form: whoever reports need not be a reader of signals, or signed in at all, so row security lets them
-- write nothing. This function adds an attachment of a person's signal, in that signal's own place and in nobody
-- else's name; the caller has appended its ledger entry. It reads nothing back.
create or replace function evidence_receive_public(attachment jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r evidence_exhibit := jsonb_populate_record(null::evidence_exhibit, attachment);
begin
  if r.record_kind <> 'signal' or r.withdrawn_at is not null
     or (r.received_by_id is not null and r.received_by_id is distinct from current_account())
     or not exists (select 1 from intake_signal s where s.id = r.record_id and s.org_id = r.org_id
                     and s.compartment_id = r.compartment_id and s.kind in ('report', 'sos')) then
    raise exception 'only attachments of signals are received here' using errcode = 'insufficient_privilege';
  end if;
  insert into evidence_exhibit (id, org_id, compartment_id, record_kind, record_id, number, name, content_type, size,
                                sha256, note, received_at, received_by_id, received_label, withdrawn_label,
                                withdrawal_reason, version)
    values (r.id, r.org_id, r.compartment_id, r.record_kind, r.record_id, r.number, r.name, r.content_type, r.size,
            r.sha256, r.note, r.received_at, r.received_by_id, r.received_label, '', '', r.version);
end $$;
alter function evidence_receive_public(jsonb) owner to longwatch_search;

-- Only that function writes as this role, which nobody can sign in as.
drop policy if exists reports on evidence_exhibit;
create policy reports on evidence_exhibit for insert to longwatch_search with check (record_kind = 'signal');
drop policy if exists reports on evidence_custody_event;
create policy reports on evidence_custody_event for insert to longwatch_search with check (kind = 'received');

-- Which blobs of an organisation some exhibit still needs; row security hides exhibits, never from this count.
create or replace function evidence_blobs_in_use(organisation uuid) returns table (sha256 text) language sql stable
  security definer set search_path = public, pg_temp as $$
  select distinct e.sha256::text from evidence_exhibit e where e.org_id = organisation
$$;
alter function evidence_blobs_in_use(uuid) owner to longwatch_search;
