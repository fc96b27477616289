"""«Моя школа»: the school platform of a country. docs/map.md shows the house, floor by floor."""
