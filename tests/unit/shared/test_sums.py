"""What follows from sums: unknowns that all solutions have in common, and no others."""

from shared.sums import determined


def test_an_unknown_alone_in_a_sum_follows_and_so_does_what_is_left_of_another():
    assert determined([{"a": 1}, {"a": 1, "b": -1}]) == {"a", "b"}


def test_two_unknowns_of_one_sum_do_not():
    assert determined([{"a": 1, "b": 1}]) == set()


def test_what_several_sums_leave_one_value_follows_from_them_together():
    assert determined([{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"a": 1, "c": 1}]) == {"a", "b", "c"}
    assert determined([{"a": 1, "b": 1, "d": 1}, {"b": 1, "d": 1}]) == {"a"}


def test_the_same_sum_twice_says_no_more_than_once():
    assert determined([{"a": 1, "b": 1}, {"a": 1, "b": 1}, {"a": -1, "b": -1}]) == set()
