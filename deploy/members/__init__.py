"""``buendnisbus members …``: what the office does with members, meetings, goals and papers."""
