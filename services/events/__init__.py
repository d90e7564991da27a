"""The calendar: partners' submissions in, facts about events out."""
