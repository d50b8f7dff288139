"""What is compared with what in the tests of the contract."""

from typing import Any


def assert_within(given: Any, answered: Any) -> None:
    """Every field given is answered as given, in what is nested too."""
    if isinstance(given, dict):
        for name, value in given.items():
            assert name in answered, name
            assert_within(value, answered[name])
    else:
        assert answered == given
