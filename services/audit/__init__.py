"""The auditors' tool: what it needs of a service is what the service publishes, and its domain code to read events."""
