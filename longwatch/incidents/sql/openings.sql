-- Which incident a rule opened from which group is read by whoever reads the incident; once a group is the table's own.

call wall_by_compartment('incidents_group_opening');
call ledger_guard('incidents_group_opening');
