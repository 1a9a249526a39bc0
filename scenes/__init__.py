"""The scenes: one file a figure, a storyboard to read from top to bottom."""
