"""What a person should look at soon, and what became of it."""
