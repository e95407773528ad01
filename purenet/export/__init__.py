"""What was made here, elsewhere: the core in one file."""
