-- Criteria are read by those who handle the organisation's incidents; they say nothing about any record.

call wall_by_compartment('cases_criterion');
call ledger_guard('cases_criterion');
