-- Analyzers and their answers: row security, guards, and how they did, for who administers them.

do $$ begin
  alter table enrichment_analyzer enable row level security;
  alter table enrichment_analyzer force row level security;
  drop policy if exists inside on enrichment_analyzer;
  create policy inside on enrichment_analyzer to longwatch_app using (org_id = (select current_org()))
    with check (org_id = (select current_org()) and (select has_role('{administrator}')));
  drop policy if exists definer on enrichment_analyzer;
  create policy definer on enrichment_analyzer for select to longwatch_search using (true);
end $$;
call wall_by_compartment('enrichment_analysis');
call ledger_guard('enrichment_analyzer');
call ledger_guard('enrichment_analysis');
comment on column enrichment_analyzer.wrapped is 'outside the ledger';
comment on column enrichment_analysis.report is 'outside the ledger';

-- What was asked stays asked, and an answer is given once; an erasure blanks both.
create or replace function enrichment_analysis_immutable() returns trigger language plpgsql as $$
begin
  if current_user = 'longwatch_search' then
    return new;
  end if;
  if old.state <> 'waiting'
     or (new.id, new.org_id, new.compartment_id, new.record_kind, new.record_id, new.kind, new.value, new.key, new.setup_id,
         new.analyzer, new.analyzer_version, new.tlp, new.pap, new.asked_at, new.asked_by_id)
     is distinct from
        (old.id, old.org_id, old.compartment_id, old.record_kind, old.record_id, old.kind, old.value, old.key, old.setup_id,
         old.analyzer, old.analyzer_version, old.tlp, old.pap, old.asked_at, old.asked_by_id) then
    raise exception 'an analyzer is asked once and answers once' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
drop trigger if exists enrichment_analysis_immutable on enrichment_analysis;
create trigger enrichment_analysis_immutable before update on enrichment_analysis
  for each row execute function enrichment_analysis_immutable();

-- Numbers and our own words for failures, never what was asked or answered.
create or replace function enrichment_analyzer_runs()
  returns table (setup_id uuid, asked bigint, failed bigint, last_at timestamptz, last_failure text, last_failed_at timestamptz)
  language sql stable security definer set search_path = public, pg_temp as $$
  select a.setup_id, count(*), count(*) filter (where a.state = 'failed'), max(a.asked_at),
         coalesce((array_agg(a.failure::text order by a.finished_at desc) filter (where a.state = 'failed'))[1], ''),
         max(a.finished_at) filter (where a.state = 'failed')
    from enrichment_analyzer s join enrichment_analysis a on a.setup_id = s.id
   where s.org_id = (select current_org()) and (select has_role('{administrator}')) and a.asked_at > now() - interval '30 days'
   group by a.setup_id
$$;
alter function enrichment_analyzer_runs() owner to longwatch_search;
