"""Look-alike names are written in tall-man letters."""

from chairside.core.protocols.tall_man import tall_man
from chairside.formulary.loader import load_all


def test_a_listed_name_is_written_tall_whatever_its_letters() -> None:
    assert tall_man("carboplatin") == "CARBOplatin"
    assert tall_man("CISPLATIN") == "CISplatin"


def test_a_name_that_is_not_listed_stays() -> None:
    assert tall_man("ferric carboxymaltose") == "ferric carboxymaltose"


def test_the_listed_word_of_a_longer_name_is_found() -> None:
    assert tall_man("methylprednisolone sodium succinate") == "methylPREDNISolone sodium succinate"


def test_every_protocol_of_the_formulary_is_written_so() -> None:
    assert {item.id: item.tall_man for item in load_all()} == {item.id: tall_man(item.generic) for item in load_all()}
