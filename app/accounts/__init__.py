"""The staff: hosts, accounts, roles, sign-in, devices."""
