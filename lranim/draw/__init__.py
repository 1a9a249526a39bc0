"""Numbers to manim mobjects."""
