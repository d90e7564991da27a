"""What the alliance decides about its members: state and command in, new state and facts out. No clock, no I/O."""
