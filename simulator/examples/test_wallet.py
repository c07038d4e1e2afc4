import pathlib

import pytest
from keyfence_simulator import PowerLost

SELECT = "00a4040008a00000080400010101"
FACTORY_RESET = "80fdaa55"
DESCRIPTION = pathlib.Path(__file__).with_name("card.toml")


def test_a_fresh_card_is_not_initialised(simulated_card):
    assert simulated_card.transmit(SELECT)[0] == 0x80


def test_a_personalised_card_has_a_key(start_card):
    card = start_card(DESCRIPTION, seed=1)
    answer = card.transmit(SELECT)
    assert answer[0] == 0xA4 and bytes.fromhex("8e20") in answer
    assert card.counters()["sw"] == "9000"


@pytest.mark.parametrize("write", range(1, 6))
def test_a_reset_that_lost_its_power_is_whole_after_all(start_card, write):
    card = start_card({"pin": "123456", "puk": "123456789012"})
    card.transmit(SELECT)
    card.cut_power(write, inside=True)
    with pytest.raises(PowerLost):
        card.transmit(FACTORY_RESET)
    # The first write is the mark that a reset has begun; from then on the next SELECT finishes it.
    assert card.transmit(SELECT)[0] == (0xA4 if write == 1 else 0x80)
