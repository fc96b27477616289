"""The client of Gosuslugi (ЕСИА): signing in, the person's particulars, his children and organisations.

Owns the protocol: signed requests, tokens, answers, refusals and their texts. Leaves to others who the person
is to the school, sessions, cookies and pages. It knows neither Django nor a database, and everything above it
sees only `gateways.Esia`, so a «типовое решение» may take the place of `gateways.HttpEsia`.

Rooms, each importing only those after it: `diagnosis`, `gateways`, `transport`, `answers`, `tokens`, `state`,
`signing`, `openssl`, `reading`, `settings`, `failures`.
"""
