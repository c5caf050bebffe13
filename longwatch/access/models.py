# SPDX-License-Identifier: Apache-2.0
"""Organisations, accounts, compartments with their members, and API tokens."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from longwatch.access.leaving import HandOver  # noqa: F401  # Django looks for it here.
from longwatch.access.oversight import Attempt, BreakGlass, Notice, Sight  # noqa: F401  # Django looks for them here.
from longwatch.access.sign_in_models import Session, Throttle  # noqa: F401  # Django looks for them here.
from longwatch.core import clock
from longwatch.core.ids import uuid7


class Organisation(models.Model):
    """Whose records these are; one server hosts many."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    emergency_text = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Named by people."""

        db_table = "access_organisation"

    def __str__(self) -> str:
        """The name."""
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account with this e-mail address."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """A person, or a program, that can sign in or hold a token."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accounts")
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    title = models.CharField(max_length=150, blank=True, default="")
    roles: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    time_zone = models.CharField(max_length=64, default="UTC")
    theme = models.CharField(max_length=10, default="auto")
    single_keys = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)
    # Sign-ins are history, not a property of the account.
    last_login = None
    # Django re-hashes a password at sign-in when the parameters change; that changes nothing the ledger knows.
    ledger_excluded: ClassVar[tuple[str, ...]] = ("password",)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Accounts are never deleted: history names them."""

        db_table = "access_account"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["org", "name"])]

    def __str__(self) -> str:
        """The name."""
        return self.name

    def get_full_name(self) -> str:
        """The name, for Django's own pages."""
        return self.name

    @property
    def role_set(self) -> frozenset[str]:
        """The roles, for looking up permissions."""
        return frozenset(self.roles)


class CompartmentKind(models.TextChoices):
    """What a compartment encloses."""

    OPERATIONS = "operations", _("Operations")
    INTAKE = "intake", _("Intake")
    RECORD = "record", _("Named members")


class Section(models.TextChoices):
    """What part of a record a compartment encloses: a case holds its core, and others inside it."""

    CORE = "core", _("Core")
    HR = "hr", _("HR")
    MEDICAL = "medical", _("Medical")
    PRIVILEGED = "privileged", _("Legally privileged")
    IDENTITY = "identity", _("Reporter's identity")
    WITNESS = "witness", _("Witnesses")
    INTELLIGENCE = "intelligence", _("Intelligence")


class Compartment(models.Model):
    """Who may know: readers by role, and named members."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=CompartmentKind.choices)
    name = models.CharField(max_length=200)
    reader_roles: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    # Of a compartment of one record: which record, and which part of it.
    section = models.CharField(max_length=20, choices=Section.choices, blank=True, default="")
    record_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Row security: seen only by those inside."""

        db_table = "access_compartment"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record_id", "section"],
                # Only of those that whoever may open one is told of: a refusal must not tell (access/sections.py).
                condition=models.Q(record_id__isnull=False, section__in=["core", "hr", "privileged"]),
                name="access_compartment_section",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Each page of a record asks for its sections; most compartments are of records.
            models.Index(fields=["record_id"], condition=models.Q(record_id__isnull=False), name="access_of_record")
        ]

    def __str__(self) -> str:
        """The name."""
        return self.name


class Walled(models.Model):
    """The columns of every row behind a wall: whose it is, and which compartment may know of it."""

    org_id: UUID
    compartment_id: UUID

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Each table adds its own columns."""

        abstract = True


class Membership(models.Model):
    """A named person in a compartment, since when, by whom, until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    granted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    granted_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=300, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """At most one open membership a person and compartment."""

        db_table = "access_membership"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["compartment", "account"], condition=models.Q(ended_at=None), name="access_membership_open"
            )
        ]

    def __str__(self) -> str:
        """Who is where."""
        return f"{self.account_id} in {self.compartment_id}"


class Exclusion(models.Model):
    """A person who must never see what a compartment encloses, whatever role or membership they have.

    Holds for all compartments of the same record. Row security: told only to those inside, so never to the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    compartment = models.ForeignKey(Compartment, on_delete=models.PROTECT, related_name="exclusions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    added_at = models.DateTimeField(default=clock.now)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Once a person and compartment; it does not end."""

        db_table = "access_exclusion"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["compartment", "account"], name="access_exclusion_once")
        ]

    def __str__(self) -> str:
        """Who is kept from where."""
        return f"{self.account_id} kept from {self.compartment_id}"


class TokenState(models.TextChoices):
    """What becomes of a request with a token."""

    WORKING = "working", _("Working")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


class ApiToken(models.Model):
    """A bearer token: only its hash is kept; it acts as an account, within the permissions named here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=200)
    prefix = models.CharField(max_length=12)
    token_hash = models.BinaryField(unique=True, max_length=32)
    permissions: "ArrayField[Iterable[str], list[str]]" = ArrayField(models.TextField(), default=list)
    source_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=0)

    class Meta:
        """Looked up by hash only."""

        db_table = "access_api_token"

    def __str__(self) -> str:
        """The label and the visible start of the token."""
        return f"{self.label} ({self.prefix}…)"

    @property
    def state(self) -> "TokenState":
        """Whether it still works, and if not, why."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        over = self.expires_at is not None and self.expires_at <= clock.now()
        return TokenState.EXPIRED if over else TokenState.WORKING


class ApiReplay(models.Model):
    """What was answered to an Idempotency-Key: said again, for a day, to whoever sends the same request again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    org = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    key_hash = models.BinaryField(max_length=32)
    request_hash = models.BinaryField(max_length=32)
    status = models.SmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        """Row security: an answer belongs to the account that got it. Not history: it is forgotten after a day."""

        db_table = "access_api_replay"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "key_hash"], name="access_api_replay_once")
        ]

    def __str__(self) -> str:
        """Whose answer, and which."""
        return f"{self.status} for {self.account_id}"
