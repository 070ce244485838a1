"""The health check of a worker, which has no port: whether its loop has turned lately."""

import sys
import tempfile
import time
from pathlib import Path

LATELY_SECONDS = 30


def main() -> int:
    try:
        age = time.time() - Path(tempfile.gettempdir(), "worker-alive").stat().st_mtime
    except FileNotFoundError:
        print("the worker has not started, or is ending")
        return 1
    if age > LATELY_SECONDS:
        print(f"the last sign of life is {age:.0f} s old")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
