"""lranim called from Python: what the commands do, as functions that give objects."""
