-- Mailboxes: seen and changed by whoever manages sources; read by the mail listener and the worker, which act for nobody.

alter table intake_mailbox enable row level security;
alter table intake_mailbox force row level security;
drop policy if exists inside on intake_mailbox;
create policy inside on intake_mailbox to longwatch_app
  using (org_id = (select current_org()) and (select has_role('{administrator,supervisor}')))
  with check (org_id = (select current_org()) and (select has_role('{administrator,supervisor}'))
              and exists (select 1 from intake_source s where s.id = source_id and s.org_id = intake_mailbox.org_id));
drop policy if exists definer on intake_mailbox;
create policy definer on intake_mailbox for select to longwatch_search using (true);
call ledger_guard('intake_mailbox');

alter table intake_mailbox_state enable row level security;
alter table intake_mailbox_state force row level security;
drop policy if exists managed on intake_mailbox_state;
create policy managed on intake_mailbox_state for select to longwatch_app
  using (exists (select 1 from intake_mailbox m where m.id = mailbox_id));
drop policy if exists reads on intake_mailbox_state;
create policy reads on intake_mailbox_state to longwatch_search using (true) with check (true);

-- The mails that were taken from a mailbox, by the hash of their bytes: servers number them anew at times, and then none
-- may be taken twice. No history.
create table if not exists intake_mailbox_taken (
  mailbox_id uuid  not null,
  sha256     bytea not null,
  primary key (mailbox_id, sha256)
);
alter table intake_mailbox_taken enable row level security;
alter table intake_mailbox_taken force row level security;
drop policy if exists reads on intake_mailbox_taken;
create policy reads on intake_mailbox_taken to longwatch_search using (true) with check (true);

-- The source that mails to an address belong to: of the whole address, else of what stands before the @.
create or replace function intake_mail_source(recipient text) returns setof intake_source language sql stable
  security definer set search_path = public, pg_temp as $$
  select s.* from intake_mailbox m join intake_source s on s.id = m.source_id
   where m.kind = 'address' and m.closed_at is null
     and m.address in (lower(recipient), split_part(lower(recipient), '@', 1))
   order by m.address = lower(recipient) desc limit 1
$$;

-- The source of a mailbox that is read, while it is.
create or replace function intake_mailbox_source(mailbox uuid) returns setof intake_source language sql stable
  security definer set search_path = public, pg_temp as $$
  select s.* from intake_mailbox m join intake_source s on s.id = m.source_id where m.id = mailbox and m.closed_at is null
$$;

-- The mailboxes that are to be read, with how far they were.
create or replace function intake_mailboxes_to_read()
  returns table (id uuid, settings jsonb, wrapped text, validity bigint, upto bigint, since date)
  language sql stable security definer set search_path = public, pg_temp as $$
  select m.id, m.settings, m.wrapped, coalesce(t.validity, 0), coalesce(t.upto, 0),
         (m.created_at at time zone 'UTC')::date - 1
    from intake_mailbox m join intake_source s on s.id = m.source_id and s.enabled
    left join intake_mailbox_state t on t.mailbox_id = m.id
   where m.kind = 'imap' and m.closed_at is null
   order by t.asked_at nulls first, m.id
$$;

-- Notes in the transaction that stores a mail that it was taken; false when its bytes were taken before.
create or replace function intake_mailbox_take(mailbox uuid, digest bytea) returns boolean
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  insert into intake_mailbox_taken (mailbox_id, sha256) values (mailbox, digest) on conflict do nothing;
  return found;
end $$;

-- How far a mailbox was read, and how that went.
create or replace function intake_mailbox_reached(mailbox uuid, validity bigint, upto bigint, more int, said text)
  returns void language sql volatile security definer set search_path = public, pg_temp as $$
  insert into intake_mailbox_state as t (mailbox_id, validity, upto, taken, asked_at, error)
    select m.id, validity, upto, more, clock_timestamp(), left(said, 300) from intake_mailbox m where m.id = mailbox
  on conflict (mailbox_id) do update set
    validity = excluded.validity, upto = excluded.upto, taken = t.taken + excluded.taken,
    asked_at = excluded.asked_at, error = excluded.error
$$;

alter function intake_mail_source(text) owner to longwatch_search;
alter function intake_mailbox_source(uuid) owner to longwatch_search;
alter function intake_mailboxes_to_read() owner to longwatch_search;
alter function intake_mailbox_take(uuid, bytea) owner to longwatch_search;
alter function intake_mailbox_reached(uuid, bigint, bigint, int, text) owner to longwatch_search;
