"""Events as other programs subscribe to them; pure functions over documents."""
