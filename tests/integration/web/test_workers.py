"""Several workers of one server count together."""

import os
import subprocess
import sys
from pathlib import Path

COUNT = """
from shared.web.metrics import Metrics
metrics = Metrics("toys")
metrics.observe("GET", "/v1/loans", 200, 0.01)
print(metrics.exposition().decode())
"""


def test_workers_that_share_a_folder_are_added_up(tmp_path: Path) -> None:
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    shown = [
        subprocess.run(
            [sys.executable, "-c", COUNT], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    line = 'cpd_http_requests_total{endpoint="/v1/loans",method="GET",service="toys",status="200"}'
    assert f"{line} 1.0" in shown[0]
    assert f"{line} 2.0" in shown[1]
