"""``buendnisbus members …``: the office's commands."""
