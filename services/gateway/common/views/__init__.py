"""Views of facts, and their projection."""
