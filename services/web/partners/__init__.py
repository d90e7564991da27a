"""The pages of organisations that publish."""
