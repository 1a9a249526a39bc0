"""From clips to slides. Clips come in by the JSON beside them alone, so that exporters need no drawing."""
