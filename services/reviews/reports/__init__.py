"""What governors and heads read: impact statistics, the annual review, the report to the governing body."""
