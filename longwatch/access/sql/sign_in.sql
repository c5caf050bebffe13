-- What several processes must agree on for a short time: rate limits, and the codes of authenticator apps that were
-- used already (Django's database cache).
create table if not exists access_cache (
  cache_key varchar(255) primary key, value text not null, expires timestamptz not null);
create index if not exists access_cache_expires on access_cache (expires);
