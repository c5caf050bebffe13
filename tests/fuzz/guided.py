# SPDX-License-Identifier: Apache-2.0
"""Fuzzing led by coverage: inputs that reach new code are kept and changed further.

`python -m tests.fuzz.guided PARSER SECONDS FOLDER` ends with 0 when the time is over and nothing was found. It is a
process of its own because libFuzzer never gives control back.
"""

import os
import sys
import tempfile
from pathlib import Path

import atheris
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longwatch.config.settings")
os.environ.setdefault("LONGWATCH_DATA", tempfile.mkdtemp())
# Only our own code leads; the libraries of pictures and documents have fuzzers of their own.
with atheris.instrument_imports(include=["longwatch", "tests.fuzz"]):
    django.setup()
    from tests.fuzz.parsers import PARSERS, Parser
    from tests.fuzz.planted import PLANTED

PATIENCE = 15
LONGEST = 200_000
MEMORY = 2_048


def ready(parser: Parser, folder: Path) -> Path:
    """The folder of inputs to begin from, which grows."""
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(parser.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    return corpus


def main(name: str, seconds: str, folder: str) -> None:
    """Fuzz one parser; what it finds is written to the folder as a file `crash-...` or `timeout-...`."""
    parser = next(each for each in (*PARSERS, PLANTED) if each.name == name)

    def once(content: bytes) -> None:
        try:
            parser.read(content)
        except parser.refusals:
            return

    options = [
        f"-max_total_time={seconds}", f"-timeout={PATIENCE}", f"-max_len={LONGEST}", f"-rss_limit_mb={MEMORY}",
        f"-artifact_prefix={folder}/", f"-seed={os.environ.get('FUZZ_SEED', '0')}", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(ready(parser, Path(folder)))], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
