"""What brings parents into the school: will own parents' evenings, polls, papers to sign and consents to excursions."""
