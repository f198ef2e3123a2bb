"""Lists: whatever stands in the address, the list opens; an export is safe in a spreadsheet."""

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from chairside.web.paging import Column, csv_response, listing, ordering

COLUMNS = (
    Column("due", "Due", ("due_on", "-risk"), value=lambda row: row),
    Column("note", "Note", value=lambda row: f"={row}"),
    Column("open", "Open"),
)


class _Rows:
    def __init__(self, count):
        self.rows = list(range(count))
        self.ordered_by = ()

    def order_by(self, *fields):
        self.ordered_by = fields
        return self

    def count(self):
        return len(self.rows)

    def __getitem__(self, part):
        return self.rows[part]


def page(query="", count=120):
    rows = _Rows(count)
    found = listing(RequestFactory().get("/intake/" + query), rows, COLUMNS, name="x", default_sort="due", filters=("q",))
    return found, rows


def test_a_page_knows_where_it_stands():
    found, _ = page("?page=5&q=mor")
    assert (found.first, found.last, found.count, found.pages) == (101, 120, 120, 5)
    assert found.previous_url == "?q=mor&page=4"
    assert found.next_url == ""
    assert found.filtered


@given(st.text(max_size=8), st.text(max_size=8))
def test_an_address_that_makes_no_sense_still_opens_the_list(number, sort):
    request = RequestFactory().get("/", {"page": number, "sort": sort})
    found = listing(request, _Rows(10), COLUMNS, name="x", default_sort="due")
    assert found.page == 1
    assert found.sort in ("due", "-due")


def test_sorting_turns_every_key_and_ends_with_the_row_itself():
    assert ordering(COLUMNS, "due") == ("due_on", "-risk", "pk")
    assert ordering(COLUMNS, "-due") == ("-due_on", "risk", "pk")


def test_heads_tell_the_direction_and_offer_the_other():
    found, _ = page()
    assert found.heads[0].aria_sort == "ascending"
    assert found.heads[0].url == "?sort=-due"
    assert found.heads[2].url == ""


def test_an_empty_list_has_no_rows_and_one_page():
    found, _ = page(count=0)
    assert (found.first, found.last, found.pages) == (0, 0, 1)


def test_an_export_holds_every_row_and_no_formula():
    lines = b"".join(csv_response("x", COLUMNS, range(3))).decode().lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    assert lines == ["Due,Note", "0,'=0", "1,'=1", "2,'=2"]


@pytest.mark.parametrize("before", ["", " ", "\t", "\n", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH NO-BREAK SPACE}", "  "])
def test_a_formula_behind_a_blank_is_quoted_too(before):
    column = Column("note", "Note", value=lambda row: f"{before}=1+1")
    text = b"".join(csv_response("x", (column,), range(1))).decode()
    assert f"'{before}=1+1" in text
