-- What was found is written by the engine alone; the pages read it.

revoke insert, update, delete on enrichment_look, enrichment_result from longwatch_app;
revoke update on enrichment_value from longwatch_app;
grant select on enrichment_dataset, enrichment_value, enrichment_item, enrichment_watchlist, enrichment_watch_entry
  to longwatch_engine;
grant select, insert, update, delete on enrichment_look, enrichment_result to longwatch_engine;
grant select (id, signal_id, at, raw) on intake_occurrence to longwatch_engine;
grant delete on enrichment_look, enrichment_result to longwatch_search;

-- Analyzers stay for what they answered; answers are blanked by erasing, never deleted.
revoke delete on enrichment_analyzer, enrichment_analysis from longwatch_app;

-- The engine lists the feeds whose turn it is, without their secrets, and removes values that are over.
grant select (id, org_id, enabled, closed_at) on enrichment_feed to longwatch_engine;
grant select on enrichment_feed_state to longwatch_engine;
grant delete on enrichment_value to longwatch_engine;
grant select, update on enrichment_lookback to longwatch_engine;
