"""A cost of two variables in space: what hides what, how it is painted, how its axes are labelled."""
