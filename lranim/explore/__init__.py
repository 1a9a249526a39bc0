"""A page in which a reader moves the learning rate and the start, and sees what becomes of the descent."""
