"""The read models: requests, budgets, priorities, needs and people, each as every version that was ever believed."""
