"""Paper: what people wrote is text, every letter stands for itself, a drawing needs no style sheet of a page."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from chairside.web.paper import PaperProblem, qr, svg_for_paper, typeset
from chairside.web.paper.drawing import chart_style
from chairside.web.paper.pdf import ROOT

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A document of one line in the frame of all of them."""
    monkeypatch.setattr("chairside.web.paper.pdf.ROOT", tmp_path)
    (tmp_path / "web" / "paper").mkdir(parents=True)
    (tmp_path / "web" / "paper" / "frame.typ").write_text((ROOT / "web" / "paper" / "frame.typ").read_text())
    file = tmp_path / "line.typ"
    file.write_text('#import "/web/paper/frame.typ": *\n#show: paper\n= #data.title\n#data.text\n')
    return file


def text_of(pdf):
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def data(text):
    return {"title": "A page", "site": "Downtown", "stamp": "Printed today.", "text": text}


@pytest.mark.parametrize(
    "text", ["#panic() *bold* $x$ @ref <label> \\", 'a "quote" // no comment /* none */', "Zażółć Ελλάδα Москва"]
)
def test_text_is_never_read_as_markup(template, text):
    assert text in text_of(typeset(template, data(text), at=AT))


@pytest.mark.parametrize(
    ("letter", "shown"), [("한", "[U+D55C]"), ("\x07", "[U+0007]"), ("\x00", "[U+0000]"), ("😀", "[U+1F600]")]
)
def test_a_letter_without_a_font_stands_as_its_number(template, letter, shown):
    assert f"a{shown}b" in text_of(typeset(template, data(f"a{letter}b"), at=AT))


def test_the_same_input_is_the_same_file_and_another_time_another(template):
    first = typeset(template, data("x"), at=AT)
    assert typeset(template, data("x"), at=AT) == first
    assert typeset(template, data("y"), at=AT) != first


def test_a_broken_template_is_a_defect_that_names_it(template):
    template.write_text("#nonsense(")
    with pytest.raises(PaperProblem, match=r"line\.typ"):
        typeset(template, data("x"), at=AT)


def test_a_template_reads_no_file_outside_the_package(template):
    template.write_text('#read("/../../etc/hostname")')
    with pytest.raises(PaperProblem):
        typeset(template, data("x"), at=AT)


def test_every_colour_of_a_drawing_is_resolved():
    style = chart_style()
    assert "var(" not in style
    assert "light-dark" not in style
    assert ".chart .step.tone-act" in style
    assert svg_for_paper('<svg class="chart"></svg>').startswith(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart"><style>'
    )


def test_a_code_is_square_rows_of_dark_and_light():
    rows = qr("https://chairside.example.org/visits/paper/1/")
    assert {len(row) for row in rows} == {len(rows)}
    assert set("".join(rows)) == {"0", "1"}
