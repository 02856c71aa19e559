"""``make bench``: seed, measure, print, and fail when a gate does not hold.

    python -m benchmarks.run [10k 100k 1M] [--requests 200] [--fresh] [--profile "queue, page 1"] [--verify] [--load]

Servers and files of its own lie in VAR_DIR/bench; with DATABASE_URL set, databases named
bench_10k, bench_100k, … are made on that server instead. docs/performance.md explains the table.
"""

import argparse
import os
import sys
from pathlib import Path

from servicedesk.children import ROOT
from servicedesk.embedded import embedded

VAR_DIR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve() / "bench"
SIZES = ("10k", "100k", "1M")


def main(arguments: list[str]) -> int:
    """Start what is needed, then measure."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("sizes", nargs="*", choices=[*SIZES, []], help="10k 100k, if not said")
    parser.add_argument("--requests", type=int, default=200, help="of each kind, to each database")
    parser.add_argument("--fresh", action="store_true", help="seed again, even if nothing has changed")
    parser.add_argument("--profile", help="where the time of one operation goes, instead of measuring")
    parser.add_argument("--verify", action="store_true", help="check the service levels instead of measuring")
    parser.add_argument("--load", action="store_true", help="many people at once, on the largest database")
    options = parser.parse_args(arguments)
    sizes = sorted(set(options.sizes) or {"10k", "100k"}, key=SIZES.index)
    with embedded(VAR_DIR) as environment:
        (VAR_DIR / "static").mkdir(parents=True, exist_ok=True)
        # Tests' settings: no demo banner, no manifest of static files to collect first.
        os.environ.update(environment | {"MODE": "test", "VAR_DIR": str(VAR_DIR), "LOG_LEVEL": "ERROR"})
        return _on_servers(sizes, options)


def _on_servers(sizes: list[str], options: argparse.Namespace) -> int:
    # Settings are read when Django is set up, and they name the servers.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    import django
    from django.conf import settings

    settings.ROOT_URLCONF = "benchmarks.urls"
    settings.FILINGS_PER_HOUR = {"person": 1_000_000, "organization": 1_000_000}
    django.setup()

    from benchmarks import databases, load, profiling, report, verifying
    from benchmarks.operations import World

    try:
        worlds = {}
        for name in sizes:
            databases.prepare(name, fresh=options.fresh)
            worlds[name] = World()
        if options.verify:
            return max(verifying.verify(name) for name in sizes)
        if options.load:
            return load.run(worlds[sizes[-1]])
        if options.profile:
            profiling.profile(options.profile, worlds[sizes[-1]], options.requests)
            return 0
        return report.run(worlds, options.requests)
    finally:
        databases.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
