"""What the commands do that a person types; flows/cli.py and cli_project.py only read their options."""
