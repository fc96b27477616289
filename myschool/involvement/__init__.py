"""What brings parents into the school.

Owns what the school asks families — papers to sign, consents to trips, polls — and parents' evenings with their slots.
Telling people of it is left to `notices`.
"""
