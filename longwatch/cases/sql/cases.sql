-- Row security, guards and search columns of cases: need-to-know, by the compartment that each case has.

alter table cases_case add column if not exists tsv tsvector
  generated always as (to_tsvector('simple',
    reference || ' ' || title || ' ' || summary || ' ' || findings || ' ' || root_cause || ' ' || actions_taken || ' '
    || remediation || ' ' || lessons_learned || ' ' || prevention)) stored;
create index if not exists cases_case_tsv on cases_case using gin (tsv);

alter table cases_finding add column if not exists tsv tsvector
  generated always as (to_tsvector('simple', text || ' ' || reasoning)) stored;
create index if not exists cases_finding_tsv on cases_finding using gin (tsv);

alter table cases_decision add column if not exists tsv tsvector
  generated always as (to_tsvector('simple', what || ' ' || why || ' ' || alternatives)) stored;
create index if not exists cases_decision_tsv on cases_decision using gin (tsv);

call wall_by_compartment('cases_case');
call wall_by_compartment('cases_finding');
call wall_by_compartment('cases_decision');
call wall_by_compartment('cases_closure_refusal');

call ledger_guard('cases_case');
call ledger_guard('cases_finding');
call ledger_guard('cases_decision');
call ledger_guard('cases_closure_refusal');
