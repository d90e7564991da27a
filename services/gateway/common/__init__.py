"""What every subject of the gateway uses."""
