-- A record that closes takes its signals along, and one that reopens brings them back, also when whoever closes it is
-- no reader of signals. Nobody borrows anybody's sight for that: these functions change the signals themselves, with
-- their entries in the ledger, and only in the very transaction, by the very account, that closes or reopens a record
-- which that account may see.

create or replace function intake_follow_record(closing uuid, verb text, event text) returns setof uuid
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  inside uuid[] := own_compartments();
  cause ledger_entry;
  tie records_link;
  s intake_signal;
  entry bigint;
begin
  -- In the order in which all that arrives takes them, so that neither waits for the other for ever.
  perform 1 from intake_signal i
    where i.id in (select l.from_id from records_link l
                    where l.to_id = closing and l.kind = 'belongs' and l.from_kind = 'signal' and l.ended_at is null
                      and l.to_compartment_id = any (inside))
    order by i.source_id, i.dedup_key for no key update;
  for tie in select * from records_link l
              where l.to_id = closing and l.kind = 'belongs' and l.from_kind = 'signal' and l.ended_at is null
                and l.to_compartment_id = any (inside) order by l.from_id loop
    select * into cause from ledger_entry e
     where e.subject_id = closing and e.transaction_id = pg_current_xact_id() and e.actor_id = current_account()
       and e.action = tie.to_kind || '.' || verb order by e.id desc limit 1;
    if not found then
      raise exception 'the record of these signals is not % here and now', verb using errcode = 'insufficient_privilege';
    end if;
    -- What an incident handles is left to that incident when it is only a case that closes.
    select * into s from intake_signal i
     where i.id = tie.from_id and i.status = 'in_' || tie.to_kind and (i.closed_at is null) = (verb = 'closed') for no key update;
    continue when not found or (verb = 'reopened' and exists (
      select 1 from intake_signal o
       where o.source_id = s.source_id and o.dedup_key = s.dedup_key and o.closed_at is null));
    s.closed_at := case when verb = 'closed' then cause.at end;
    entry := ledger_append_after(
      cause, event, s.id, s.id, s.compartment_id,
      jsonb_build_object('record_kind', tie.to_kind, 'actor', (select a.name from access_account a where a.id = cause.actor_id)),
      intake_signal_content(s));
    update intake_signal set closed_at = s.closed_at, version = entry where id = s.id;
    return next s.id;
  end loop;
end $$;

create or replace function intake_close_with_record(record uuid) returns setof uuid
  language sql volatile security definer set search_path = public, pg_temp as $$
  select intake_follow_record(record, 'closed', 'signal.closed')
$$;

create or replace function intake_reopen_with_record(record uuid) returns setof uuid
  language sql volatile security definer set search_path = public, pg_temp as $$
  select intake_follow_record(record, 'reopened', 'signal.opened_again')
$$;

-- What kinds of records hold a signal that the caller may see, and whether all of a kind are closed: also records that
-- they may not see. It tells them no more than the signal's own state, which must stay true. The ledger knows what is
-- closed: links do not, and the tables of the records belong to packages above.
drop function if exists intake_held_by(uuid);
create or replace function intake_held_by(signal uuid) returns table (kind text, closed boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select l.to_kind::text, bool_and(coalesce(last.action = l.to_kind || '.closed', false))
    from records_link l join intake_signal s on s.id = l.from_id
    left join lateral (
      select e.action from ledger_entry e
       where e.subject_id = l.to_id and e.action in (l.to_kind || '.closed', l.to_kind || '.reopened')
       order by e.id desc limit 1) last on true
   where l.from_id = signal and l.kind = 'belongs' and l.ended_at is null
     and s.compartment_id = any ((select visible_compartments())::uuid[])
   group by l.to_kind
$$;

-- Only these functions append such entries as this role, which nobody can sign in as.
drop policy if exists follows on ledger_entry;
create policy follows on ledger_entry for insert to longwatch_search
  with check (not covers_batch and action in ('signal.closed', 'signal.opened_again') and actor_id = (select current_account()));
drop policy if exists follows on ledger_detail;
create policy follows on ledger_detail for insert to longwatch_search with check (compartment_id is not null);

alter function intake_follow_record(uuid, text, text) owner to longwatch_search;
alter function intake_close_with_record(uuid) owner to longwatch_search;
alter function intake_reopen_with_record(uuid) owner to longwatch_search;
alter function intake_held_by(uuid) owner to longwatch_search;

drop function if exists intake_placers(uuid);
