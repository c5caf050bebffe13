-- Organisations that were set up before dispatchers and intelligence analysts existed get them as readers of what every new
-- one opens to them (longwatch/access/services/setup.py). With an entry each, by the system; done twice, it changes nothing.
-- Row security and the rule that a compartment never opens to others are for whoever works; the owner lifts them here, for
-- this one change, and sets them again.

alter table access_compartment no force row level security;
alter table access_compartment disable trigger access_never_widens;
alter table ledger_entry no force row level security;
alter table ledger_detail no force row level security;

do $$
declare
  place access_compartment;
  readers text[];
  cause ledger_entry;
begin
  for place in select c.* from access_compartment c join (values
                 ('operations', '{dispatcher,intelligence}'::text[]), ('intake', '{dispatcher}')) as wanted (kind, roles)
                 on wanted.kind = c.kind and not c.reader_roles @> wanted.roles order by c.id loop
    readers := array(select distinct each from unnest(place.reader_roles || '{dispatcher}'::text[]
                       || case when place.kind = 'operations' then '{intelligence}'::text[] else '{}' end) each order by each);
    select * into cause from jsonb_populate_record(null::ledger_entry, jsonb_build_object(
      'at', clock_timestamp(), 'org_id', place.org_id, 'actor_kind', 'system',
      'actor_id', '00000000-0000-7000-8000-000000000001', 'via', 'migration', 'operation_id', gen_random_uuid()));
    place.version := ledger_append_after(cause, 'compartment.readers_added', place.id, null, place.id,
      jsonb_build_object('before', place.reader_roles, 'after', readers, 'actor', 'Longwatch'),
      ledger_row_content('access_compartment', to_jsonb(place) || jsonb_build_object('reader_roles', readers)));
    update access_compartment set reader_roles = readers, version = place.version where id = place.id;
  end loop;
end $$;

set constraints all immediate;
alter table ledger_detail force row level security;
alter table ledger_entry force row level security;
alter table access_compartment enable trigger access_never_widens;
alter table access_compartment force row level security;
