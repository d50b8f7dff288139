"""Every query of the page of questions gives what the page shows.

`python -m tests.integration.audit.test_queries` puts on the page what they give now.
"""

import os
import re
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tests.integration.audit.sample_archive import unpacked

PAGE = Path(__file__).parents[3] / "docs" / "guides" / "queries.md"
ASKED = re.compile(r"^```sql\n(.*?)^```\n(?:\n```text\n.*?^```\n)?", re.MULTILINE | re.DOTALL)
FEWEST = 12


def answered(page: str, archive: Path) -> str:
    """The page with each query's answer behind it."""
    with duckdb.connect() as database, chdir(archive):

        def answer(asked: re.Match[str]) -> str:
            query = asked[1]
            found = database.sql(query)
            shown = "" if found is None else f"\n```text\n{str(found).rstrip()}\n```\n"
            return f"```sql\n{query}```\n{shown}"

        return ASKED.sub(answer, page)


def test_every_query_of_the_page_gives_what_the_page_shows(tmp_path: Path) -> None:
    page = PAGE.read_text()
    assert len(ASKED.findall(page)) > FEWEST
    assert answered(page, unpacked(tmp_path)).splitlines() == page.splitlines()


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        os.environ["CPD_HOME"] = folder
        PAGE.write_text(answered(PAGE.read_text(), unpacked(Path(folder))))
