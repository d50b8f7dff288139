"""A small trust to look around in, as every service tells its part of it."""
