"""The example package is used as it is installed: its modules are not collected from here."""

collect_ignore = ["lecture"]
