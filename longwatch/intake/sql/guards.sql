-- Every change of signals and sources needs a ledger entry; what receives signals writes many under one.

call ledger_guard('intake_signal', batches => 'longwatch_search');
call ledger_guard('intake_source');
