"""Numbers only: numpy and the standard library, no drawing, no I/O, no clock, no global randomness."""
