"""A believable account to look at: a developer's page and the traffic it had."""
