"""Who used the API how much, and who was limited: for its owner, and for the operator."""
