"""The order of a graph's operators: whether there is one.

Knows nothing about ONNX: steps are numbers, values are names.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence


def step_in_cycle(makes: Sequence[Collection[str]], takes: Sequence[Collection[str]]) -> int | None:
    """A step that needs its own result, directly or through others; `None` if every step finds what it takes.

    Args:
        makes: the values of each step, no value by two.
        takes: what each step takes of these values.
    """
    made = set[str]()
    for values, taken in zip(makes, takes, strict=True):
        if not made.issuperset(taken):
            break
        made.update(values)
    else:
        return None  # in order already, as nearly all are
    maker = {value: step for step, values in enumerate(makes) for value in values}
    before = [{maker[value] for value in taken} for taken in takes]
    after = list[list[int]]([] for _ in makes)
    for step, earlier in enumerate(before):
        for one in earlier:
            after[one].append(step)
    missing = [len(earlier) for earlier in before]
    ready = deque(step for step, count in enumerate(missing) if not count)
    while ready:
        for later in after[ready.popleft()]:
            missing[later] -= 1
            if not missing[later]:
                ready.append(later)
    left = [step for step, count in enumerate(missing) if count]
    if not left:
        return None
    step, passed = left[0], set[int]()
    while step not in passed:
        # Each step that is left waits for another that is left: going back ends in the cycle.
        passed.add(step)
        step = next(one for one in before[step] if missing[one])
    return step
