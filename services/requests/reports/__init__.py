"""What governors and heads read: fair access, budgets, and how the plan's priorities are covered."""
