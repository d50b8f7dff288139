"""A trust made up for load tests and to try the house out: a year of it, told by every service, the same for a seed."""
