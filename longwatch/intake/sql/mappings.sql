-- Mappings that people make: behind the wall of the compartment whose signals they read.

call wall_by_compartment('intake_mapping');
call ledger_guard('intake_mapping');

-- The newest version of the mapping that a source's format names, unless it was retired. Whoever receives reads with
-- it; who sends does not see it.
create or replace function intake_own_mapping(source uuid, wanted text) returns json
  language sql stable security definer set search_path = public, pg_temp as $$
  select json_build_object('name', newest.name, 'number', newest.number, 'text', newest.text)
    from (select m.name, m.number, m.text, m.retired_at
            from intake_source s join intake_mapping m on m.compartment_id = s.compartment_id
           where s.id = source and wanted like 'own:%' and m.name = substr(wanted, 5)
           order by m.number desc limit 1) newest
   where newest.retired_at is null
$$;
alter function intake_own_mapping(uuid, text) owner to longwatch_search;
