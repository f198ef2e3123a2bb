"""The fixed words of the patient's pages, in English and Spanish, side by side so that neither can lack a line.

Plain language: short sentences, "you", no verdicts. What a therapy says of itself stands in its protocol.
"""

from __future__ import annotations

from chairside.core.protocols.schema.terms import Words

TEXTS: dict[str, Words] = {
    "list_title": Words("Your infusion, step by step", "Su infusión, paso a paso"),
    "list_lead": Words(
        "Pick your medicine. Each page tells you how to get ready, what happens at the visit, and what to do at home.",
        "Elija su medicina. Cada página le dice cómo prepararse, qué pasa en la visita y qué hacer en casa.",
    ),
    "list_empty": Words("There are no pages yet. Ask your nurse.", "Todavía no hay páginas. Pregunte a su enfermera."),
    "education": Words(
        "This page explains. It does not replace the advice of your care team. If your team says otherwise, follow your team.",
        "Esta página explica. No reemplaza los consejos de su equipo médico. Si su equipo le dice otra cosa, siga a su equipo.",
    ),
    "draft": Words(
        "No pharmacist has checked this page yet. Use it to prepare your questions.",
        "Ningún farmacéutico ha revisado esta página todavía. Úsela para preparar sus preguntas.",
    ),
    "not_reviewed": Words(
        "No qualified reader has checked the words of this page yet.",
        "Ningún traductor calificado ha revisado todavía las palabras de esta página.",
    ),
    "reviewed_by": Words("Checked by", "Revisada por"),
    "what_for": Words("What it is for", "Para qué sirve"),
    "how_long": Words("How long it takes", "Cuánto dura"),
    "how_often": Words("How often you come", "Cada cuánto viene"),
    "feels": Words("How it feels", "Qué se siente"),
    "prepare": Words("How to get ready", "Cómo prepararse"),
    "before": Words("Before your visit", "Antes de su visita"),
    "during": Words("During the treatment", "Durante el tratamiento"),
    "after": Words("After the treatment", "Después del tratamiento"),
    "driving": Words("Can I drive home?", "¿Puedo conducir a casa?"),
    "call_us": Words("Call us if", "Llámenos si"),
    "emergency": Words("Emergency", "Emergencia"),
    "questions": Words("Questions to ask", "Preguntas para hacer"),
    "sources": Words("Where this comes from", "De dónde viene esto"),
    "print": Words("Print this page", "Imprima esta página"),
    "all": Words("All medicines", "Todas las medicinas"),
    "also_called": Words("Also called", "También se llama"),
}


def in_language(language: str) -> dict[str, str]:
    """Every fixed text in one language; English where a language is not one of ours."""
    return {key: said(words, language) for key, words in TEXTS.items()}


def said(words: Words, language: str) -> str:
    return words.es if language.startswith("es") else words.en


def about_length(shortest: int, longest: int, language: str) -> str:
    """How long to plan for, as people say it: from the same chair times that the schedule uses."""
    spanish = language.startswith("es")
    low, high = hours(shortest, spanish), hours(longest, spanish)
    if low == high:
        return f"Calcule {high} en total." if spanish else f"Plan {high} in all."
    return f"Calcule de {low} a {high} en total." if spanish else f"Plan {low} to {high} in all."


def hours(minutes: int, spanish: bool) -> str:
    """85 is "1 hour 25 minutes"."""
    whole, rest = divmod(minutes, 60)
    hour, minute = ("hora", "minuto") if spanish else ("hour", "minute")
    parts = [f"{whole} {hour}{'s' if whole != 1 else ''}"] if whole else []
    if rest or not whole:
        parts.append(f"{rest} {minute}{'s' if rest != 1 else ''}")
    return " ".join(parts)
