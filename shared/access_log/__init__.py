"""Who read or took away what about whom: a log of its own beside each service's, for reads change nothing."""
