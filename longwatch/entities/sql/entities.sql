-- Row security, guard and search column of mentions.

alter table entities_mention add column if not exists tsv tsvector
  generated always as (to_tsvector('simple', value || ' ' || note)) stored;
create index if not exists entities_mention_tsv on entities_mention using gin (tsv);

call wall_by_compartment('entities_mention');
call ledger_guard('entities_mention');
