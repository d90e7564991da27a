"""Members, their people, contributions and trainings."""
