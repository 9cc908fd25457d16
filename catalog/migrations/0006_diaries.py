"""Which rows are curated, and so have a diary; and which rows, once written, stay as they are."""

from django.db import migrations

# M2M rows too: which concerns a product stands under is as curated as its name.
CURATED = [
    "advicerule",
    "brand",
    "category",
    "concern",
    "declaration",
    "dermatologist",
    "guide",
    "guide_concerns",
    "image",
    "legalrule",
    "market",
    "marketcountry",
    "pick",
    "pick_compared_with",
    "pickevidence",
    "product",
    "product_concerns",
    "regulatorystatus",
    "statement",
    "taxrate",
    "variant",
    "wording",
]
# 28,000 names arrive at once with CosIng, and KnowledgeChange says so: only what happens to them later counts.
LOADED = ["ingredient", "ingredientname"]
FINAL = {
    "knowledgechange": "knowledge_change_never_changes",
    "disclosure": "disclosure_never_changes",
    "signature": "signature_never_changes",
    "rowchange": "row_change_never_changes",
}


def keep_diary(table: str, moments: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_has_diary AFTER {moments} ON catalog_{table} "
        "FOR EACH ROW EXECUTE FUNCTION write_history()",
        f"DROP TRIGGER {table}_has_diary ON catalog_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_what_is_inside")]

    operations = [
        *[keep_diary(table, "INSERT OR UPDATE OR DELETE") for table in CURATED],
        *[keep_diary(table, "UPDATE OR DELETE") for table in LOADED],
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON catalog_{table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
                f"DROP TRIGGER {name} ON catalog_{table}",
            )
            for table, name in FINAL.items()
        ],
    ]
