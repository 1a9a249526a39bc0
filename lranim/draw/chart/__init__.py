"""Axes, and what is drawn against them: curves, and a cost curve with a descent on it."""
