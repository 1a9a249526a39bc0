"""Whether every picture can be read: what lies in it, and the rules that it must keep."""
