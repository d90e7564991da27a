"""Events: the list, its calendar, its changes as they happen."""
