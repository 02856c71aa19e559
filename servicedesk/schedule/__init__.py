"""What happens later: due rows and the one sweep that fires them; jobs, which are long work in steps."""
