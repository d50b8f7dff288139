"""The read models: people, activities with their evaluations, prompts, portfolio entries, disseminations."""
