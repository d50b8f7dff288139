"""The example's modules are scripts beside one another, so its folder goes on the path."""

import sys
from pathlib import Path

PAYROLL = Path(__file__).parents[3] / "examples" / "payroll"
sys.path.insert(0, str(PAYROLL))
