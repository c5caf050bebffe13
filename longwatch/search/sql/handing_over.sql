-- Somebody leaves, and what they had in hand gets a successor. Administrators, who close accounts, may not see that work:
-- these functions count it for them, and change the rows themselves, each with its entry in the ledger.
--
-- A hand-over lets nobody see more by an administrator's word alone. What the successor may see already is theirs at once;
-- everything else waits until a member who remains, or a privacy officer, has approved the person: never whoever closed
-- the account.

alter table access_hand_over enable row level security;
alter table access_hand_over force row level security;
drop policy if exists seen on access_hand_over;
create policy seen on access_hand_over for select to longwatch_app using (
  compartment_id = any ((select own_compartments())::uuid[])
  or (org_id = (select current_org()) and (select has_role('{privacy}'))));
drop policy if exists decides on access_hand_over;
create policy decides on access_hand_over for update to longwatch_app using (
  state = 'waiting' and org_id = (select current_org()) and handed_by_id <> (select current_account())
  and (compartment_id = any ((select own_compartments())::uuid[]) or (select has_role('{privacy}'))))
  with check (state = 'done' and decided_by_id = (select current_account()));
drop policy if exists definer on access_hand_over;
create policy definer on access_hand_over for select to longwatch_search using (true);
drop policy if exists makes on access_hand_over;
create policy makes on access_hand_over for insert to longwatch_search with check (handed_by_id = (select current_account()));
call ledger_guard('access_hand_over');

-- It is decided once: who takes over, by whom, when; nothing else about it changes.
create or replace function access_hand_over_changes() returns trigger language plpgsql as $$
begin
  if (new.id, new.org_id, new.compartment_id, new.leaver_id, new.handed_by_id, new.kind, new.number, new.handed_at)
     is distinct from (old.id, old.org_id, old.compartment_id, old.leaver_id, old.handed_by_id, old.kind, old.number,
      old.handed_at) or old.state <> 'waiting' then
    raise exception 'a hand-over is decided once' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists access_hand_over_changes on access_hand_over;
create trigger access_hand_over_changes before update on access_hand_over
  for each row execute function access_hand_over_changes();

-- Nobody whose account is closed is given work. Whoever gives it takes the lock that closing an account waits for, and then
-- looks: our services took it before any other (access.selectors.hold_people), so that it costs them nothing here and
-- nobody waits for ever; raw SQL takes it after its row, and the server ends one of two that wait for each other. What the
-- functions below move, they move to accounts that they hold themselves, row by row.
create or replace function refuse_who_left() returns trigger language plpgsql as $$
declare
  holder uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  if current_user <> 'longwatch_search' then
    perform pg_advisory_xact_lock_shared(hashtextextended('hand-over ' || holder::text, 0));
  end if;
  -- A statement of its own, so that it sees what it waited for.
  perform 1 from access_account a where a.id = holder and a.is_active;
  if not found then
    raise exception 'an account that is closed is given no work' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
do $$
declare
  held record;
begin
  for held in select * from (values ('records_task', 'owner_id'), ('cases_case', 'lead_id'),
      ('cases_case', 'monitoring_owner_id'), ('incidents_incident', 'commander_id'), ('incidents_responder', 'account_id'),
      ('intake_signal', 'assignee_id'), ('access_membership', 'account_id')) as h (place, holder) loop
    execute format('drop trigger if exists refuse_who_left_%s on %s', held.holder, held.place);
    execute format('create trigger refuse_who_left_%s before update of %I on %s for each row
                    when (new.%2$I is not null and new.%2$I is distinct from old.%2$I)
                    execute function refuse_who_left(%2$L)', held.holder, held.holder, held.place);
    execute format('drop trigger if exists refuse_who_left_new_%s on %s', held.holder, held.place);
    execute format('create trigger refuse_who_left_new_%s before insert on %s for each row
                    when (new.%I is not null) execute function refuse_who_left(%3$L)', held.holder, held.place, held.holder);
  end loop;
end $$;

-- Who can take over what: the same as longwatch/search/hand_over_rules.py (tests/search/test_hand_over_rules.py).
create or replace function hand_over_roles(kind text) returns text[] language sql immutable parallel safe as $$
  select case kind
    when 'signals' then '{analyst,dispatcher,investigator,supervisor}'::text[]
    when 'incidents' then '{analyst,dispatcher,intelligence,investigator,responder,supervisor}'
    when 'cases' then '{counsel,hr,investigator,supervisor}'
    when 'privileged' then '{counsel}'
    else section_members(kind) end
$$;

-- All that somebody has in hand. `alone`: of a membership, whether nobody else who is active reads the compartment.
create or replace function hand_over_things(gone uuid)
  returns table (thing text, id uuid, record_id uuid, compartment_id uuid, kind text, alone boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select w.thing, w.id, w.record_id, w.compartment_id,
         case when section_members(c.section) is not null then c.section::text else w.kind end,
         w.thing = 'member' and c.reader_roles = '{}' and not exists (
           select 1 from access_membership o join access_account a on a.id = o.account_id and a.is_active
            where o.compartment_id = w.compartment_id and o.ended_at is null and o.account_id <> gone)
    from (
      select 'task' as thing, t.id, t.record_id, t.compartment_id, t.record_kind || 's' as kind
        from records_task t where t.owner_id = gone and t.status = 'open'
      union all select 'case', k.id, k.id, k.compartment_id, 'cases' from cases_case k
       where (k.lead_id = gone and k.status <> 'closed') or k.monitoring_owner_id = gone
      union all select 'incident', i.id, i.id, i.compartment_id, 'incidents' from incidents_incident i
       where i.commander_id = gone and i.status not in ('closed', 'merged')
      union all select 'role', r.id, r.incident_id, r.compartment_id, 'incidents' from incidents_responder r
       where r.account_id = gone and r.renounced_at is null
      union all select 'signal', s.id, s.id, s.compartment_id, 'signals' from intake_signal s
       where s.assignee_id = gone and s.status in ('new', 'acknowledged')
      union all select 'member', m.id, p.record_id, m.compartment_id,
         case when exists (select 1 from cases_case k where k.compartment_id = m.compartment_id) then 'cases'
              when exists (select 1 from incidents_incident i where i.compartment_id = m.compartment_id) then 'incidents'
              else 'signals' end
        from access_membership m join access_compartment p on p.id = m.compartment_id
       where m.account_id = gone and m.ended_at is null) w
    join access_compartment c on c.id = w.compartment_id
$$;

-- The same in numbers, for administrators of the organisation: never which.
create or replace function hand_over_counts(gone uuid) returns table (kind text, thing text, number bigint)
  language sql stable security definer set search_path = public, pg_temp as $$
  select w.kind, case when w.thing <> 'member' then w.thing when w.alone then 'alone' else 'member' end as what, count(*)
    from hand_over_things(gone) w
   where has_role('{administrator}') and exists (
     select 1 from access_account a where a.id = gone and a.org_id = current_org())
   group by 1, 2 order by 1, 2
$$;

-- What became of it, in numbers.
create or replace function hand_over_result(gone uuid)
  returns table (kind text, successor uuid, state text, places bigint, number bigint)
  language sql stable security definer set search_path = public, pg_temp as $$
  select h.kind::text, h.successor_id, h.state::text, count(*), sum(h.number) from access_hand_over h
   where h.leaver_id = gone and h.org_id = current_org() and has_role('{administrator}')
   group by 1, 2, 3 order by 1, 3
$$;

create or replace function hand_over_is_kept_out(who uuid, place uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_exclusion x join access_compartment n on n.id = x.compartment_id
      join access_compartment c on c.id = n.id or (n.record_id is not null and c.record_id = n.record_id)
     where x.account_id = who and c.id = place)
$$;

-- Whether somebody reads a compartment by role or membership, and is not kept from it.
create or replace function hand_over_is_inside(who uuid, place uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_account a join access_compartment c on c.id = place and c.org_id = a.org_id
     where a.id = who and a.is_active
       and (c.reader_roles && a.roles or exists (
         select 1 from access_membership m where m.compartment_id = place and m.account_id = who and m.ended_at is null)))
    and not hand_over_is_kept_out(who, place)
$$;

-- Holds all that will change hands, in one compartment or everywhere, in the order that every service keeps: people (held
-- before), then cases, incidents and signals, then what hangs on them. Rows may go on naming what is held meanwhile.
create or replace function hand_over_hold(gone uuid, place uuid) returns void language plpgsql volatile security definer
  set search_path = public, pg_temp as $$
declare
  ids uuid[];
  records uuid[];
begin
  select coalesce(array_agg(t.id), '{}'), coalesce(array_agg(t.record_id) filter (where t.record_id is not null), '{}')
    into ids, records from hand_over_things(gone) t where place is null or t.compartment_id = place;
  perform 1 from cases_case k where k.id = any (records) order by k.id for no key update;
  perform 1 from incidents_incident i where i.id = any (records) order by i.id for no key update;
  perform 1 from intake_signal s where s.id = any (ids) order by s.source_id, s.dedup_key for no key update;
  perform 1 from access_membership m where m.id = any (ids) order by m.id for no key update;
  perform 1 from incidents_responder r where r.id = any (ids) order by r.id for no key update;
  perform 1 from records_task t where t.id = any (ids) order by t.id for no key update;
end $$;

-- Changes the work of one part, and the memberships, by the entry that tells of the cause. Nobody calls it but the two
-- functions below, which have checked who may.
create or replace function hand_over_move(part access_hand_over, cause ledger_entry) returns void
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  actor text := (select a.name from access_account a where a.id = cause.actor_id);
  gone access_account;
  heir access_account;
  place access_compartment;
  w record;
  task records_task; kase cases_case; incident incidents_incident; role incidents_responder; signal intake_signal;
  member access_membership;
  entry bigint;
  about jsonb;
begin
  select * into gone from access_account a where a.id = part.leaver_id;
  select * into heir from access_account a where a.id = part.successor_id;
  select * into place from access_compartment c where c.id = part.compartment_id;
  if place.reader_roles = '{}' and not exists (
      select 1 from access_membership m where m.compartment_id = place.id and m.account_id = heir.id and m.ended_at is null) then
    select * into member from jsonb_populate_record(null::access_membership, jsonb_build_object(
      'id', gen_random_uuid(), 'compartment_id', place.id, 'account_id', heir.id, 'granted_by_id', cause.actor_id,
      'granted_at', cause.at, 'reason', left('Takes over from ' || gone.name, 300), 'ended_at', null, 'version', 0));
    member.version := ledger_append_after(cause, 'member.added', member.id, place.record_id, place.id,
      jsonb_build_object('account_id', heir.id, 'account', heir.name, 'reason', member.reason, 'actor', actor),
      ledger_row_content('access_membership', to_jsonb(member)));
    insert into access_membership select member.*;
  end if;
  for w in select t.* from hand_over_things(gone.id) t
            where t.compartment_id = place.id and t.kind = part.kind order by t.thing, t.id loop
    case w.thing
    when 'task' then
      select * into task from records_task t where t.id = w.id for no key update;
      continue when task.owner_id is distinct from gone.id or task.status <> 'open';
      task.owner_id := heir.id;
      entry := ledger_append_after(cause, 'task.assigned', task.id, task.record_id, task.compartment_id,
        jsonb_build_object('title', task.title, 'owner', heir.name, 'due_at', ledger_moment(task.due_at), 'actor', actor),
        ledger_row_content('records_task', to_jsonb(task)));
      update records_task set owner_id = heir.id, version = entry where id = task.id;
    when 'case' then
      select * into kase from cases_case k where k.id = w.id for no key update;
      if kase.lead_id = gone.id and kase.status <> 'closed' then
        kase.lead_id := heir.id;
        about := jsonb_build_object('before', gone.name, 'after', heir.name, 'account_id', heir.id, 'actor', actor);
      else
        about := null;
      end if;
      if kase.monitoring_owner_id = gone.id then
        kase.monitoring_owner_id := heir.id;
      end if;
      entry := ledger_append_after(cause, case when about is null then 'case.monitoring_handed_over' else 'case.lead_named' end,
        kase.id, kase.id, kase.compartment_id,
        coalesce(about, jsonb_build_object('before', gone.name, 'after', heir.name, 'actor', actor)),
        ledger_row_content('cases_case', to_jsonb(kase)));
      update cases_case set lead_id = kase.lead_id, monitoring_owner_id = kase.monitoring_owner_id, version = entry
       where id = kase.id;
    when 'incident' then
      select * into incident from incidents_incident i where i.id = w.id for no key update;
      continue when incident.commander_id is distinct from gone.id;
      incident.commander_id := heir.id;
      entry := ledger_append_after(cause, 'incident.command_taken', incident.id, incident.id, incident.compartment_id,
        jsonb_build_object('before', gone.name, 'after', heir.name, 'reason', '', 'actor', actor),
        ledger_row_content('incidents_incident', to_jsonb(incident)));
      update incidents_incident set commander_id = heir.id, version = entry where id = incident.id;
    when 'role' then
      select * into role from incidents_responder r where r.id = w.id for no key update;
      continue when role.renounced_at is not null;
      role.renounced_at := cause.at;
      about := jsonb_build_object('account_id', gone.id, 'account', gone.name, 'role', role.role, 'actor', actor);
      -- The incident's own entry tells of a change of command already.
      entry := ledger_append_after(cause, 'responder.released', role.id,
        case when role.role <> 'commander' then role.incident_id end, role.compartment_id, about,
        ledger_row_content('incidents_responder', to_jsonb(role)));
      update incidents_responder set renounced_at = role.renounced_at, version = entry where id = role.id;
      continue when exists (select 1 from incidents_responder r
                             where r.incident_id = role.incident_id and r.role = role.role and r.renounced_at is null
                               and (r.account_id = heir.id or role.role = 'commander'))
                 or exists (select 1 from incidents_incident i where i.id = role.incident_id and i.status in ('closed', 'merged'));
      role.id := gen_random_uuid();
      role.account_id := heir.id;
      role.added_by_id := cause.actor_id;
      role.assumed_at := cause.at;
      role.renounced_at := null;
      role.version := ledger_append_after(cause, 'responder.added', role.id,
        case when role.role <> 'commander' then role.incident_id end, role.compartment_id,
        about || jsonb_build_object('account_id', heir.id, 'account', heir.name),
        ledger_row_content('incidents_responder', to_jsonb(role)));
      insert into incidents_responder select role.*;
    when 'signal' then
      select * into signal from intake_signal s where s.id = w.id for no key update;
      continue when signal.assignee_id is distinct from gone.id;
      signal.assignee_id := heir.id;
      entry := ledger_append_after(cause, 'signal.assigned', signal.id, signal.id, signal.compartment_id,
        jsonb_build_object('before', gone.name, 'after', heir.name, 'actor', actor),
        ledger_row_content('intake_signal', to_jsonb(signal)));
      update intake_signal set assignee_id = heir.id, version = entry where id = signal.id;
    else null;
    end case;
  end loop;
  if not exists (select 1 from access_hand_over h where h.leaver_id = gone.id and h.compartment_id = place.id
                  and h.id <> part.id and h.state = 'waiting') then
    perform hand_over_end_membership(gone, place, cause, actor);
  end if;
end $$;

create or replace function hand_over_end_membership(gone access_account, place access_compartment, cause ledger_entry, actor text)
  returns void language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  member access_membership;
begin
  select * into member from access_membership m
   where m.compartment_id = place.id and m.account_id = gone.id and m.ended_at is null for no key update;
  if found then
    member.ended_at := cause.at;
    member.version := ledger_append_after(cause, 'member.removed', member.id, place.record_id, place.id,
      jsonb_build_object('account_id', gone.id, 'account', gone.name, 'reason', 'Left', 'actor', actor),
      ledger_row_content('access_membership', to_jsonb(member)));
    update access_membership set ended_at = member.ended_at, version = member.version where id = member.id;
  end if;
end $$;

-- All work of an account that this very transaction, by this very account, closes: `choices` names a successor for each
-- kind. All or nothing. Answers whom to tell, and of what.
create or replace function hand_over_work(gone uuid, choices jsonb) returns table (account uuid, notice text)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  cause ledger_entry;
  leaver access_account;
  actor text;
  group_of record;
  heir access_account;
  part access_hand_over;
  place access_compartment;
begin
  select * into leaver from access_account a where a.id = gone for no key update;
  select * into cause from ledger_entry e
   where e.subject_id = gone and e.transaction_id = pg_current_xact_id() and e.actor_id = current_account()
     and e.action = 'account.handed_over' order by e.id desc limit 1;
  if cause.id is null
     or (not leaver.is_active and has_role('{administrator}') and leaver.org_id = current_org()) is not true then
    raise exception 'this account is not closed here and now' using errcode = 'insufficient_privilege';
  end if;
  actor := (select a.name from access_account a where a.id = cause.actor_id);
  perform 1 from access_account a where a.id in (select v::uuid from jsonb_each_text(choices) c (k, v)) order by a.id for share;
  perform hand_over_hold(gone, null);
  for group_of in select t.compartment_id as id, t.kind, count(*) filter (where t.thing <> 'member') as number,
                         bool_or(t.alone) as alone
                    from hand_over_things(gone) t group by 1, 2 order by 1, 2 loop
    select * into place from access_compartment c where c.id = group_of.id;
    if group_of.number = 0 and not group_of.alone then
      if not exists (select 1 from hand_over_things(gone) t where t.compartment_id = place.id and t.thing <> 'member') then
        perform hand_over_end_membership(leaver, place, cause, actor);
      end if;
      continue;
    end if;
    select * into heir from access_account a
     where a.id = (choices ->> group_of.kind)::uuid and a.is_active and a.org_id = leaver.org_id and a.id <> gone
       and a.roles && hand_over_roles(group_of.kind) and not a.roles && '{integration}' for share;
    if not found then
      raise exception 'nobody who can takes over %', group_of.kind using errcode = 'check_violation';
    end if;
    select * into part from jsonb_populate_record(null::access_hand_over, jsonb_build_object(
      'id', gen_random_uuid(), 'org_id', leaver.org_id, 'compartment_id', place.id, 'leaver_id', gone,
      'successor_id', heir.id, 'handed_by_id', cause.actor_id, 'kind', group_of.kind, 'number', group_of.number,
      'state', case when hand_over_is_inside(heir.id, place.id) then 'done' else 'waiting' end,
      'handed_at', cause.at, 'version', 0));
    part.version := ledger_append_after(cause, 'hand_over.made', part.id, place.record_id, place.id,
      jsonb_build_object('account', leaver.name, 'successor', heir.name, 'kind', part.kind, 'state', part.state, 'actor', actor),
      ledger_row_content('access_hand_over', to_jsonb(part)));
    insert into access_hand_over select part.*;
    if part.state = 'done' then
      perform hand_over_move(part, cause);
      return query select heir.id, 'handed_over';
      return query select k.lead_id, 'handed_over' from cases_case k
                    where k.compartment_id = place.id and k.lead_id not in (heir.id, gone)
                      and not hand_over_is_kept_out(k.lead_id, place.id);
    else
      return query select m.account_id, 'hand_over_waits' from access_membership m
                    where m.compartment_id = place.id and m.ended_at is null and m.account_id not in (gone, cause.actor_id)
                      and not hand_over_is_kept_out(m.account_id, place.id);
      return query select a.id, 'hand_over_waits' from access_account a
                    where a.org_id = leaver.org_id and a.is_active and '{privacy}' && a.roles and a.id <> cause.actor_id;
    end if;
  end loop;
end $$;

-- What was approved in this very transaction, by this very account. Answers whom to tell.
create or replace function hand_over_carry_out(wanted uuid) returns uuid
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  part access_hand_over;
  cause ledger_entry;
  is_member boolean;
begin
  select * into part from access_hand_over h where h.id = wanted;
  select * into cause from ledger_entry e
   where e.subject_id = wanted and e.transaction_id = pg_current_xact_id() and e.actor_id = current_account()
     and e.action = 'hand_over.approved' order by e.id desc limit 1;
  is_member := part.compartment_id = any (own_compartments());
  if cause.id is null or (part.state = 'done' and part.decided_by_id = current_account()
      and part.handed_by_id <> current_account() and part.org_id = current_org()
      and (is_member or has_role('{privacy}'))) is not true then
    raise exception 'this hand-over is not approved here and now' using errcode = 'insufficient_privilege';
  end if;
  -- Who is outside lets somebody else in, never themself.
  perform 1 from access_account a
    where a.id = part.successor_id and a.is_active and a.org_id = part.org_id and a.id <> part.leaver_id
      and a.roles && hand_over_roles(part.kind) and (is_member or a.id <> current_account())
      and not hand_over_is_kept_out(a.id, part.compartment_id) for share;
  if not found then
    raise exception 'this person cannot take it over' using errcode = 'check_violation';
  end if;
  perform hand_over_hold(part.leaver_id, part.compartment_id);
  perform hand_over_move(part, cause);
  return part.successor_id;
end $$;

-- Whether whoever may decide can choose this person: told of what waits for them only.
create or replace function hand_over_is_open_to(wanted uuid, who uuid) returns boolean language sql stable security definer
  set search_path = public, pg_temp as $$
  select exists (
    select 1 from access_hand_over h
     where h.id = wanted and h.org_id = current_org() and h.handed_by_id <> current_account()
       and (h.compartment_id = any (own_compartments()) or has_role('{privacy}'))
       and not hand_over_is_kept_out(who, h.compartment_id))
$$;

-- Only these functions append such entries, and write such rows, as this role, which nobody can sign in as.
drop policy if exists hands_over on ledger_entry;
create policy hands_over on ledger_entry for insert to longwatch_search with check (
  not covers_batch and actor_id = (select current_account())
  and action in ('hand_over.made', 'member.added', 'member.removed', 'task.assigned', 'case.lead_named',
                 'case.monitoring_handed_over', 'incident.command_taken', 'responder.added', 'responder.released',
                 'signal.assigned'));
do $$
declare
  place text;
begin
  foreach place in array '{records_task,cases_case,incidents_incident,incidents_responder,access_membership}'::text[] loop
    execute format('drop policy if exists hands_over on %s', place);
    execute format('create policy hands_over on %s for update to longwatch_search using (true) with check (true)', place);
  end loop;
  foreach place in array '{incidents_responder,access_membership}'::text[] loop
    execute format('drop policy if exists succeeds on %s', place);
    execute format('create policy succeeds on %s for insert to longwatch_search with check (true)', place);
  end loop;
end $$;

alter function hand_over_things(uuid) owner to longwatch_search;
alter function hand_over_counts(uuid) owner to longwatch_search;
alter function hand_over_result(uuid) owner to longwatch_search;
alter function hand_over_is_inside(uuid, uuid) owner to longwatch_search;
alter function hand_over_is_kept_out(uuid, uuid) owner to longwatch_search;
alter function hand_over_hold(uuid, uuid) owner to longwatch_search;
alter function hand_over_move(access_hand_over, ledger_entry) owner to longwatch_search;
alter function hand_over_end_membership(access_account, access_compartment, ledger_entry, text) owner to longwatch_search;
alter function hand_over_work(uuid, jsonb) owner to longwatch_search;
alter function hand_over_is_open_to(uuid, uuid) owner to longwatch_search;
alter function hand_over_carry_out(uuid) owner to longwatch_search;
