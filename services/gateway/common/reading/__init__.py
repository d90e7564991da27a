"""What a German text is about: read offline, by words that can be shown."""
