"""What it looks like, as data: themes and the text on screen. No drawing."""
