"""The library of verified content (библиотека): publishers, versions, checks, experts, the catalogue, and playing.

Owns materials and what becomes of them. Which lesson uses a material is the journal's; what was learnt is kept as
statements by `records`.
"""
