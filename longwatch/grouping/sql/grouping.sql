-- Groups are made by the engine, which reads and writes all compartments; people see those of their own.

create table if not exists grouping_habit (
  compartment_id uuid  not null,
  key            bytea not null,
  hours          real  not null,
  hour           int   not null,
  count          int   not null,
  peak           real  not null,
  named_by       real  not null,
  primary key (compartment_id, key)
);
create table if not exists grouping_watch (
  compartment_id uuid        primary key,
  began          timestamptz not null
);

-- One that still takes signals, a compartment, rule and key: two engines could not make two.
create unique index if not exists grouping_group_taking
  on grouping_group (compartment_id, coalesce(rule_id, '00000000-0000-0000-0000-000000000000'), key)
  where ended_at is null;
-- What the list shows, newest first and severest first.
create index if not exists grouping_group_newest on grouping_group (org_id, last_at desc, id desc) where state = 'open';
create index if not exists grouping_group_severest
  on grouping_group (org_id, severity desc, last_at desc, id desc) where state = 'open';

do $$ declare name text; begin
  foreach name in array array['grouping_rule', 'grouping_group', 'grouping_member', 'grouping_lesson', 'grouping_verdict',
                              'grouping_habit', 'grouping_watch', 'grouping_trial'] loop
    execute format('call wall_by_compartment(%L)', name);
    execute format('drop policy if exists engine on %I', name);
  end loop;
  foreach name in array array['grouping_rule', 'grouping_lesson'] loop
    execute format('create policy engine on %I for select to longwatch_engine using (true)', name);
  end loop;
  foreach name in array array['grouping_group', 'grouping_member', 'grouping_habit', 'grouping_watch'] loop
    execute format('create policy engine on %I to longwatch_engine using (true) with check (true)', name);
  end loop;
  foreach name in array array['grouping_rule', 'grouping_lesson', 'grouping_verdict'] loop
    execute format('call ledger_guard(%L)', name);
  end loop;
end $$;
