-- What a file about a case is made of.

call wall_leaves_out('records_timeline_entry');
call wall_leaves_out('records_task');
call wall_leaves_out('entities_mention');
call wall_leaves_out('evidence_exhibit');
call wall_leaves_out('evidence_custody_event');
call wall_leaves_out('cases_finding');
call wall_leaves_out('cases_decision');
call wall_leaves_out('cases_publication');
call wall_leaves_out('cases_direction');
call wall_leaves_out('cases_privilege_note');
call wall_leaves_out('cases_witness_key');
