-- Break-glass: one record, its core only, for an hour at most, to be read and not written. What is one's own stays one's
-- own; what is visible is that and what break-glass opens. Every wall lets people read what is visible and write what is
-- own (the end of this file says it again for tables that had their walls before).

do $do$
declare
  -- People kept from a record stay kept from it.
  excluded text := case when to_regproc('public.excluded_compartments') is null then ''
                        else 'where id <> all ((select excluded_compartments())::uuid[])' end;
begin
  execute format($function$
    create or replace function own_compartments() returns uuid[] language sql stable parallel safe security definer
      set search_path = public, pg_temp as $$
      select coalesce(array_agg(id), '{}') from (
        select c.id from access_account a join access_compartment c on c.org_id = a.org_id and c.reader_roles && a.roles
         where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active
        union
        select m.compartment_id from access_account a join access_membership m on m.account_id = a.id
         where a.id = nullif(current_setting('longwatch.account', true), '')::uuid and a.is_active
           and (m.ended_at is null or m.ended_at > now())
      ) inside %s
    $$ $function$, excluded);
  -- Only for whoever carries the permission in this very transaction (longwatch/access/context.py says so): a narrow
  -- token of the same account opens nothing. Inner sections are never in here, whatever a row says.
  execute format($function$
    create or replace function glass_compartments() returns uuid[] language sql stable parallel safe security definer
      set search_path = public, pg_temp as $$
      select coalesce(array_agg(id), '{}') from (
        select c.id from access_break_glass g
          join access_account a on a.id = g.account_id and a.is_active
          join access_compartment c on c.id = g.compartment_id and c.kind = 'record' and c.section in ('', 'core')
         where g.account_id = nullif(current_setting('longwatch.account', true), '')::uuid
           and current_setting('longwatch.glass', true) = 'on'
           and g.ended_at is null and g.expires_at > now()
      ) opened %s
    $$ $function$, excluded);
end $do$;

-- Called once a query, as an InitPlan.
create or replace function visible_compartments() returns uuid[] language sql stable parallel safe security definer
  set search_path = public, pg_temp as $$ select own_compartments() || glass_compartments() $$;

alter function own_compartments() owner to longwatch_search;
alter function glass_compartments() owner to longwatch_search;

-- Who asks, until the transaction ends; what they look at through broken glass, and how many notices wait for them.
-- One statement a request.
create or replace function enter_context(account text, glass text) returns jsonb language plpgsql volatile as $$
begin
  perform set_config('longwatch.account', account, true), set_config('longwatch.glass', glass, true);
  if account = '' then
    return '{"glass": [], "unread": 0}';
  end if;
  return jsonb_build_object(
    'unread', (select count(*) from (select 1 from access_notice n
                where n.account_id = account::uuid and n.read_at is null limit 100) waiting),
    'glass', case when glass <> 'on' then '[]' else (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', g.id, 'kind', g.record_kind, 'record_id', g.record_id, 'reference', g.reference,
               'expires_at', g.expires_at) order by g.expires_at), '[]')
        from access_break_glass g
       where g.account_id = account::uuid and g.ended_at is null and g.expires_at > now()
         and g.compartment_id = any (glass_compartments()) and g.compartment_id <> all (own_compartments())) end);
end $$;

alter table access_break_glass enable row level security;
alter table access_break_glass force row level security;
drop policy if exists seen on access_break_glass;
-- By whoever broke the glass, by everybody inside the record, and by those who review; never by others through glass.
create policy seen on access_break_glass for select to longwatch_app using (
  account_id = (select current_account()) or compartment_id = any ((select own_compartments())::uuid[])
  or (org_id = (select current_org()) and (select has_role('{privacy}'))));
drop policy if exists opened on access_break_glass;
-- Only what a counted attempt of the same account has found a moment before.
create policy opened on access_break_glass for insert to longwatch_app with check (
  account_id = (select current_account()) and org_id = (select current_org()) and ended_at is null and outcome = ''
  and reviewed_at is null and expires_at <= now() + interval '61 minutes'
  and exists (select 1 from access_attempt t
               where t.id = attempt_id and t.account_id = (select current_account()) and t.kind = 'glass'
                 and t.record_id = access_break_glass.record_id and t.compartment_id = access_break_glass.compartment_id
                 and t.at > now() - interval '5 minutes'));
drop policy if exists changed on access_break_glass;
create policy changed on access_break_glass for update to longwatch_app using (
  account_id = (select current_account()) or compartment_id = any ((select own_compartments())::uuid[])
  or (org_id = (select current_org()) and (select has_role('{privacy}'))));
drop policy if exists definer on access_break_glass;
create policy definer on access_break_glass for select to longwatch_search using (true);
call ledger_guard('access_break_glass');

-- It ends once and is reviewed once, by somebody else; nothing else about it changes.
create or replace function access_break_glass_changes() returns trigger language plpgsql as $$
begin
  if (new.id, new.org_id, new.account_id, new.attempt_id, new.record_kind, new.record_id, new.reference, new.compartment_id,
      new.reason_code, new.reason, new.opened_at, new.expires_at, new.review_due_at)
     is distinct from (old.id, old.org_id, old.account_id, old.attempt_id, old.record_kind, old.record_id, old.reference,
      old.compartment_id, old.reason_code, old.reason, old.opened_at, old.expires_at, old.review_due_at)
     or (old.ended_at is not null and (new.ended_at, new.ended_by_id) is distinct from (old.ended_at, old.ended_by_id)) then
    raise exception 'a break-glass ends and is reviewed; nothing else about it changes' using errcode = 'insufficient_privilege';
  end if;
  if (new.outcome, new.review_note, new.reviewed_at, new.reviewed_by_id)
     is distinct from (old.outcome, old.review_note, old.reviewed_at, old.reviewed_by_id)
     and (old.outcome <> '' or not has_role('{privacy}') or new.reviewed_by_id is distinct from current_account()
          or old.account_id = current_account()) then
    raise exception 'a break-glass is reviewed once, by a privacy officer' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists access_break_glass_changes on access_break_glass;
create trigger access_break_glass_changes before update on access_break_glass
  for each row execute function access_break_glass_changes();

-- What the limits count. Written only by functions that count it first.
alter table access_attempt enable row level security;
alter table access_attempt force row level security;
drop policy if exists seen on access_attempt;
create policy seen on access_attempt for select to longwatch_app using (
  account_id = (select current_account()) or (org_id = (select current_org()) and (select has_role('{privacy}'))));
drop policy if exists counted on access_attempt;
create policy counted on access_attempt for insert to longwatch_search with check (true);
drop policy if exists definer on access_attempt;
create policy definer on access_attempt for select to longwatch_search using (true);

-- Counts one more attempt, or none when the limit is reached. One of a person at a time, so that none slips through; the
-- lock is held until the transaction ends.
create or replace function access_count_attempt(sort text, an_hour int, a_day int, attempt uuid, record uuid, place uuid)
  returns boolean language plpgsql volatile set search_path = public, pg_temp as $$
declare
  who uuid := current_account();
  hourly int;
  daily int;
begin
  perform pg_advisory_xact_lock(hashtextextended('attempt ' || sort || who::text, 0));
  select count(*) filter (where t.at > clock_timestamp() - interval '1 hour'), count(*) into hourly, daily
    from access_attempt t
   where t.account_id = who and t.kind = sort and t.at > clock_timestamp() - interval '1 day';
  if who is null or hourly >= an_hour or daily >= a_day then
    return false;
  end if;
  insert into access_attempt (id, org_id, account_id, kind, at, record_id, compartment_id)
    values (attempt, current_org(), who, sort, clock_timestamp(), record, place);
  return true;
end $$;

alter table access_notice enable row level security;
alter table access_notice force row level security;
drop policy if exists own on access_notice;
create policy own on access_notice for select to longwatch_app using (account_id = (select current_account()));
drop policy if exists reads on access_notice;
create policy reads on access_notice for update to longwatch_app using (account_id = (select current_account()));
drop policy if exists tells on access_notice;
create policy tells on access_notice for insert to longwatch_app with check (
  org_id = (select current_org()) and link like '/%' and read_at is null
  and exists (select 1 from access_account a where a.id = account_id and a.org_id = (select current_org())));

alter table access_sight enable row level security;
alter table access_sight force row level security;
drop policy if exists seen on access_sight;
create policy seen on access_sight for select to longwatch_app using (
  account_id = (select current_account()) or compartment_id = any ((select own_compartments())::uuid[])
  or (org_id = (select current_org()) and (select has_role('{privacy}'))));
drop policy if exists leaves on access_sight;
create policy leaves on access_sight for insert to longwatch_app with check (
  account_id = (select current_account()) and compartment_id = any ((select visible_compartments())::uuid[]));
call ledger_guard('access_sight');

-- All walls that stand already: read what is visible, write what is own.
do $$
declare
  wall record;
begin
  for wall in select format('%I.%I', schemaname, tablename) as name, policyname, cmd, qual, with_check from pg_policies
               where 'longwatch_app' = any (roles) and cmd in ('ALL', 'INSERT', 'UPDATE')
                 and coalesce(with_check, qual) like '%visible\_compartments%' and tablename <> 'access_sight' loop
    execute format('alter policy %I on %s with check (%s)', wall.policyname, wall.name,
                   replace(coalesce(wall.with_check, wall.qual), 'visible_compartments', 'own_compartments'));
  end loop;
  for wall in select format('%I.%I', schemaname, tablename) as name, qual from pg_policies
               where 'longwatch_app' = any (roles) and cmd = 'ALL' and qual like '%visible\_compartments%' loop
    execute format('drop policy if exists stays on %s', wall.name);
    execute format('create policy stays on %s as restrictive for delete to longwatch_app using (%s)', wall.name,
                   replace(wall.qual, 'visible_compartments', 'own_compartments'));
  end loop;
end $$;
