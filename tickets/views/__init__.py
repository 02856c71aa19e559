"""Pages about tickets."""
