"""WHEN: the flows, and the command line that starts them. The only room that knows Prefect."""
