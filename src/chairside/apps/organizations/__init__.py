"""The floor of the shell: organizations, sites, the tenant row, row-level security, the clock."""
