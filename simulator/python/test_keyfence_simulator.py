"""The pytest fixtures themselves."""

import pytest
from keyfence_simulator import PowerLost, SimulatedCard, SimulatorError

SELECT = "00a4040008a00000080400010101"


def test_two_cards_side_by_side_differ(start_card):
    a, b = start_card(), start_card()
    assert a.transmit(SELECT) != b.transmit(SELECT)
    assert a.atr().endswith(b"keyfence-sim" + a.atr()[-1:])


def test_a_seed_repeats(start_card):
    assert start_card(seed=3).transmit(SELECT) == start_card(seed=3).transmit(SELECT)


def test_a_reset_deselects(simulated_card):
    simulated_card.transmit(SELECT)
    simulated_card.reset()
    assert simulated_card.transmit("80f20000").hex() == "6986"


def test_state_survives(start_card, tmp_path):
    state = tmp_path / "state"
    first = start_card(None, "--state", state)
    answer = first.transmit(SELECT)
    first.close()
    assert start_card(None, "--state", state).transmit(SELECT) == answer


def test_power_is_cut(start_card):
    card = start_card({"pin": "123456", "puk": "123456789012"})
    card.transmit(SELECT)
    card.cut_power(1)
    with pytest.raises(PowerLost):
        card.transmit("80fdaa55")
    assert card.transmit(SELECT)[-2:].hex() == "9000"


def test_errors_are_told(start_card):
    with pytest.raises(SimulatorError, match="needs a puk"):
        start_card({"pin": "123456"})
    card = start_card()
    with pytest.raises(SimulatorError, match="unknown control line"):
        card.control("nonsense")
    with pytest.raises(ValueError):
        SimulatedCard({})
