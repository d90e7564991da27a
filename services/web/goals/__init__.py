"""The pages of goals and papers."""
