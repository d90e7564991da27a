"""The door for external clients: answers from views, turns writes into commands."""
