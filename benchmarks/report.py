"""The tables, and the verdict on their gates."""

from benchmarks import sweeping
from benchmarks.measure import Sample, measure
from benchmarks.operations import FLOORS, OPERATIONS, Operation, World

ATTEMPTS = 3
"""How often a page may be measured until its growth holds: the machine has other things to do."""


def run(worlds: dict[str, World], requests: int) -> int:
    """Measure everything, print it as it comes, and answer the exit status."""
    small, large = next(iter(worlds)), list(worlds)[-1]
    print(f"{requests} requests each, in turns. Times in ms; growth is p50 at {large} over p50 at {small}.\n")
    head = ["operation", "queries", "bytes"]
    head += [f"{what} {name}" for name in worlds for what in ("p50", "p95")]
    head += ["growth", "SQL bare", "floor", "ratio"]
    print(f"| {' | '.join(head)} |\n|{'---|' + '--:|' * (len(head) - 1)}", flush=True)
    floors: dict[str, Sample] = {}
    failures = []
    for operation in [*FLOORS, *OPERATIONS]:
        samples, failed = _attempt(operation, worlds, requests, small, large)
        floors[operation.name] = samples[large]
        failures += failed
        print(_line(operation, samples, small, large, floors.get(operation.floor)), flush=True)
    failures += sweeping.run(worlds, requests)
    print("\n" + "\n".join(failures or ["Every gate holds."]))
    return 1 if failures else 0


def _attempt(
    operation: Operation, worlds: dict[str, World], requests: int, small: str, large: str
) -> tuple[dict[str, Sample], list[str]]:
    """Measure until the growth holds, a few times at most. Answers the last samples and what failed."""
    failed: list[str] = []
    samples: dict[str, Sample] = {}
    for _attempt in range(ATTEMPTS):
        samples = measure(operation, worlds, requests)
        most = max(sample.queries for sample in samples.values())
        if operation.queries is not None and most > operation.queries:
            return samples, [
                f"FAILED: {operation.name} makes {most} queries, not {operation.queries} at most."
            ]
        grown = samples[large].p50 / samples[small].p50
        if operation.growth is None or grown <= operation.growth:
            return samples, []
        failed = [f"FAILED: {operation.name} grows {grown:.2f}-fold, not {operation.growth} at most."]
    return samples, failed


def _line(
    operation: Operation, samples: dict[str, Sample], small: str, large: str, frame: Sample | None
) -> str:
    at_large = samples[large]
    cells = [operation.name, str(at_large.queries), f"{at_large.size:,}"]
    for sample in samples.values():
        cells += [f"{sample.p50:.1f}", f"{sample.p95:.1f}"]
    cells += [f"{at_large.p50 / samples[small].p50:.2f}", f"{at_large.bare:.1f}" if operation.reads else "–"]
    if frame is None or not operation.reads:
        cells += ["–", "–"]
    else:
        floor = frame.p50 - frame.bare + at_large.bare
        cells += [f"{floor:.1f}", f"{at_large.p50 / floor:.1f}"]
    return f"| {' | '.join(cells)} |"
