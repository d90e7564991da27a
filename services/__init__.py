"""The services of the bus: each a process of its own, none imports another."""
