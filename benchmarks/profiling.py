"""Where the time of one operation goes."""

import cProfile
import pstats

from benchmarks.operations import FLOORS, OPERATIONS, World


def profile(name: str, world: World, requests: int) -> None:
    """Print the costliest functions of an operation, on the database that is switched on."""
    operation = next(one for one in [*FLOORS, *OPERATIONS] if one.name == name)
    ask = operation.prepare(world)
    for _ in range(10):
        ask()
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(requests):
        ask()
    profiler.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler).strip_dirs().sort_stats(order).print_stats(60)
