"""The learning record store (хранилище учебных записей): xAPI 1.0.3 and 2.0.

Owns statements about what somebody did with learning content, the documents that content keeps beside them, and the
keys by which programs come in. What a material's records mean for a student is the library's to say.
"""
