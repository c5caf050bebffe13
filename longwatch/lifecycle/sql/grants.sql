-- Erasing functions blank in place; nobody signs in as their owner.
grant update on cases_case, cases_finding, cases_decision, cases_closure_refusal, cases_publication, cases_direction,
  cases_privilege_note, cases_witness_key, incidents_incident, incidents_notice, records_timeline_entry, records_task,
  records_link, entities_mention, evidence_exhibit, evidence_key, intake_signal, intake_message, intake_identity,
  intake_disclosure, exchange_decision, exchange_export, lifecycle_finding,
  entities_identity, entities_marking, enrichment_analysis to longwatch_search;
grant update on intake_delivery, intake_mapping, enrichment_item, enrichment_watchlist, enrichment_watch_entry, grouping_rule,
  grouping_verdict, grouping_lesson, intake_suppression, cases_criterion to longwatch_search;
grant update (tried, result) on grouping_trial to longwatch_search;
grant update (raw) on intake_occurrence to longwatch_search;
grant update (fields) on ledger_detail to longwatch_search;
