-- Fetching from other tools: connections, seen and changed by whoever manages sources; how far each is, written by what
-- fetches in the transaction in which it stores what it read.

create table if not exists intake_poll_state (
  poll_id    uuid        primary key references intake_poll (id),
  org_id     uuid        not null,
  -- Where to go on, in the words of what fetches.
  cursor     jsonb       not null default '{}',
  next_at    timestamptz not null default clock_timestamp(),
  -- When it last answered, when it was last all read, and the time of the newest record.
  answered_at timestamptz,
  caught_up_at timestamptz,
  newest_at  timestamptz,
  taken      bigint      not null default 0,
  unreadable bigint      not null default 0,
  failures   int         not null default 0,
  -- The last errors, newest first: {at, text}.
  errors     jsonb       not null default '[]'
);
-- What was taken and may be met again: no content, and forgotten when it cannot be met any more.
create table if not exists intake_poll_seen (
  poll_id uuid        not null,
  digest  bytea       not null,
  at      timestamptz not null,
  primary key (poll_id, digest)
);
create index if not exists intake_poll_seen_at on intake_poll_seen (poll_id, at);

alter table intake_poll enable row level security;
alter table intake_poll force row level security;
drop policy if exists inside on intake_poll;
create policy inside on intake_poll to longwatch_app
  using (org_id = (select current_org()) and (select has_role('{administrator,supervisor}')))
  with check (org_id = (select current_org()) and (select has_role('{administrator,supervisor}'))
              and exists (select 1 from intake_source s where s.id = source_id and s.org_id = intake_poll.org_id));
drop policy if exists fetches on intake_poll;
create policy fetches on intake_poll for select to longwatch_intake using (true);
call ledger_guard('intake_poll');

alter table intake_poll_state enable row level security;
alter table intake_poll_state force row level security;
drop policy if exists inside on intake_poll_state;
create policy inside on intake_poll_state to longwatch_app
  using (org_id = (select current_org()) and (select has_role('{administrator,supervisor}')))
  with check (org_id = (select current_org()) and (select has_role('{administrator,supervisor}')));
drop policy if exists fetches on intake_poll_state;
create policy fetches on intake_poll_state to longwatch_intake using (true) with check (true);

alter table intake_poll_seen enable row level security;
alter table intake_poll_seen force row level security;
drop policy if exists fetches on intake_poll_seen;
create policy fetches on intake_poll_seen to longwatch_intake using (true) with check (true);
