-- Telling senders what became of their alerts: set up by whoever manages sources; what is to be told is written by the
-- very statement that changes a signal, and told by the worker.

do $$ declare name text; begin
  foreach name in array array['exchange_sync', 'exchange_sync_course', 'exchange_sync_letter'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('drop policy if exists inside on %I', name);
    execute format('drop policy if exists definer on %I', name);
    execute format('drop policy if exists engine on %I', name);
    execute format('create policy definer on %I for select to longwatch_search using (true)', name);
  end loop;
end $$;

create policy inside on exchange_sync to longwatch_app
  using (org_id = (select current_org()) and (select has_role('{administrator,supervisor}')))
  with check (org_id = (select current_org()) and (select has_role('{administrator,supervisor}'))
              and exists (select 1 from intake_source s where s.id = source_id and s.org_id = exchange_sync.org_id));
create policy engine on exchange_sync for select to longwatch_engine using (true);
create policy inside on exchange_sync_course to longwatch_app
  using (exists (select 1 from exchange_sync s where s.id = sync_id))
  with check (exists (select 1 from exchange_sync s where s.id = sync_id));
create policy engine on exchange_sync_course to longwatch_engine using (true) with check (true);
create policy inside on exchange_sync_letter to longwatch_app
  using (exists (select 1 from exchange_sync s where s.id = sync_id))
  with check (exists (select 1 from exchange_sync s where s.id = sync_id));
create policy engine on exchange_sync_letter to longwatch_engine using (true) with check (true);
drop policy if exists notes on exchange_sync_letter;
create policy notes on exchange_sync_letter for insert to longwatch_search with check (true);
call ledger_guard('exchange_sync');

-- What comes next is looked up by whose turn it is, and whether something of the same signal comes before.
create index if not exists exchange_sync_letter_waiting on exchange_sync_letter (sync_id, next_at) where state = 'waiting';
create index if not exists exchange_sync_letter_order on exchange_sync_letter (signal_id, sync_id, entry_id);
create index if not exists exchange_sync_letter_ended on exchange_sync_letter (ended_at) where state <> 'waiting';
-- What the page lists: the newest, and the newest that were refused, which are few.
create index if not exists exchange_sync_letter_newest on exchange_sync_letter (sync_id, entry_id desc, call desc);
create index if not exists exchange_sync_letter_refused on exchange_sync_letter (sync_id, entry_id desc, call desc)
  where state = 'refused';

-- What a change of a signal is to its sender; null where it is nothing to tell. Of a case only that it took the signal:
-- that it closes, or is opened again, is for nobody outside it.
create or replace function exchange_sync_occasion(before intake_signal, after intake_signal) returns text
  language sql immutable as $$
  select case
    when after.status = 'dismissed' and before.status <> 'dismissed' then 'dismissed'
    when after.status in ('in_incident', 'in_case') and before.status not in ('in_incident', 'in_case') then 'taken'
    when after.status = 'in_incident' and before.closed_at is null and after.closed_at is not null then 'closed'
    when before.status = 'dismissed' and after.status in ('new', 'acknowledged') then 'reopened'
    when before.status in ('in_incident', 'in_case') and after.status in ('new', 'acknowledged') then 'reopened'
    when after.status = 'in_incident' and before.status = 'in_incident'
         and before.closed_at is not null and after.closed_at is null then 'reopened'
  end
$$;

-- In the transaction of the change itself, whoever makes it. Not told are: what people report; test signals; what is kept
-- quiet; what lies in another compartment than its source by now, because its sender need not know of that one; that
-- something is over of which the sender says so itself; and what the sender's own token did.
create or replace function exchange_note_sender() returns trigger
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  what text := exchange_sync_occasion(old, new);
begin
  if what is null or new.kind <> 'alert' or new.suppression_id is not null
     or (what in ('dismissed', 'closed') and new.sender_state = 'closed') then
    return null;
  end if;
  insert into exchange_sync_letter (sync_id, org_id, source_id, signal_id, entry_id, call, occasion, status, outcome)
  select s.id, s.org_id, s.source_id, new.id, new.version, c.each ->> 'key', what, new.status, new.dismiss_reason
    from exchange_sync s
    join intake_source i on i.id = s.source_id
    cross join lateral jsonb_array_elements(s.calls) as c (each)
   where s.source_id = new.source_id and s.closed_at is null and i.compartment_id = new.compartment_id
     and c.each -> 'occasions' ? what
     and not exists (select 1 from intake_canary t where t.signal_id = new.id)
     and not exists (select 1 from ledger_entry e
                       join access_api_token t on t.account_id = e.actor_id and t.source_id = new.source_id
                      where e.id = new.version and e.via = 'api' and t.revoked_at is null);
  return null;
end $$;
alter function exchange_note_sender() owner to longwatch_search;
drop trigger if exists exchange_note_sender on intake_signal;
create trigger exchange_note_sender after update of status, closed_at on intake_signal
  for each row when (old.status is distinct from new.status or old.closed_at is distinct from new.closed_at)
  execute function exchange_note_sender();

-- What a letter says besides the signal's own arrivals. Nothing when the signal has moved to another compartment since.
-- Of the record only the reference and the outcome of an incident that everybody in operations may see. Who did it, and
-- their note, stay here where that names somebody who works on another record: a case, or an incident of narrower sight,
-- also one that the signal belonged to once.
create or replace function exchange_sync_facts(letter uuid)
  returns table (title text, severity smallint, entry_at timestamptz, actor_kind text, actor text, note text,
                 reference text, disposition text, format text, time_zone text, own jsonb)
  language sql stable security definer set search_path = public, pg_temp as $$
  select s.title, s.severity, e.at, e.actor_kind::text,
         case when not w.narrow then d.fields -> 'actor' ->> 'value' end,
         case when not w.narrow then d.fields -> 'note' ->> 'value' end,
         m.reference, m.disposition, i.format, i.time_zone, intake_own_mapping(i.id, i.format)::jsonb
    from exchange_sync_letter x
    join intake_signal s on s.id = x.signal_id
    join intake_source i on i.id = x.source_id and i.compartment_id = s.compartment_id
    join ledger_entry e on e.id = x.entry_id
    left join ledger_detail d on d.entry_id = e.id
    cross join lateral (
      select x.occasion <> 'dismissed' and exists (
        select 1 from records_link l
         where l.from_id = s.id and l.kind = 'belongs'
           and not exists (select 1 from incidents_incident n
                             join access_compartment c on c.id = n.compartment_id and c.kind = 'operations'
                            where l.to_kind = 'incident' and n.id = l.to_id)) as narrow) w
    left join lateral (
      select n.reference::text, n.disposition::text from records_link l
        join incidents_incident n on n.id = l.to_id
        join access_compartment c on c.id = n.compartment_id and c.kind = 'operations'
       where l.from_id = s.id and l.kind = 'belongs' and l.to_kind = 'incident' and l.ended_at is null
       order by l.id desc limit 1) m on true
   where x.id = letter
$$;
alter function exchange_sync_facts(uuid) owner to longwatch_search;
