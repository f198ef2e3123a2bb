"""Texts about a person made comparable: names without accents, phone numbers as digits, and by how many slips two differ.

Nothing is guessed: a nickname is another name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_SILENT = re.compile(r"['’‘`´ʼ.]")  # O'Brien is OBrien, St. Clair is St Clair
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_US = "1"  # the country code that a North American number may be written with


@lru_cache(maxsize=4096)  # one new record is compared with fifty others
def words(name: str) -> tuple[str, ...]:
    """A name as plain words: “García-López” is (“garcia”, “lopez”). Letters of other scripts stay as they are."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
    spaced = "".join(letter if letter.isalnum() else " " for letter in _SILENT.sub("", bare.translate(_PLAIN)))
    return tuple(spaced.split())


def without_generation(name: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The words of a name without “Jr” or “III”, and which of these it had; "" when it had none."""
    kept = tuple(word for word in name if word not in _GENERATIONS)
    told = next((word for word in name if word in _GENERATIONS), "")
    return (kept, told) if kept else (name, "")


@lru_cache(maxsize=4096)
def digits(phone: str) -> str:
    """A phone number as its digits, without the North American country code; "" when it is too short to be one."""
    found = "".join(sign for sign in unicodedata.normalize("NFKD", phone) if sign in "0123456789")
    found = found[1:] if len(found) == 11 and found.startswith(_US) else found
    return found if len(found) >= 7 else ""


def slips(one: str, other: str, most: int) -> int:
    """How many letters are different, missing, too many, or swapped with their neighbor; `most` + 1 when there are more.

    The distance of Damerau and Levenshtein in which no part is edited twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        now = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)


def swapped(one: str, other: str) -> bool:
    """True when the two are the same but for two neighbors that changed places."""
    if len(one) != len(other) or one == other:
        return False
    at = next(place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
    return one[:at] + one[at : at + 2][::-1] + one[at + 2 :] == other
