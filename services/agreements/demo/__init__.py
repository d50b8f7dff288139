"""A small trust to look around in: two years of agreements and leavers, recorded as if they had happened."""

from services.agreements.demo.seed import seed

__all__ = ["seed"]
