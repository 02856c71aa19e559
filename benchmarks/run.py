"""``make bench``: seed, measure, print, and fail when a gate does not hold.

    python -m benchmarks.run [10k 100k 1M] [--requests 200] [--fresh] [--profile "queue, page 1"]

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
    options = parser.parse_args(arguments)
    sizes = sorted(set(options.sizes) or {"10k", "100k"}, key=SIZES.index)
    with embedded(VAR_DIR) as environment:
        (VAR_DIR / "static").mkdir(parents=True, exist_ok=True)
        # Tests' settings: no demo banner, no manifest of static files to collect first.
        os.environ.update(environment | {"MODE": "test", "VAR_DIR": str(VAR_DIR), "LOG_LEVEL": "ERROR"})
        return _on_servers(sizes, options.requests, options.fresh, options.profile)


def _on_servers(sizes: list[str], requests: int, fresh: bool, profiled: str | None) -> int:
    # Settings are read when Django is set up, and they name the servers.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    import django
    from django.conf import settings

    settings.ROOT_URLCONF = "benchmarks.urls"
    django.setup()

    from benchmarks import databases, profiling, report
    from benchmarks.operations import World

    try:
        worlds = {}
        for name in sizes:
            databases.prepare(name, fresh=fresh)
            worlds[name] = World()
        if profiled:
            profiling.profile(profiled, worlds[sizes[-1]], requests)
            return 0
        return report.run(worlds, requests)
    finally:
        databases.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
