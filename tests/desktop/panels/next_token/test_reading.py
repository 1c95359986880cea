"""What follows from a row of logits alone."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.next_token.reading import HEAD, Reading
from tests.desktop.panels.next_token.known_logits import (
    BLUE,
    FIRST_EIGHTH,
    RED,
    SECOND_EIGHTH,
    known_logits,
)

ORDER = [BLUE, RED, FIRST_EIGHTH, SECOND_EIGHTH]


def test_tokens_come_in_the_models_order_of_equals_the_lower_id_first() -> None:
    reading = Reading(3, known_logits())
    assert reading.ids(0, 4).tolist() == ORDER
    assert reading.order.tolist() == ORDER


@pytest.mark.parametrize("everything_known", [False, True])
def test_ranks_count_from_1_and_masked_tokens_have_none(everything_known: bool) -> None:
    reading = Reading(3, known_logits())
    if everything_known:
        assert reading.ranks[BLUE] == 1
    assert [reading.rank_of(token) for token in ORDER] == [1, 2, 3, 4]
    assert reading.rank_of(0) == 0


def test_beyond_the_head_the_order_goes_on() -> None:
    logits = -np.arange(2 * HEAD, dtype=np.float32)
    reading = Reading(3, logits)
    assert reading.ids(HEAD - 2, HEAD + 2).tolist() == [HEAD - 2, HEAD - 1, HEAD, HEAD + 1]
    assert "order" in reading.__dict__
    assert "order" not in Reading(3, logits).__dict__
