"""Portfolios and reports as documents to be read and printed."""
