"""How the streams of a log are shared out."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.projections.log import parts_of_streams


@given(number=st.integers(1, 500), stream=st.uuids())
def test_every_stream_is_in_one_part(number: int, stream: UUID):
    assert sum(first <= stream.hex < beyond for first, beyond in parts_of_streams(number)) == 1
