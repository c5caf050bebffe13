-- Feeds: seen and changed by whoever manages sources; each fetches as itself, and then sees itself and how
-- far it is, and nothing of other feeds. Policy `fed` opens all lists of its organisation and their values to it, for
-- reading and writing, whoever loaded them: no narrower test is made there. That a feed fills its own list alone is kept
-- by longwatch.enrichment.feeds.storing, not by the database.

alter table enrichment_value add column if not exists object text;
alter table enrichment_value add column if not exists until timestamptz;
create index if not exists enrichment_value_object on enrichment_value (dataset_id, object) where object is not null;
create index if not exists enrichment_value_until on enrichment_value (until) where until is not null;

create table if not exists enrichment_feed_state (
  feed_id      uuid        primary key references enrichment_feed (id),
  org_id       uuid        not null,
  -- Where to go on, in the words of what fetches.
  cursor       jsonb       not null default '{}',
  next_at      timestamptz not null default clock_timestamp(),
  -- When it last answered, when it was last all read, and the time of the newest object.
  answered_at  timestamptz,
  caught_up_at timestamptz,
  newest_at    timestamptz,
  taken        bigint      not null default 0,
  dropped      bigint      not null default 0,
  failures     int         not null default 0,
  -- The last errors, newest first: {at, text}.
  errors       jsonb       not null default '[]'
);
-- What was taken, so that it is taken once, and drops out when the other side no longer has it.
create table if not exists enrichment_feed_object (
  feed_id uuid        not null references enrichment_feed (id),
  key     text        not null,
  stamp   text        not null,
  seen_at timestamptz not null,
  primary key (feed_id, key)
);

create or replace function enrichment_feeding_org() returns uuid language sql stable security definer
  set search_path = public, pg_temp as $$
  select f.org_id from enrichment_feed f
   where f.id = nullif(current_setting('longwatch.account', true), '')::uuid and f.enabled and f.closed_at is null
$$;
alter function enrichment_feeding_org() owner to longwatch_search;

-- How many feeds and connections to tools answer, and how many fail: numbers for monitoring.
create or replace function enrichment_fetching() returns table (what text, state text, n bigint)
  language sql stable security definer set search_path = public, pg_temp as $$
  select 'feeds', case when not f.enabled then 'paused' when coalesce(t.failures, 0) > 0 then 'failing' else 'active' end,
         count(*)
    from enrichment_feed f left join enrichment_feed_state t on t.feed_id = f.id where f.closed_at is null group by 1, 2
  union all
  select 'polls', case when not p.enabled then 'paused' when coalesce(t.failures, 0) > 0 then 'failing' else 'active' end,
         count(*)
    from intake_poll p left join intake_poll_state t on t.poll_id = p.id where p.closed_at is null group by 1, 2
$$;
alter function enrichment_fetching() owner to longwatch_search;

do $$ declare name text; begin
  foreach name in array array['enrichment_feed', 'enrichment_feed_state', 'enrichment_feed_object'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('drop policy if exists inside on %I', name);
    execute format('drop policy if exists itself on %I', name);
    execute format('drop policy if exists definer on %I', name);
    execute format('create policy definer on %I for select to longwatch_search using (true)', name);
  end loop;
  foreach name in array array['enrichment_feed', 'enrichment_feed_state'] loop
    execute format('drop policy if exists engine on %I', name);
    execute format('create policy engine on %I for select to longwatch_engine using (true)', name);
    execute format('create policy inside on %I to longwatch_app
      using (org_id = (select current_org()) and (select has_role(''{administrator,supervisor}'')))
      with check (org_id = (select current_org()) and (select has_role(''{administrator,supervisor}'')))', name);
  end loop;
  foreach name in array array['enrichment_dataset', 'enrichment_value'] loop
    execute format('drop policy if exists fed on %I', name);
    execute format('create policy fed on %I to longwatch_app using (org_id = (select enrichment_feeding_org()))
                      with check (org_id = (select enrichment_feeding_org()))', name);
  end loop;
end $$;
create policy itself on enrichment_feed for select to longwatch_app
  using (id = (select nullif(current_setting('longwatch.account', true), '')::uuid));
create policy itself on enrichment_feed_state to longwatch_app
  using (feed_id = (select nullif(current_setting('longwatch.account', true), '')::uuid))
  with check (feed_id = (select nullif(current_setting('longwatch.account', true), '')::uuid));
create policy itself on enrichment_feed_object to longwatch_app
  using (feed_id = (select nullif(current_setting('longwatch.account', true), '')::uuid))
  with check (feed_id = (select nullif(current_setting('longwatch.account', true), '')::uuid));
-- Whoever manages a feed may have it forget what it took.
create policy inside on enrichment_feed_object to longwatch_app
  using (exists (select 1 from enrichment_feed f where f.id = feed_id and f.org_id = (select current_org())))
  with check (exists (select 1 from enrichment_feed f where f.id = feed_id and f.org_id = (select current_org())));

-- Values that are over are removed by the engine.
drop policy if exists forgets on enrichment_value;
create policy forgets on enrichment_value for delete to longwatch_engine using (until <= clock_timestamp());

-- Counted by enrichment_fetching().
drop policy if exists definer on intake_poll;
create policy definer on intake_poll for select to longwatch_search using (true);
drop policy if exists definer on intake_poll_state;
create policy definer on intake_poll_state for select to longwatch_search using (true);

call ledger_guard('enrichment_feed');
