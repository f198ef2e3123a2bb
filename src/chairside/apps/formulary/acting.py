"""What a press on a review's page asks for: of a release or of a layer, the same way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from chairside.apps.formulary import services
from chairside.apps.formulary.forms import AcceptForm, AnswerForm, ApproveForm, QueryForm, WithdrawForm
from chairside.apps.formulary.models import Approval, LayerVersion, ReviewEntry
from chairside.apps.formulary.selectors import releases_here
from chairside.apps.formulary.standing import Reviewed, review_of, thread_of
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.forms import Form

FORMS: dict[str, type[Form]] = {
    "query": QueryForm,
    "answer": AnswerForm,
    "accept": AcceptForm,
    "approve": ApproveForm,
    "withdraw": WithdrawForm,
}
DONE = {
    "query": "The query is written down.",
    "answer": "The answer is written down.",
    "accept": "You accepted {subject}. The medical director, another person, approves it.",
    "approve": "{subject} is approved for {site}.",
    "withdraw": "The approval is withdrawn.",
}


@dataclass(frozen=True)
class Act:
    """What was asked, the form as it was sent, and the answer."""

    what: str
    form: Form
    of: str = ""
    decision: Decision[Any] = field(default_factory=Decision)

    @property
    def done(self) -> bool:
        return self.form.is_valid() and self.decision.value is not None and self.decision.allowed


def act(request: StaffRequest, what: str, subject: Reviewed) -> Act:
    """Ask the service. The answer of a refusal goes into the form, to be shown again."""
    if what not in FORMS:
        raise Http404(what)
    form, of = FORMS[what](request.POST, auto_id=f"{what}{request.POST.get('of', '')}_%s"), request.POST.get("of", "")
    if not form.is_valid():
        return Act(what, form, of)
    told: dict[str, Any] = {**form.cleaned_data, "actor": request.actor, "at": clock.now()}
    if what in ("query", "accept"):
        decision: Decision[Any] = (services.query_ask if what == "query" else services.review_accept)(subject=subject, **told)
    elif what == "answer":
        decision = services.query_answer(query=get_object_or_404(_queries(subject), id=of), **told)
    elif what == "withdraw":
        decision = services.approval_withdraw(approval=get_object_or_404(_approvals(request), id=of), **told)
    elif isinstance(subject, LayerVersion):
        decision = services.layer_approve(layer=subject, **told)
    elif request.site is None:
        raise Http404("An approval is for a site.")
    else:
        seen = get_object_or_404(releases_here(), protocol=subject.protocol, sha256=of)
        decision = services.release_approve(release=seen, site=request.site, **told)
    form.add_reasons(decision)
    return Act(what, form, of, decision)


def review_context(request: HttpRequest, subject: Reviewed, acted: Act | None) -> dict[str, Any]:
    """The thread with a form for each open query, and what this person may do next."""
    actor = request.actor  # type: ignore[attr-defined]
    thread, entries = thread_of(subject), []
    reviews, approves = actor.may(Action.PROTOCOL_REVIEW).allowed, actor.may(Action.PROTOCOL_APPROVE).allowed
    for row in review_of(subject):
        is_open = row.kind == ReviewEntry.Kind.QUERY and row.number in thread.open_queries
        form = _form("answer", acted, str(row.id)) if is_open and (reviews or approves) else None
        entries.append({"row": row, "open": is_open, "form": form})
    return {
        "entries": entries,
        "thread": thread,
        "query_form": _form("query", acted) if reviews else None,
        "accept_form": _form("accept", acted) if reviews and not thread.open_queries else None,
        "approve_form": _form("approve", acted) if approves else None,
        "withdraw_form": _form("withdraw", acted) if approves else None,
        "refusal": acted.decision if acted is not None and not acted.decision.allowed else None,
        "withdrawing": acted is not None and acted.what == "withdraw",
    }


def _form(what: str, acted: Act | None, of: str = "") -> Form:
    if acted is not None and acted.what == what and (not of or acted.of == of):
        return acted.form
    return FORMS[what](auto_id=f"{what}{of}_%s")


def _queries(subject: Reviewed) -> Any:
    return review_of(subject).filter(kind=ReviewEntry.Kind.QUERY)


def _approvals(request: StaffRequest) -> Any:
    return Approval.objects.filter(site=request.site)
