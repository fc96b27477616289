"""How the house is put together: settings, addresses, servers. The only package that knows every other."""
