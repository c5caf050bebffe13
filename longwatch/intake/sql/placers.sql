-- Who made signals part of a record that the caller may see. A record that closes must take its signals along, also
-- when whoever closes it is no reader of signals; this says through whose eyes they can be reached.

create or replace function intake_placers(record uuid) returns setof uuid language sql stable security definer
  set search_path = public, pg_temp as $$
  select distinct l.created_by_id from records_link l
   where l.kind = 'belongs' and l.from_kind = 'signal' and l.to_id = record and l.ended_at is null
     and l.created_by_id is not null and l.to_compartment_id = any (visible_compartments())
$$;
alter function intake_placers(uuid) owner to longwatch_search;
