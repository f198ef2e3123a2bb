from datetime import date
from decimal import Decimal

import pytest
import yaml

from chairside.core.kernel.quantity import quantity
from chairside.formulary import reading
from chairside.formulary.loader import known_ids, path_of
from chairside.formulary.reading import FormularyError, read_text


def value(text: str):
    return read_text(f"it: {text}\n", "x.yaml")["it"]


def test_a_fraction_is_exact_and_never_a_float():
    assert value("0.1") == Decimal("0.1")
    assert isinstance(value("0.10"), Decimal)
    assert str(value("0.10")) == "0.10"


@pytest.mark.parametrize(
    ("text", "amount", "unit"), [("5 mg/kg", "5", "mg/kg"), ("0.4 mg/mL", "0.4", "mg/mL"), ("2000 [iU]", "2000", "[iU]")]
)
def test_a_number_with_a_unit_is_a_quantity(text, amount, unit):
    assert value(text) == quantity(amount, unit)


def test_a_quoted_quantity_stays_text():
    assert value('"5 mg"') == "5 mg"


@pytest.mark.parametrize("text", ["no", "yes", "off", "on", "NO"])
def test_words_that_old_yaml_takes_for_truth_stay_words(text):
    assert value(text) == text


def test_truth_is_written_out():
    assert value("true") is True
    assert value("false") is False


def test_days_are_days():
    assert value("2025-10-01") == date(2025, 10, 1)


@pytest.mark.parametrize("text", ["1e3", "1_000", "0x10", "12:30", ".5", "1,000", "010"])
def test_numbers_in_disguise_stay_text(text):
    assert value(text) == text


def test_a_unit_that_is_not_known_names_line_and_column():
    with pytest.raises(FormularyError, match=r"x\.yaml, line 1, column 5: “5 furlongs”"):
        value("5 furlongs")


def test_a_key_stated_twice_is_refused():
    with pytest.raises(FormularyError, match="“a” is stated twice"):
        read_text("a: 1\na: 2\n", "x.yaml")


def test_a_day_that_no_calendar_has_names_line_and_column():
    with pytest.raises(FormularyError, match=r"line 2, column 3: “2026-02-30” is not a day of the calendar"):
        read_text("a:\n  2026-02-30\n", "f.yaml")


def test_broken_yaml_is_one_line():
    with pytest.raises(FormularyError) as problem:
        read_text("a: [1\nb: 2\n", "x.yaml")
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("protocol_id", known_ids())
def test_every_file_reads_the_same_where_the_reader_in_c_is_not_there(protocol_id):
    class InPython(yaml.SafeLoader):
        yaml_implicit_resolvers = reading._ExactLoader.yaml_implicit_resolvers
        yaml_constructors = reading._ExactLoader.yaml_constructors

    text = path_of(protocol_id).read_text(encoding="utf-8")
    assert yaml.load(text, Loader=InPython) == read_text(text, protocol_id)
