from chairside.core.protocols.cited import cited
from chairside.core.protocols.schema.dose import Flat
from chairside.core.protocols.schema.regimen import Every, Phase, Regimen, Window
from chairside.core.protocols.schema.terms import Layer, Words
from tests.core.plans.cast import mg

PHASE = Phase("a", Flat(mg(1)), Every(7), Window(1, 1, Layer.PRACTICE, source="own"))
REGIMEN = Regimen("r", Words("r", "r"), (), (PHASE,), Layer.LABEL, source="around")


def test_an_item_without_a_source_takes_the_one_around_it():
    assert cited(REGIMEN).phases[0].source == "around"


def test_an_items_own_source_stays():
    assert cited(REGIMEN).phases[0].window.source == "own"


def test_with_nothing_around_it_stays_empty():
    assert cited(PHASE).source == ""
