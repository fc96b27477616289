"""The library of verified content: will own materials, their versions and reviews."""
