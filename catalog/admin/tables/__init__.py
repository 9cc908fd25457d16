"""What curators keep in bulk, as tables: customers' words, ingredients with their names, advice, law.

A row is the desk's own form, typed by a table: what the desk refuses, the table refuses, in the same words.
Reading files, the preview and the report are those of the catalogue's import.
"""

from catalog.admin.tables.kinds import KINDS, Kind
from catalog.admin.tables.listing import list_table
from catalog.admin.tables.reading import import_table

__all__ = ["KINDS", "Kind", "import_table", "list_table"]
