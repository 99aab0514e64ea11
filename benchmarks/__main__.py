"""`python -m benchmarks NAME`, one of those below, or all; without a name, the page."""

import argparse
import importlib

NAMES = ["page", "caches", "thousand_users", "beacon", "consumer", "limits", "github", "assets", "growth"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", default="page", choices=[*NAMES, "all"])
    parser.add_argument(
        "--quick", action="store_true", help="fewer and shorter rounds: to see whether it works"
    )
    given = parser.parse_args()
    failed = []
    for name in NAMES if given.name == "all" else [given.name]:
        module = importlib.import_module(f"benchmarks.{name}")
        try:
            if given.quick:
                module.main(rounds=2, seconds=1.0)
            else:
                module.main()
        except SystemExit as below:
            failed.append(f"{name}: {below}")
    if failed:
        raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    main()
