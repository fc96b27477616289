"""How people and schools join: requests, placements, transfers, invitations and the connection of a school.

Owns who studies where and since when. Who a person is belongs to `people`, what a school is to `schools`."""
