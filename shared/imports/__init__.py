"""Bulk import: read a file twice, first to judge every row, then to bring in what is sound, each row once."""
