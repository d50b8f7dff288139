"""The wheel, from which the image is made, has all that lies beside our modules: templates, fonts, licences."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_whatever_lies_in_the_packages_is_in_the_wheel(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    kept = {path for package in ("services", "shared") for path in (ROOT / package).rglob("*") if path.is_file()}
    wanted = {path.relative_to(ROOT).as_posix() for path in kept if "__pycache__" not in path.parts}
    assert any(name.endswith(".typ") for name in wanted)
    assert wanted - set(zipfile.ZipFile(wheel).namelist()) == set()
