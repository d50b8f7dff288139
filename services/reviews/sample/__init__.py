"""A trust made up for load tests and demonstrations: a year of development, the same for the same seed."""
