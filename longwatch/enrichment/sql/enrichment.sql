-- Values of loaded intelligence, row security and guards.

create table if not exists enrichment_value (
  dataset_id uuid not null references enrichment_dataset (id),
  org_id     uuid not null,
  -- exact, host (also everything below it), network, substring, regex
  style      text not null,
  key        text not null,
  network    inet,
  about      jsonb
);
create index if not exists enrichment_value_key on enrichment_value (org_id, key) where style in ('exact', 'host');
create index if not exists enrichment_value_network on enrichment_value using gist (network inet_ops)
  where network is not null;
create index if not exists enrichment_value_pattern on enrichment_value (org_id) where style in ('substring', 'regex');
create index if not exists enrichment_value_dataset on enrichment_value (dataset_id);

-- Found by any of its identifiers.
create index if not exists enrichment_item_identifiers on enrichment_item using gin (identifiers)
  where removed_at is null;
create index if not exists enrichment_look_waiting on enrichment_look (severity desc, at) where text = 'waiting';
create index if not exists enrichment_result_expiry on enrichment_result (expires_at);

do $$ declare name text; begin
  foreach name in array array['enrichment_dataset', 'enrichment_value'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('drop policy if exists inside on %I', name);
    execute format('create policy inside on %I to longwatch_app using (org_id = (select current_org()))
                      with check (org_id = (select current_org()))', name);
    execute format('drop policy if exists definer on %I', name);
    execute format('create policy definer on %I for select to longwatch_search using (true)', name);
  end loop;
end $$;

call wall_by_compartment('enrichment_item');
call wall_by_compartment('enrichment_watchlist');
call wall_by_compartment('enrichment_watch_entry');
call wall_by_compartment('enrichment_look');
call wall_by_compartment('enrichment_result');
-- What a list of a narrower circle says about a signal is for those who may see both.
drop policy if exists told on enrichment_result;
create policy told on enrichment_result as restrictive for select to longwatch_app
  using (told_by_compartment_id is null or told_by_compartment_id = any ((select visible_compartments())::uuid[]));

call ledger_guard('enrichment_dataset');
call ledger_guard('enrichment_item');
call ledger_guard('enrichment_watchlist');
call ledger_guard('enrichment_watch_entry');

do $$ declare name text; begin
  foreach name in array array['enrichment_dataset', 'enrichment_value', 'enrichment_item', 'enrichment_watchlist',
                              'enrichment_watch_entry', 'intake_occurrence'] loop
    execute format('drop policy if exists engine on %I', name);
    execute format('create policy engine on %I for select to longwatch_engine using (true)', name);
  end loop;
  foreach name in array array['enrichment_look', 'enrichment_result'] loop
    execute format('drop policy if exists engine on %I', name);
    execute format('create policy engine on %I to longwatch_engine using (true) with check (true)', name);
  end loop;
end $$;

-- What was found goes with the words that it was found in: erasing a signal's text blanks it under an entry
-- (lifecycle.sql), and results are copies of parts of it. Not when a repeat names further entities: receiving waits for
-- nobody who reads texts.
create or replace function enrichment_forget() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  -- The look first: it waits for whoever still reads the text, so that their results are seen and deleted, too.
  delete from enrichment_look where signal_id = new.id;
  delete from enrichment_result where signal_id = new.id;
  return null;
end $$;
alter function enrichment_forget() owner to longwatch_search;
drop trigger if exists enrichment_forget on intake_signal;
create trigger enrichment_forget after update of title, description, entities, tags on intake_signal for each row
  when (new.title is distinct from old.title or new.description is distinct from old.description
        or not new.entities @> old.entities or new.tags is distinct from old.tags)
  execute function enrichment_forget();

do $$ declare name text; begin
  foreach name in array array['enrichment_look', 'enrichment_result'] loop
    execute format('drop policy if exists forgets on %I', name);
    execute format('create policy forgets on %I for delete to longwatch_search using (true)', name);
  end loop;
end $$;
