"""Lists that people work through: filter, sort, page, export. A `Listing` is what `<c-queue>` draws."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import HttpRequest, StreamingHttpResponse

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `sort` holds the ordering it stands for, as `order_by` takes it; empty means not sortable."""

    key: str
    label: str
    sort: tuple[str, ...] = ()
    number: bool = False
    value: Callable[[Any], object] | None = None  # its text in the export; without it the column is not exported


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head as it is drawn."""

    label: str
    number: bool
    url: str
    aria_sort: str
    icon: str


class Rows(Protocol):
    """What a QuerySet offers and this page needs."""

    def order_by(self, *fields: str) -> Any: ...
    def count(self) -> int: ...
    def __getitem__(self, item: slice) -> Any: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `value` holds the filters as the person set them, for the filter form."""

    name: str
    rows: Sequence[Any]
    count: int
    page: int
    pages: int
    heads: tuple[Head, ...]
    sort: str
    value: Mapping[str, str]
    _query: Mapping[str, str]
    exports: bool
    per_page: int = PER_PAGE

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * self.per_page, self.count)

    @property
    def filtered(self) -> bool:
        return any(self.value.values())

    @property
    def clear_url(self) -> str:
        return _url({"sort": self.sort})

    @property
    def previous_url(self) -> str:
        return _url({**self._query, "page": str(self.page - 1)}) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        return _url({**self._query, "page": str(self.page + 1)}) if self.page < self.pages else ""

    @property
    def csv_url(self) -> str:
        return _url({**self._query, "format": "csv"}) if self.exports else ""


def listing(
    request: HttpRequest,
    rows: Rows,
    columns: Sequence[Column],
    *,
    name: str,
    default_sort: str,
    filters: Sequence[str] = (),
    per_page: int = PER_PAGE,
) -> Listing:
    """One page of `rows` (a QuerySet that the view has already filtered), sorted as the address says.

    An unknown sort or page in the address falls back to the default: an old link must still open the list. `pk` is always
    the last sort key, so that no row is shown twice or never. Two queries, however many rows there are.
    """
    sort = chosen_sort(request, columns, default_sort)
    value = {key: request.GET.get(key, "").strip() for key in filters}
    query = {key: text for key, text in {**value, "sort": "" if sort == default_sort else sort}.items() if text}
    count = rows.count()
    pages = max(1, -(-count // per_page))
    asked = request.GET.get("page", "1")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() else 1
    ordered = rows.order_by(*ordering(columns, sort))
    shown = list(ordered[(page - 1) * per_page : page * per_page])
    heads = tuple(_head(column, sort, query) for column in columns)
    exports = any(column.value for column in columns)
    return Listing(name, shown, count, page, pages, heads, sort, value, query, exports, per_page)


def chosen_sort(request: HttpRequest, columns: Sequence[Column], default_sort: str) -> str:
    """The sort in the address (`due` or `-due`), where it names a sortable column."""
    asked = request.GET.get("sort", "")
    return asked if asked.removeprefix("-") in {column.key for column in columns if column.sort} else default_sort


def ordering(columns: Sequence[Column], sort: str) -> tuple[str, ...]:
    """The arguments of `order_by` for a sort key; descending turns each of them."""
    found = next((column.sort for column in columns if column.key == sort.removeprefix("-")), ())
    if sort.startswith("-"):
        found = tuple(name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in found)
    return (*found, "pk")


def _head(column: Column, sort: str, query: Mapping[str, str]) -> Head:
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    if not column.sort:
        return Head(column.label, column.number, "", "", "")
    turned = f"-{column.key}" if direction == "ascending" else column.key
    icon = {"ascending": "up", "descending": "down"}.get(direction, "sort")
    return Head(column.label, column.number, _url({**query, "sort": turned}), direction, icon)


def _url(query: Mapping[str, str]) -> str:
    return "?" + urlencode({key: text for key, text in query.items() if text})


# ---- export ----


def wants_csv(request: HttpRequest) -> bool:
    return request.GET.get("format") == "csv"


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> StreamingHttpResponse:
    """All rows as CSV, streamed row by row so that memory stays constant; give it `queryset.iterator()`."""
    exported = [column for column in columns if column.value]
    response = StreamingHttpResponse(_csv_lines(exported, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\N{ZERO WIDTH NO-BREAK SPACE}"  # spreadsheets take it as the sign of UTF-8
    yield writer.writerow([column.label for column in columns])
    for row in rows:
        yield writer.writerow([_cell(column.value(row)) if column.value else "" for column in columns])


def _cell(value: object) -> str:
    """Text that a spreadsheet would run as a formula is quoted; numbers stay numbers."""
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and _runs(text) else text


def _runs(text: str) -> bool:
    """Some programs drop blanks and marks without width before they look for a formula."""
    begins = text.lstrip(" \N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}")
    return text[:1] in ("\t", "\r", "\n") or begins[:1] in ("=", "+", "-", "@")
