"""Nothing is paid twice and nothing is lost: over a bad line, by programs that are killed.

The same with ten thousand requests is ``tests/sdk/chaos.py``.
"""

from __future__ import annotations

import chaos
from sdk_bad_line import STAGES


def test_programs_that_are_killed_pay_for_each_request_once_and_lose_no_job():
    tally = chaos.run(150, share=0.03)
    print(chaos.report(tally, 0))
    assert ([], [], [], [], 0) == (tally.twice, tally.lost, tally.swapped, tally.denied, tally.unraised)
    assert [] == tally.needless
    assert (150, 150) == (len(tally.paid), len(tally.collected))
    assert set(STAGES) == {stage for stage, count in tally.broken.items() if count}
    assert tally.killed > 0
    assert tally.uncertain > tally.started > 0  # the faults did both: answers were lost, and requests
