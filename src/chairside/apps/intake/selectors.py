"""Reading intake: the queue, sorted by what puts a dose at risk first, and one referral with all that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import OrderBy

from chairside.apps.intake.models import Finding, MissingItem, Order, OrderVersion, Referral, ReferredOrder
from chairside.apps.people.models import User
from chairside.core.intake.order import SETTLED_BY_SIGNING

PAGE_SIZE = 50
TO_SIGN = "to_sign"  # a filter beside the statuses: an order version waits for a signature


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue shows. Empty means all that still needs work: without a signed order, or with a version to sign."""

    status: str = ""  # a Referral.Status; "" for what still needs work; TO_SIGN; "all" for everything
    site: UUID | None = None
    owner: UUID | None = None  # someone who chases an item
    unowned: bool = False  # has an item that nobody chases
    held: bool = False  # has a hold that is not solved
    therapy: str = ""  # a protocol's id
    words: str = ""  # name, record number or therapy
    sort: str = "risk"  # risk, received, wanted, patient, therapy, status; "-" in front reverses


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One referral in the queue. Days are counted at its site."""

    referral: Referral
    waiting_days: int
    wanted_in_days: int | None
    missing: tuple[MissingItem, ...]
    findings: tuple[Finding, ...]
    order_id: UUID | None  # the order that was made of it
    to_sign: bool  # the newest version of that order waits for a signature

    @property
    def status_words(self) -> str:
        """Who acts next decides the word: a complete packet with an unsigned order waits for a prescriber."""
        return "Waiting for signature" if self.to_sign else self.referral.get_status_display()

    @property
    def unsettled(self) -> bool:
        """Whether anything beside the signature is open that stops one."""
        waits = any(item.solves != SETTLED_BY_SIGNING for item in self.missing)
        return waits or any(item.code != SETTLED_BY_SIGNING for item in self.holds)

    @property
    def owners(self) -> tuple[User, ...]:
        """Who chases something, each once."""
        return tuple({item.owner_id: item.owner for item in self.missing if item.owner is not None}.values())

    @property
    def unowned(self) -> int:
        """How many items nobody chases yet."""
        return sum(item.owner_id is None for item in self.missing)

    @property
    def holds(self) -> tuple[Finding, ...]:
        return tuple(item for item in self.findings if item.severity == Finding.Severity.HOLD)

    @property
    def oldest_missing(self) -> datetime | None:
        """Since when the longest-open item is open."""
        return min((item.opened_at for item in self.missing), default=None)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the queue."""

    rows: tuple[QueueRow, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class ReferralDetail:
    """One referral with what is open, what is settled, what was sent and what came of it."""

    referral: Referral
    open_missing: tuple[MissingItem, ...]
    closed_missing: tuple[MissingItem, ...]
    open_findings: tuple[Finding, ...]
    solved_findings: tuple[Finding, ...]
    sent_orders: tuple[ReferredOrder, ...]
    versions: tuple[OrderVersion, ...]

    @property
    def not_judged(self) -> tuple[str, ...]:
        """What nobody has judged, a line each."""
        return tuple(self.referral.not_judged.splitlines())

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """What others judge, and who, a line each."""
        return tuple(self.referral.elsewhere.splitlines())

    @property
    def newest_version(self) -> OrderVersion | None:
        return self.versions[0] if self.versions else None


def referral_queue(*, now: datetime, wanted: QueueFilter | None = None, page: int = 1, size: int = PAGE_SIZE) -> QueuePage:
    """A page of the queue. A page beyond the last is the last one. The number of queries does not grow with the rows."""
    chosen = _chosen(wanted or QueueFilter())
    total = chosen.count()
    pages = max(1, -(-total // size))
    number = min(max(page, 1), pages)
    rows = _with_parts(chosen)[(number - 1) * size : number * size]
    return QueuePage(tuple(_row(item, now) for item in rows), total, number, pages)


def referral_queue_rows(*, now: datetime, wanted: QueueFilter | None = None) -> Iterator[QueueRow]:
    """Every row of the queue in its order, for export, a chunk at a time."""
    for item in _with_parts(_chosen(wanted or QueueFilter())).iterator(chunk_size=500):
        yield _row(item, now)


def queue_counts() -> dict[str, int]:
    """How many referrals there are in each status."""
    found = dict(Referral.objects.order_by().values_list("status").annotate(number=Count("id")))
    return {status: found.get(status, 0) for status in Referral.Status.values}


def referral_detail(referral_id: UUID) -> ReferralDetail | None:
    """One referral, or None when it is not in this organization."""
    referral = Referral.objects.select_related("patient", "site", "practitioner").filter(id=referral_id).first()
    if referral is None:
        return None
    missing = list(referral.missing.select_related("owner").order_by("opened_at", "what"))
    findings = list(referral.findings.annotate(rank=_severity_rank()).order_by("rank", "code"))
    versions = OrderVersion.objects.filter(order__referral=referral).select_related(
        "order", "release", "prescriber", "signed_by"
    )
    return ReferralDetail(
        referral,
        tuple(item for item in missing if item.closed_at is None),
        tuple(item for item in missing if item.closed_at is not None),
        tuple(item for item in findings if item.solved_at is None),
        tuple(item for item in findings if item.solved_at is not None),
        tuple(referral.sent_orders.order_by("source")),
        tuple(versions.order_by("-number")),
    )


def _chosen(wanted: QueueFilter) -> QuerySet[Referral]:
    rows = Referral.objects.all()
    unsigned = Q(id__in=_drafts().values("order__referral_id"))
    if wanted.status == "":
        rows = rows.filter(Q(status__in=(Referral.Status.INCOMPLETE, Referral.Status.COMPLETE)) | unsigned)
    elif wanted.status == TO_SIGN:
        rows = rows.filter(unsigned)
    elif wanted.status != "all":
        rows = rows.filter(status=wanted.status)
    if wanted.site is not None:
        rows = rows.filter(site_id=wanted.site)
    if wanted.therapy:
        rows = rows.filter(protocol=wanted.therapy)
    open_items = MissingItem.objects.filter(closed_at=None)
    if wanted.owner is not None:
        rows = rows.filter(id__in=open_items.filter(owner_id=wanted.owner).values("referral_id"))
    if wanted.unowned:
        rows = rows.filter(id__in=open_items.filter(owner_id=None).values("referral_id"))
    if wanted.held:
        holding = Finding.objects.filter(solved_at=None, severity=Finding.Severity.HOLD)
        rows = rows.filter(id__in=holding.values("referral_id"))
    for word in wanted.words.split():
        rows = rows.filter(
            Q(patient__family__icontains=word)
            | Q(patient__given__icontains=word)
            | Q(patient__mrn__istartswith=word)
            | Q(therapy_text__icontains=word)
        )
    return rows.order_by(*_order(wanted.sort))


def _drafts() -> QuerySet[OrderVersion]:
    """Versions to sign. A new version cancels the unsigned one before it, so a draft is always its order's newest."""
    return OrderVersion.objects.filter(status=OrderVersion.Status.DRAFT)


_SORTS = {
    "received": ("received_at",),
    "wanted": ("wanted_on",),
    "patient": ("patient__family", "patient__given"),
    "therapy": ("therapy_text",),
    "status": ("status",),
}


def _order(sort: str) -> list[OrderBy]:
    """Risk: stat and asap first; then what is wanted soonest, at equal days the more urgent, then what has waited longest."""
    names = _SORTS.get(sort.removeprefix("-"))
    if names is not None:
        reverse = sort.startswith("-")
        return [*(F(name).desc(nulls_last=True) if reverse else F(name).asc(nulls_last=True) for name in names), F("id").asc()]
    at_once = _rank("priority", {Referral.Priority.STAT: 0, Referral.Priority.ASAP: 1}, default=2)
    urgent = _rank("priority", {Referral.Priority.URGENT: 0}, default=1)
    return [at_once.asc(), F("wanted_on").asc(nulls_last=True), urgent.asc(), F("received_at").asc(), F("id").asc()]


def _rank(field: str, ranks: Mapping[str, int], default: int) -> Case:
    whens = (When(**{field: key}, then=Value(rank)) for key, rank in ranks.items())
    return Case(*whens, default=Value(default), output_field=IntegerField())


def _severity_rank() -> Case:
    return _rank("severity", {Finding.Severity.HOLD: 0, Finding.Severity.REVIEW: 1}, default=2)


def _with_parts(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    missing = MissingItem.objects.filter(closed_at=None).select_related("owner").order_by("opened_at", "what")
    findings = Finding.objects.filter(solved_at=None).annotate(rank=_severity_rank()).order_by("rank", "code")
    parts = (Prefetch("missing", missing, to_attr="open_missing"), Prefetch("findings", findings, to_attr="open_findings"))
    made = Order.objects.filter(referral=OuterRef("pk")).order_by("id").values("id")[:1]
    draft = _drafts().filter(order__referral=OuterRef("pk")).order_by("order_id").values("order_id")[:1]
    rows = rows.annotate(made_order=Subquery(made), order_to_sign=Subquery(draft))
    return rows.select_related("patient", "site", "practitioner").prefetch_related(*parts)


def _row(referral: Referral, now: datetime) -> QueueRow:
    today: date = now.astimezone(referral.site.zone).date()
    received = referral.received_at.astimezone(referral.site.zone).date()
    wanted = (referral.wanted_on - today).days if referral.wanted_on else None
    missing: list[MissingItem] = getattr(referral, "open_missing")  # noqa: B009 - put there by the prefetch
    findings: list[Finding] = getattr(referral, "open_findings")  # noqa: B009 - put there by the prefetch
    to_sign: UUID | None = getattr(referral, "order_to_sign")  # noqa: B009 - annotated by `_with_parts`
    made: UUID | None = getattr(referral, "made_order")  # noqa: B009
    waiting = (today - received).days
    return QueueRow(referral, waiting, wanted, tuple(missing), tuple(findings), to_sign or made, to_sign is not None)
