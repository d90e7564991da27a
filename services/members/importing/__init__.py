"""``buendnisbus members import``: from tables of offices to commands."""
