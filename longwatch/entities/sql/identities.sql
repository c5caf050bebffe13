-- Row security and guards of what is said about entities.

do $$ declare name text; begin
  foreach name in array array['entities_identity', 'entities_marking'] loop
    execute format('call wall_by_compartment(%L)', name);
    execute format('call wall_leaves_out(%L)', name);
    execute format('call ledger_guard(%L)', name);
  end loop;
end $$;
