"""Do two records look like one person? A score with its reasons, for somebody to look at: nothing is ever merged on a score.

What is missing on either side neither agrees nor differs: it gives no points and takes none. The points are a policy of this
product, made so that a whole name and a birth date reach the review line, and neither alone does.

    what               agrees   nearly                                        differs
    family name          20     12 a slip, 14 part of a double name             -10 (people marry)
    given names          20     12 a slip, 16 one name of several, 6 initial    -30 (twins, family)
    both, swapped         -      18 each: given name and family name in each other's place
    “Jr”, “III”           -      -                                              -30 (father and son)
    birth date           30     20 two digits or day and month swapped,         -30
                                12 one digit, 14 year and month, 8 year
    sex                   4      -                                              -15
    phone                10      6 two digits swapped                             0 (people move)
    email                 4      -                                                0
    address               8      -                                                0
    postal code           4      -                                                0
    number elsewhere     30      -                                              -25 (the same system counts them as two)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product

from chairside.core.intake.alike import digits, slips, swapped, without_generation, words
from chairside.core.intake.referral import Identifier

REVIEW_LINE = 60
"""From here on a person looks at the pair. Names that agree with the birth date make 70, the birth date with two digits swapped
60; a father and his son of the same name at one address stay below it, and so do twins with different given names."""

VERY_LIKELY = 85
"""From here on the pair is called very likely: name, birth date and two more things agree, and nothing speaks against it."""

_EVERY = 100
_NOT_IN_BOTH = "It is not recorded in both."


class Verdict(StrEnum):
    """What one comparison says."""

    AGREES = "agrees"
    NEARLY = "nearly agrees"
    DIFFERS = "differs"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that someone goes or went by."""

    family: str
    given: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a record says of who someone is. What is not recorded is None or empty.

    names    the present one, and former and other ones; their order says nothing
    born     the whole birth date; when only a part is known, `birth_text` holds “1961” or “1961-03”
    """

    names: tuple[Name, ...] = ()
    born: date | None = None
    birth_text: str = ""
    sex: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    postal_codes: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that was compared: what, how it stands, a sentence, and the points it gives or takes."""

    what: str
    verdict: Verdict
    sentence: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two records are: 0 to 100, each comparison, and whether they may be twins."""

    score: int
    compared: tuple[Compared, ...] = field(default=())
    twins: bool = False

    @property
    def to_review(self) -> bool:
        return self.score >= REVIEW_LINE

    @property
    def very_likely(self) -> bool:
        return self.score >= VERY_LIKELY and not self.twins


def likeness(one: Candidate, other: Candidate) -> Likeness:
    """Compare two records. The same whichever comes first, and however their names and numbers are ordered."""
    names = _names(one, other)
    birth = births(one, other)
    rest = tuple(compare(one, other) for compare in _REST)
    compared = (*names, birth, *rest)
    score = sum(item.points for item in compared)
    return Likeness(max(0, min(_EVERY, score)), compared, _twins(names, birth, rest))


def _twins(names: tuple[Compared, ...], birth: Compared, rest: tuple[Compared, ...]) -> bool:
    """The same family, birthday and home, and given names that are not quite the same."""
    verdicts = {item.what: item.verdict for item in (*names, *rest)}
    home = Verdict.AGREES in (verdicts["phone"], verdicts["address"], verdicts["email"])
    close = verdicts["family name"] in (Verdict.AGREES, Verdict.NEARLY)
    other_given = verdicts["given names"] in (Verdict.NEARLY, Verdict.DIFFERS)
    return birth.verdict is Verdict.AGREES and close and home and other_given


# ---- names ----


def _names(one: Candidate, other: Candidate) -> tuple[Compared, ...]:
    """The pair of names that agrees best: a former name counts like the present one."""
    pairs = product(one.names or (Name(""),), other.names or (Name(""),))
    return max((_pair(mine, theirs) for mine, theirs in pairs), key=_best)


def _best(pair: tuple[Compared, ...]) -> tuple[int, tuple[str, ...]]:
    """Most points first; the sentences settle a tie, so that the order of the names never does."""
    return sum(item.points for item in pair), tuple(item.sentence for item in pair)


def _pair(mine: Name, theirs: Name) -> tuple[Compared, ...]:
    straight = _in_order(mine, theirs)
    crossed = _crossed(mine, theirs)
    return max((pair for pair in (straight, crossed) if pair), key=_best)


def _in_order(mine: Name, theirs: Name) -> tuple[Compared, ...]:
    (family, one_told), (family_other, other_told) = (without_generation(words(name.family)) for name in (mine, theirs))
    (given, one_said), (given_other, other_said) = (without_generation(words(name.given)) for name in (mine, theirs))
    one_generation, other_generation = one_told or one_said, other_told or other_said
    found = (_family(family, family_other), _given(given, given_other))
    if one_generation and other_generation and one_generation != other_generation:
        told = " and ".join(sorted((one_generation, other_generation)))
        return (*found, Compared("generation", Verdict.DIFFERS, f"The names end differently: {told}.", -30))
    return found


def _crossed(mine: Name, theirs: Name) -> tuple[Compared, ...]:
    """Family and given name written in each other's place, letter for letter."""
    one, other = (words(mine.family), words(mine.given)), (words(theirs.given), words(theirs.family))
    if not all(one) or one != other:
        return ()
    message = "Family and given names are the same the other way round."
    return Compared("family name", Verdict.NEARLY, message, 18), Compared("given names", Verdict.NEARLY, message, 18)


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> Compared:
    what = "family name"
    if not one or not other:
        return Compared(what, Verdict.UNKNOWN, _NOT_IN_BOTH)
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return Compared(what, Verdict.AGREES, "The family names are the same.", 20)
    if _slip("".join(one), "".join(other)):
        return Compared(what, Verdict.NEARLY, "The family names differ by a slip of the pen.", 12)
    if set(one) < set(other) or set(other) < set(one):
        return Compared(what, Verdict.NEARLY, "One family name is a part of the other.", 14)
    return Compared(what, Verdict.DIFFERS, "The family names are different.", -10)


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> Compared:
    what = "given names"
    if not one or not other:
        return Compared(what, Verdict.UNKNOWN, _NOT_IN_BOTH)
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return Compared(what, Verdict.AGREES, "The given names are the same.", 20)
    if set(one) < set(other) or set(other) < set(one):
        return Compared(what, Verdict.NEARLY, "One has more given names than the other.", 16)
    if _initials(one, other) or _initials(other, one):
        return Compared(what, Verdict.NEARLY, "One has only initials, and they fit.", 6)
    if _slip("".join(one), "".join(other)):
        return Compared(what, Verdict.NEARLY, "The given names differ by a slip of the pen.", 12)
    return Compared(what, Verdict.DIFFERS, "The given names are different.", -30)


def _initials(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """“A” and “A M” fit “Anna Maria”."""
    if len(short) > len(long) or all(len(word) > 1 for word in short):
        return False
    return all(word == whole or (len(word) == 1 and whole.startswith(word)) for word, whole in zip(short, long, strict=False))


def _slip(one: str, other: str) -> bool:
    """One slip where the longer name has four letters or more (Ana, Anna), two from nine on: in less it is another name."""
    short, long = sorted((len(one), len(other)))
    allowed = 0 if short < 3 or long < 4 else 1 if short < 9 else 2
    return allowed > 0 and slips(one, other, allowed) <= allowed


# ---- the rest ----


def births(one: Candidate, other: Candidate) -> Compared:
    """How the birth dates stand to each other; a part of a date is compared as far as it goes."""
    what = "birth date"
    mine, theirs = sorted((_born(one), _born(other)), key=lambda text: (len(text), text))
    if not mine or not theirs:
        return Compared(what, Verdict.UNKNOWN, _NOT_IN_BOTH)
    if len(mine) < len("2000-01-01"):
        if not theirs.startswith(mine):
            return Compared(what, Verdict.DIFFERS, "The birth dates are different as far as they are known.", -30)
        told, points = ("year", 8) if len(mine) == len("2000") else ("year and month", 14)
        return Compared(what, Verdict.NEARLY, f"The birth dates agree in {told}; the rest is not known.", points)
    if mine == theirs:
        return Compared(what, Verdict.AGREES, "The birth dates are the same.", 30)
    year, month, day = mine.split("-")
    if swapped(mine.replace("-", ""), theirs.replace("-", "")) or f"{year}-{day}-{month}" == theirs:
        return Compared(what, Verdict.NEARLY, "The birth dates differ by digits that changed places.", 20)
    if sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1:
        return Compared(what, Verdict.NEARLY, "The birth dates differ in one digit.", 12)
    return Compared(what, Verdict.DIFFERS, "The birth dates are different.", -30)


def _born(item: Candidate) -> str:
    """A birth date as text, as far as it is known: “1961-03-04”, “1961-03”, “1961” or ""."""
    if item.born is not None:
        return item.born.isoformat()
    parts = item.birth_text.strip().split("-")
    right = all(part.isascii() and part.isdigit() for part in parts) and [len(part) for part in parts] in ([4], [4, 2])
    return "-".join(parts) if right else ""


def _sex(one: Candidate, other: Candidate) -> Compared:
    told = {item.sex.strip().lower() for item in (one, other)}
    if told & {"", "unknown"}:
        return Compared("sex", Verdict.UNKNOWN, _NOT_IN_BOTH)
    if len(told) == 1:
        return Compared("sex", Verdict.AGREES, "The recorded sex is the same.", 4)
    return Compared("sex", Verdict.DIFFERS, "The recorded sex is different.", -15)


def _phone(one: Candidate, other: Candidate) -> Compared:
    mine, theirs = ({digits(phone) for phone in item.phones} - {""} for item in (one, other))
    if not mine or not theirs:
        return Compared("phone", Verdict.UNKNOWN, _NOT_IN_BOTH)
    if mine & theirs:
        return Compared("phone", Verdict.AGREES, "They have the same phone number.", 10)
    if any(swapped(first, second) for first, second in product(mine, theirs)):
        return Compared("phone", Verdict.NEARLY, "The phone numbers differ by two digits that changed places.", 6)
    return Compared("phone", Verdict.DIFFERS, "The phone numbers are different.")


def _email(one: Candidate, other: Candidate) -> Compared:
    return _same_text("email", "email address", one.emails, other.emails, lambda text: text.strip().casefold(), 4)


def _address(one: Candidate, other: Candidate) -> Compared:
    return _same_text("address", "address", one.addresses, other.addresses, lambda text: " ".join(words(text)), 8)


def _postal_code(one: Candidate, other: Candidate) -> Compared:
    # The first five signs of a ZIP+4 say where it is; codes of other countries are compared whole.
    def place(text: str) -> str:
        bare = "".join(words(text))
        return bare[:5] if bare.isdigit() else bare

    return _same_text("postal code", "postal code", one.postal_codes, other.postal_codes, place, 4)


def _same_text(
    what: str, told: str, one: tuple[str, ...], other: tuple[str, ...], plain: Callable[[str], str], points: int
) -> Compared:
    mine, theirs = ({plain(text) for text in texts} - {""} for texts in (one, other))
    if not mine or not theirs:
        return Compared(what, Verdict.UNKNOWN, _NOT_IN_BOTH)
    if mine & theirs:
        return Compared(what, Verdict.AGREES, f"They have the same {told}.", points)
    return Compared(what, Verdict.DIFFERS, f"The {told} is different.")


def _number(one: Candidate, other: Candidate) -> Compared:
    """Numbers given by the same system: one that both have speaks for one person, two different ones against it."""
    what = "number elsewhere"
    mine, theirs = (_by_system(item) for item in (one, other))
    shared = mine.keys() & theirs.keys()
    if not shared:
        return Compared(what, Verdict.UNKNOWN, "No other system gave a number to both.")
    if any(mine[system] & theirs[system] for system in shared):
        return Compared(what, Verdict.AGREES, "They have the same number in another system.", 30)
    return Compared(what, Verdict.DIFFERS, "Another system knows them by two different numbers.", -25)


def _by_system(item: Candidate) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for identifier in item.identifiers:
        if identifier.system.strip() and identifier.value.strip():
            found.setdefault(identifier.system.strip(), set()).add(identifier.value.strip().casefold())
    return found


_REST: tuple[Callable[[Candidate, Candidate], Compared], ...] = (_sex, _phone, _email, _address, _postal_code, _number)


def told(found: Likeness) -> Iterator[str]:
    """What agrees and what differs, a line each: “agrees: birth date”, “differs: The recorded sex is different.”

    What is not known is left out.
    """
    if found.twins:
        yield "possible twins: The same family, birth date and home, and given names that are not quite the same."
    for item in found.compared:
        if item.verdict is not Verdict.UNKNOWN:
            yield f"{item.verdict}: {item.what if item.verdict is Verdict.AGREES else item.sentence}"
