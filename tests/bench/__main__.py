"""The bench: `script/bench [CASE …] [--rows N] [--papers N] [--json]`, see `--help`.

Everything runs on a PostgreSQL and a Redis that are started for the run and thrown away. Each figure stands
beside its floor: the least work that gives the same result, measured in the same run on the same machine.
"""

import argparse
import importlib
import os
import sys

CASES = ("import", "attainment", "pages", "papers", "risks", "findings")


def arguments() -> argparse.Namespace:
    """What was asked."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Measure the portal beside its floors.")
    parser.add_argument("cases", nargs="*", metavar="case", help=f"one or more of: {', '.join(CASES)}")
    parser.add_argument("--rows", type=int, default=1_000_000, help="dossiers to measure on (1000000)")
    parser.add_argument("--papers", type=int, default=500, help="papers to issue (500)")
    parser.add_argument(
        "--keep", action="store_true", help="use the database of the run before, and leave it for the next"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    for case in asked.cases:
        if case not in CASES:
            parser.error(f"there is no case {case} (there are: {', '.join(CASES)})")
    asked.cases = asked.cases or list(CASES)
    return asked


def main() -> int:
    """Run the cases and print what they measured."""
    asked = arguments()
    from tests import servers

    servers.start_missing()
    try:
        os.environ["DJANGO_SETTINGS_MODULE"] = "qms.settings.test"
        import django
        from django.conf import settings
        from django.test.utils import setup_databases, teardown_databases

        django.setup()
        settings.DEBUG = False
        old = setup_databases(verbosity=0, interactive=False, keepdb=asked.keep, serialized_aliases=())
        try:
            from tests.bench.figures import as_json, as_table

            figures = []
            for case in asked.cases:
                many = asked.papers if case == "papers" else asked.rows
                sys.stderr.write(f"{case}: {many:,} …\n")
                figures += importlib.import_module(f"tests.bench.{case}_case").measure(many)
            sys.stdout.write((as_json(figures) if asked.json else as_table(figures)) + "\n")
        finally:
            teardown_databases(old, verbosity=0, keepdb=asked.keep)
    finally:
        servers.stop_started()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
