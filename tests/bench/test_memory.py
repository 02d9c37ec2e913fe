"""The slope of a worker's memory is that of the second part of the run: filling caches is no leak, growing is."""

from bench.memory import MemoryFigures


def test_memory_that_is_flat_after_the_caches_are_full_has_no_slope() -> None:
    decided = [10_000 * number for number in range(1, 11)]
    flat = [100_000, 120_000, *[130_000] * 8]
    leaking = [100_000 + 10 * count // 1000 for count in decided]  # 10 KiB for each thousand of both
    slopes = MemoryFigures(decided=decided, resident_kib=[flat, leaking]).slopes()
    assert abs(slopes[0]) < 0.01
    assert abs(slopes[1] - 20.48) < 0.01
