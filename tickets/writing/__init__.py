"""What helps agents to write: templates and their variables, who will hear, second looks, mentions, presence."""
