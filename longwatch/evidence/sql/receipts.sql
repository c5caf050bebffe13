-- Hand-overs that the receiver confirms: what is offered is answered once, and nobody receives for another.

create or replace function evidence_custody_answers() returns trigger language plpgsql as $$
declare
  offered evidence_custody_event;
begin
  if new.kind in ('transferred', 'offered') and exists (
      select from evidence_custody_event o where o.exhibit_id = new.exhibit_id and o.kind = 'offered'
        and not exists (select from evidence_custody_event a where a.offer_id = o.id)) then
    raise exception 'an exhibit that is offered waits for the answer' using errcode = 'integrity_constraint_violation';
  end if;
  if (new.kind = 'offered' and new.receiver_id is null)
     or (new.kind = 'transferred' and new.receiver_id <> new.actor_id)
     or (new.kind in ('accepted', 'refused', 'taken_back')) <> (new.offer_id is not null) then
    raise exception 'an offer names who is to answer, and an answer the offer' using errcode = 'integrity_constraint_violation';
  end if;
  if new.offer_id is not null then
    select * into offered from evidence_custody_event o
     where o.id = new.offer_id and o.kind = 'offered' and o.exhibit_id = new.exhibit_id;
    if not found or new.receiver_id is distinct from offered.receiver_id then
      raise exception 'this answers no offer of this exhibit' using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  if (new.kind in ('accepted', 'refused') or (new.kind = 'transferred' and new.receiver_id is not null))
     and (new.actor_id = new.receiver_id and new.actor_id = current_account()) is not true then
    raise exception 'nobody receives for another' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists evidence_custody_answers on evidence_custody_event;
create trigger evidence_custody_answers before insert on evidence_custody_event
  for each row execute function evidence_custody_answers();

-- What somebody has in hand and what waits for them, in numbers: for administrators, who see no exhibit.
create or replace function evidence_in_hands(who uuid) returns table (things bigint, offers bigint) language sql stable
  security definer set search_path = public, pg_temp as $$
  with known as (
    select c.* from evidence_custody_event c
     where c.exhibit_id in (select o.exhibit_id from evidence_custody_event o where o.receiver_id = who)
       and c.org_id = (select current_org()) and (select has_role('{administrator}')))
  select (select count(*) from (
            select distinct on (k.exhibit_id) k.receiver_id from known k
              join evidence_exhibit e on e.id = k.exhibit_id and e.is_physical
             where k.kind in ('transferred', 'accepted') order by k.exhibit_id, k.at desc, k.id desc) last
           where last.receiver_id = who),
         (select count(*) from known k where k.kind = 'offered' and k.receiver_id = who
             and not exists (select from known a where a.offer_id = k.id))
$$;
alter function evidence_in_hands(uuid) owner to longwatch_search;

-- Who offered something to somebody whose account is closed now, and what: whoever closes it tells them.
create or replace function evidence_offers_to(gone uuid) returns table (account uuid, exhibit uuid) language sql stable
  security definer set search_path = public, pg_temp as $$
  select distinct o.actor_id, o.exhibit_id
    from evidence_custody_event o join access_account g on g.id = o.actor_id and g.is_active
    join access_account r on r.id = o.receiver_id and not r.is_active
   where o.kind = 'offered' and o.receiver_id = gone and o.org_id = (select current_org())
     and (select has_role('{administrator}'))
     and not exists (select from evidence_custody_event a where a.offer_id = o.id)
$$;
alter function evidence_offers_to(uuid) owner to longwatch_search;
