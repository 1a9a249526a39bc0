"""What a scene can be asked: its options, how they are checked, and what they are called."""
