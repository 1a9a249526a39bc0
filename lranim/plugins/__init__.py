"""What other packages add: scenes, costs, rules, schedules and themes."""
