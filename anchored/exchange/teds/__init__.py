"""TEDS-A, the national data set of treatment admissions: public-use rows in and out.

codebook    which columns there are and what each may hold
derive      what the columns that nobody fills in say: flags, IDU, ALCDRUG, AGE, REGION, DIVISION
reading     lines of a file that may hold anything
rows        whether a row is sound
people      a name, a birth date and an admission day for a row that has none
importing   rows into the record
exporting   the record into rows
"""
