"""What can be rendered: lranim's own scenes, those of plugins, and files of one's own."""
