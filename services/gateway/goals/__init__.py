"""Goals and papers of the alliance."""
