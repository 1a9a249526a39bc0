"""Many clips: what each is made of, which are there already, who makes the others, and where they go."""
