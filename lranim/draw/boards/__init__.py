"""What scenes put on stage and play: a picture, complete, of one kind of numbers."""
