"""The health check of a worker, which has no port: whether it has said so."""

import sys
import tempfile
from pathlib import Path

sys.exit(0 if Path(tempfile.gettempdir(), "healthy").exists() else 1)
