"""The demo world: an invented platform to look at, to try and to load.

`world` plays a small world through the actions of the packages, so that it is made as life would make it; `growth`
copies a country-sized one beside it. Every person, number and organisation is invented, except the name and the ИНН of
АНО ПО «ВШУО», which are public.
"""
