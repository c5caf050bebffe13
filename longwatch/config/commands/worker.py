# SPDX-License-Identifier: Apache-2.0
"""`longwatch worker`: background jobs, the sealing of the ledger, the engine that groups what arrives, and fetching."""

import argparse
from importlib import import_module

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from longwatch.config import traces
from longwatch.config.django_setup import set_up_django
from longwatch.config.running import database
from longwatch.core.environment import WORKER_JOBS, Environment, current
from longwatch.enrichment.extractor import Extractor
from longwatch.intake.settling import Settler
from longwatch.ledger.sealer import Sealer

# Retries are found by polling only; new jobs announce themselves.
POLL_SECONDS = 2.0
GRACE_SECONDS = 20.0


def run(arguments: argparse.Namespace) -> int:
    """Work until told to stop; running jobs may finish for a while."""
    environment = current()
    with database(environment):
        set_up_django()
        _work(environment)
    return 0


def _work(environment: Environment) -> None:
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("Procrastinate is not set up through Django.")
    # Only now: what they read are models.
    stages = import_module("longwatch.config.stages").STAGES
    opener = import_module("longwatch.incidents.opener").Opener
    tellers = import_module("longwatch.exchange.teller")
    poller = import_module("longwatch.intake.polling.poller").Poller
    fetcher = import_module("longwatch.enrichment.feeds.fetcher").Fetcher
    tellings = (tellers.Teller(), tellers.SenderTeller())
    threads = (Sealer(), Settler(stages), Extractor(), opener(), *tellings, poller(), fetcher())
    stop_traces = traces.start("worker")
    for thread in threads:
        thread.start()
    try:
        with app.replace_connector(connector.get_worker_connector()) as worker:
            worker.run_worker(
                name="longwatch",
                concurrency=environment.number(WORKER_JOBS),
                fetch_job_polling_interval=POLL_SECONDS,
                shutdown_graceful_timeout=GRACE_SECONDS,
                delete_jobs="successful",
                worker_middleware=[traces.around_job],
            )
    finally:
        for thread in threads:
            thread.stop()
        stop_traces()
