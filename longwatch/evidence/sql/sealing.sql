-- Sealed evidence: keys of records, uploads on their way, checks of stored bytes, and what they ask of the exhibits.

call wall_by_compartment('evidence_key');
call ledger_guard('evidence_key', 'org_id, compartment_id, record_kind, record_id, created_at, destroyed_at,
                                   destroyed_label, destruction_reason, version');
call wall_by_compartment('evidence_blob_check');
alter table evidence_exhibit drop constraint if exists evidence_exhibit_whole;
alter table evidence_exhibit add constraint evidence_exhibit_whole
  check (case when is_physical then sha256 = '' and sealed_sha256 = '' and key_id is null
              else sha256 <> '' and (sealed_sha256 = '') = (key_id is null) end);

-- A key is locked anew by another master key, or destroyed for good; nothing else.
create or replace function evidence_key_immutable() returns trigger language plpgsql as $$
begin
  if (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.created_at)
     is distinct from (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.created_at)
     or old.destroyed_at is not null
     or (new.destroyed_at is null) = (octet_length(new.wrapped) = 0) then
    raise exception 'a key is locked anew or destroyed, never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists evidence_key_immutable on evidence_key;
create trigger evidence_key_immutable before update on evidence_key
  for each row execute function evidence_key_immutable();

-- An upload is its sender's, as long as they may still know the record; when it is over, anybody's job forgets it.
alter table evidence_upload enable row level security;
alter table evidence_upload force row level security;
drop policy if exists own on evidence_upload;
create policy own on evidence_upload to longwatch_app
  using (created_by_id = (select current_account()) and compartment_id = any ((select visible_compartments())::uuid[]))
  with check (created_by_id = (select current_account()) and compartment_id = any ((select visible_compartments())::uuid[]));
drop policy if exists forgets on evidence_upload;
create policy forgets on evidence_upload for delete to longwatch_app using (expires_at < now());
drop policy if exists definer on evidence_upload;
create policy definer on evidence_upload for select to longwatch_search using (true);

-- What was received stays as it was received: the withdrawal may be written, once, and the bytes of an older version
-- may be sealed, once.
create or replace function evidence_exhibit_immutable() returns trigger language plpgsql as $$
begin
  if (old.withdrawn_at is not null and new.withdrawn_at is distinct from old.withdrawn_at)
     or (old.withdrawn_at is not null and old.sealed_sha256 = new.sealed_sha256)
     or ((new.key_id, new.sealed_sha256, new.sealed_size) is distinct from (old.key_id, old.sealed_sha256, old.sealed_size)
         and (old.sealed_sha256 <> '' or old.is_physical))
     or (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.number, new.name, new.content_type,
         new.size, new.sha256, new.note, new.received_at, new.received_by_id, new.received_label, new.is_physical,
         new.acquired_by, new.acquired_at, new.acquired_where, new.acquired_how, new.acquired_tool)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.number, old.name, old.content_type,
         old.size, old.sha256, old.note, old.received_at, old.received_by_id, old.received_label, old.is_physical,
         old.acquired_by, old.acquired_at, old.acquired_where, old.acquired_how, old.acquired_tool) then
    raise exception 'an exhibit is withdrawn, never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;

-- Receipt and withdrawal enter the chain of custody by themselves, with the rights of whoever writes the exhibit.
create or replace function evidence_custody_follows() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into evidence_custody_event (id, org_id, compartment_id, exhibit_id, kind, at, actor_id, actor_label, reason,
                                        from_label, to_label, place, condition, seal, version)
    values (gen_random_uuid(), new.org_id, new.compartment_id, new.id, 'received', new.received_at, new.received_by_id,
            new.received_label, '', '', '', '', '', '', new.version);
  elsif new.withdrawn_at is distinct from old.withdrawn_at then
    insert into evidence_custody_event (id, org_id, compartment_id, exhibit_id, kind, at, actor_id, actor_label, reason,
                                        from_label, to_label, place, condition, seal, version)
    values (gen_random_uuid(), new.org_id, new.compartment_id, new.id, 'withdrawn', new.withdrawn_at, new.withdrawn_by_id,
            new.withdrawn_label, new.withdrawal_reason, '', '', '', '', '', new.version);
  end if;
  return null;
end $$;

-- The report form (see evidence.sql): the key of an attachment, in the signal's own place, which nobody there reads back.
create or replace function evidence_keep_public_key(key jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r evidence_key := jsonb_populate_record(null::evidence_key, key - 'wrapped');
begin
  if r.record_kind <> 'signal' or r.destroyed_at is not null
     or not exists (select 1 from intake_signal s where s.id = r.record_id and s.org_id = r.org_id
                     and s.compartment_id = r.compartment_id and s.kind in ('report', 'sos')) then
    raise exception 'only attachments of signals are received here' using errcode = 'insufficient_privilege';
  end if;
  insert into evidence_key (id, org_id, compartment_id, record_kind, record_id, wrapped, master, created_at,
                            destroyed_label, destruction_reason, version)
    values (r.id, r.org_id, r.compartment_id, r.record_kind, r.record_id, decode(key->>'wrapped', 'hex'), r.master,
            r.created_at, '', '', r.version);
end $$;
alter function evidence_keep_public_key(jsonb) owner to longwatch_search;
drop policy if exists reports on evidence_key;
create policy reports on evidence_key for insert to longwatch_search with check (true);

create or replace function evidence_receive_public(attachment jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  r evidence_exhibit := jsonb_populate_record(null::evidence_exhibit, attachment);
begin
  if r.record_kind <> 'signal' or r.withdrawn_at is not null or r.is_physical
     or (r.received_by_id is not null and r.received_by_id is distinct from current_account())
     or not exists (select 1 from intake_signal s where s.id = r.record_id and s.org_id = r.org_id
                     and s.compartment_id = r.compartment_id and s.kind in ('report', 'sos'))
     or not exists (select 1 from evidence_key k where k.id = r.key_id and k.record_id = r.record_id
                     and k.compartment_id = r.compartment_id and k.destroyed_at is null) then
    raise exception 'only attachments of signals are received here' using errcode = 'insufficient_privilege';
  end if;
  insert into evidence_exhibit (id, org_id, compartment_id, record_kind, record_id, number, name, content_type, size,
                                sha256, key_id, sealed_sha256, sealed_size, is_physical, acquired_by, acquired_where,
                                acquired_how, acquired_tool, note, received_at, received_by_id,
                                received_label, withdrawn_label, withdrawal_reason, version)
    values (r.id, r.org_id, r.compartment_id, r.record_kind, r.record_id, r.number, r.name, r.content_type, r.size,
            r.sha256, r.key_id, r.sealed_sha256, r.sealed_size, false, '', '', '', '', r.note, r.received_at,
            r.received_by_id, r.received_label, '', '', r.version);
end $$;

-- Which blobs of an organisation some exhibit still needs, by the name each has in its store.
create or replace function evidence_blobs_in_use(organisation uuid) returns table (sha256 text) language sql stable
  security definer set search_path = public, pg_temp as $$
  select distinct coalesce(nullif(e.sealed_sha256, ''), e.sha256)::text from evidence_exhibit e
   where e.org_id = organisation and not e.is_physical
$$;

-- The master key changes: keys that another one locks, page by page, and the same key locked anew. What is locked is of
-- no use without the master key, which the database never has.
create or replace function evidence_keys_of_others(current_master text, beyond uuid, most int)
  returns table (id uuid, org_id uuid, wrapped bytea, master text) language sql stable
  security definer set search_path = public, pg_temp as $$
  select k.id, k.org_id, k.wrapped, k.master::text from evidence_key k
   where k.master <> current_master and k.destroyed_at is null and k.id > beyond order by k.id limit most
$$;
alter function evidence_keys_of_others(text, uuid, int) owner to longwatch_search;
create or replace function evidence_rewrap_key(key uuid, before bytea, after bytea, new_master text) returns boolean
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  update evidence_key set wrapped = after, master = new_master where id = key and wrapped = before;
  return found;
end $$;
alter function evidence_rewrap_key(uuid, bytea, bytea, text) owner to longwatch_search;
drop policy if exists rewraps on evidence_key;
create policy rewraps on evidence_key for update to longwatch_search using (true);

-- Exhibits of an older version, whose bytes lie unsealed: for the job that seals them, which acts as nobody.
create or replace function evidence_unsealed(organisation uuid, beyond uuid, most int) returns setof evidence_exhibit
  language sql stable security definer set search_path = public, pg_temp as $$
  select e.* from evidence_exhibit e
   where e.org_id = organisation and e.sealed_sha256 = '' and not e.is_physical and e.id > beyond
     and current_account() is null
   order by e.id limit most
$$;
alter function evidence_unsealed(uuid, uuid, int) owner to longwatch_search;
create or replace function evidence_seal_exhibit(exhibit uuid, key jsonb, sealed text, sealed_bytes bigint, entry bigint)
  returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e evidence_exhibit;
  k evidence_key := jsonb_populate_record(null::evidence_key, key - 'wrapped');
begin
  select * into e from evidence_exhibit where id = exhibit and sealed_sha256 = '' and not is_physical for update;
  if not found or current_account() is not null then
    raise exception 'only unsealed exhibits are sealed here' using errcode = 'insufficient_privilege';
  end if;
  insert into evidence_key (id, org_id, compartment_id, record_kind, record_id, wrapped, master, created_at,
                            destroyed_label, destruction_reason, version)
    values (k.id, e.org_id, e.compartment_id, e.record_kind, e.record_id, decode(key->>'wrapped', 'hex'), k.master,
            k.created_at, '', '', k.version);
  update evidence_exhibit set key_id = k.id, sealed_sha256 = sealed, sealed_size = sealed_bytes, version = entry
   where id = exhibit;
end $$;
alter function evidence_seal_exhibit(uuid, jsonb, text, bigint, bigint) owner to longwatch_search;
drop policy if exists seals on evidence_exhibit;
create policy seals on evidence_exhibit for update to longwatch_search using (sealed_sha256 = '') with check (true);

-- Whose stored bytes nobody has looked at for longest, and what the look found; for the job, which acts as nobody.
create or replace function evidence_checks_due(organisation uuid, before timestamptz, most int)
  returns table (id uuid, compartment_id uuid, record_id uuid, number int, name text, sha256 text, sealed_sha256 text,
                 found text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select e.id, e.compartment_id, e.record_id, e.number, e.name::text, e.sha256::text, e.sealed_sha256::text, c.found::text
    from evidence_exhibit e join evidence_key k on k.id = e.key_id and k.destroyed_at is null
    left join evidence_blob_check c on c.exhibit_id = e.id
   where e.org_id = organisation and e.sealed_sha256 <> '' and (c.checked_at is null or c.checked_at < before)
     and current_account() is null
   order by c.checked_at nulls first, e.id limit most
$$;
alter function evidence_checks_due(uuid, timestamptz, int) owner to longwatch_search;
create or replace function evidence_keep_check(exhibit uuid, what text, at timestamptz, custody jsonb) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e evidence_exhibit;
  c evidence_custody_event := jsonb_populate_record(null::evidence_custody_event, custody);
begin
  select * into e from evidence_exhibit where id = exhibit;
  if not found or current_account() is not null then
    raise exception 'only the job keeps what it found' using errcode = 'insufficient_privilege';
  end if;
  insert into evidence_blob_check (id, org_id, compartment_id, exhibit_id, found, checked_at)
    values (gen_random_uuid(), e.org_id, e.compartment_id, e.id, what, at)
    on conflict (exhibit_id) do update set found = excluded.found, checked_at = excluded.checked_at;
  if custody is not null then
    if c.kind not in ('verified', 'damaged') then
      raise exception 'only the result of a check is kept here' using errcode = 'insufficient_privilege';
    end if;
    insert into evidence_custody_event (id, org_id, compartment_id, exhibit_id, kind, at, actor_id, actor_label, reason,
                                        from_label, to_label, place, condition, seal, version)
      values (c.id, e.org_id, e.compartment_id, e.id, c.kind, c.at, c.actor_id, c.actor_label, c.reason, '', '', '', '', '',
              c.version);
  end if;
end $$;
alter function evidence_keep_check(uuid, text, timestamptz, jsonb) owner to longwatch_search;
drop policy if exists checks on evidence_blob_check;
create policy checks on evidence_blob_check to longwatch_search using (true) with check (true);
drop policy if exists reports on evidence_custody_event;
create policy reports on evidence_custody_event for insert to longwatch_search
  with check (kind in ('received', 'verified', 'damaged'));

-- How the evidence of an organisation stands, in numbers only: for its administrators and auditors.
create or replace function evidence_state() returns table (exhibits bigint, unsealed bigint, unchecked bigint,
    intact bigint, damaged bigint, oldest_check timestamptz, shredded bigint) language sql stable
  security definer set search_path = public, pg_temp as $$
  select count(*), count(*) filter (where e.sealed_sha256 = ''),
         count(*) filter (where e.sealed_sha256 <> '' and c.found is null and k.destroyed_at is null),
         count(*) filter (where c.found = 'intact'), count(*) filter (where c.found in ('missing', 'changed')),
         min(c.checked_at), count(*) filter (where k.destroyed_at is not null)
    from evidence_exhibit e left join evidence_blob_check c on c.exhibit_id = e.id
    left join evidence_key k on k.id = e.key_id
   where e.org_id = (select current_org()) and not e.is_physical
     and (select has_role('{administrator,auditor,privacy}'))
$$;
alter function evidence_state() owner to longwatch_search;
