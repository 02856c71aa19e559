"""Forms that are data: built from an item's version, read into answers, shown again."""
