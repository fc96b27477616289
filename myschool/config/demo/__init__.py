"""The demo world: an invented platform to look at, to try and to load.

`world` plays a small world through the actions of the packages, so that it is made as life would make it; `copying`
lays a country-sized one, which `growth` describes, beside it. Every person, number and organisation is invented, except the name and the ИНН of
АНО ПО «ВШУО», which are public.
"""
