# SPDX-License-Identifier: Apache-2.0
"""The formats that other tools read, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from longwatch.exchange.sharing.misp import misp_file
from longwatch.exchange.sharing.ocsf import ocsf_file
from longwatch.exchange.sharing.parcel import Parcel
from longwatch.exchange.sharing.stix import stix_file
from longwatch.exchange.sharing.table import csv_file


class FileFormat(TextChoices):
    """What the file is to be."""

    STIX = "stix", _("STIX 2.1 bundle")
    MISP = "misp", _("MISP event")
    OCSF = "ocsf", _("OCSF Incident Finding")
    CSV = "csv", _("Table (CSV)")


@dataclass(frozen=True, slots=True)
class Writer:
    """How one format is written."""

    write: Callable[[Parcel], bytes]
    ending: str
    content_type: str
    about: str | Promise


WRITERS: Mapping[FileFormat, Writer] = {
    FileFormat.STIX: Writer(
        stix_file, "stix.json", "application/stix+json;version=2.1",
        _("For threat intelligence platforms: OpenCTI, MISP, TAXII servers."),
    ),
    FileFormat.MISP: Writer(misp_file, "misp.json", "application/json", _("For MISP: Add event, from MISP JSON.")),
    FileFormat.OCSF: Writer(ocsf_file, "ocsf.json", "application/json", _("For data lakes and SIEMs that speak OCSF.")),
    FileFormat.CSV: Writer(csv_file, "csv", "text/csv; charset=utf-8", _("For spreadsheets and scripts.")),
}  # fmt: skip
