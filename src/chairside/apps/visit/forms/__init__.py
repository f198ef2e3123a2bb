"""Forms at the chair: what was typed becomes one event of the log. They read; the guards decide."""

from chairside.apps.visit.forms.arrival import (
    AllergiesForm,
    CheckInForm,
    ClearForm,
    HoldForm,
    OverrideForm,
    QuestionsForm,
    SeatForm,
    VitalsForm,
)
from chairside.apps.visit.forms.base import Around, EventForm
from chairside.apps.visit.forms.care import ReactionForm, SiteForm, ToldForm, TreatmentForm
from chairside.apps.visit.forms.checking import CheckForm
from chairside.apps.visit.forms.departing import AgainstAdviceForm, DeferForm, TransferForm
from chairside.apps.visit.forms.following import CallForm, IncidentForm
from chairside.apps.visit.forms.giving import (
    FlushForm,
    LowerForm,
    RaiseForm,
    ResumeForm,
    StartForm,
    StopForm,
    SymptomForm,
)
from chairside.apps.visit.forms.home import KitForm, RemoteSignForm, SetOutForm
from chairside.apps.visit.forms.leaving import (
    AccessOutForm,
    ClaimForm,
    CorrectForm,
    DischargeForm,
    NoteForm,
    ObserveForm,
    ReplanForm,
    SignForm,
)
from chairside.apps.visit.forms.readiness import AccessForm, PremedicationForm, PreparationForm, ReleaseForm
from chairside.apps.visit.forms.ways import (
    BagForm,
    DrawEndForm,
    DrawStartForm,
    InjectionForm,
    PumpForm,
    PumpOffForm,
    PushEndForm,
    PushStartForm,
    UnitForm,
)

# One form a way of doing: its name in the address, and the kind of event that it makes.
FORMS: dict[str, type[EventForm]] = {
    form.way: form
    for form in (
        CheckInForm,
        SeatForm,
        VitalsForm,
        AllergiesForm,
        QuestionsForm,
        ClearForm,
        HoldForm,
        OverrideForm,
        ReleaseForm,
        AccessForm,
        PremedicationForm,
        PreparationForm,
        CheckForm,
        StartForm,
        RaiseForm,
        LowerForm,
        ResumeForm,
        StopForm,
        FlushForm,
        SymptomForm,
        ReactionForm,
        TreatmentForm,
        ToldForm,
        SiteForm,
        TransferForm,
        AgainstAdviceForm,
        DeferForm,
        ObserveForm,
        AccessOutForm,
        DischargeForm,
        NoteForm,
        SignForm,
        CorrectForm,
        ClaimForm,
        ReplanForm,
        CallForm,
        IncidentForm,
        KitForm,
        SetOutForm,
        RemoteSignForm,
        InjectionForm,
        PushStartForm,
        PushEndForm,
        DrawStartForm,
        DrawEndForm,
        PumpForm,
        PumpOffForm,
        UnitForm,
        BagForm,
    )
}

__all__ = ["FORMS", "Around", "EventForm"]
