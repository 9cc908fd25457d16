"""What the small house of knowledge holds: facts as in `catalog/knowledge/`, in few words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

# name → (classes, other names)
INGREDIENTS: dict[str, tuple[str, str]] = {
    "Aqua": ("solvent", "Water|Eau"),
    "Glycerin": ("humectant", "Glycerol"),
    "Niacinamide": ("niacinamide vitamin", ""),
    "Panthenol": ("humectant soothing", ""),
    "Sodium Hyaluronate": ("hyaluronate humectant", ""),
    "Ceramide NP": ("ceramide barrier_lipid", ""),
    "Squalane": ("emollient", ""),
    "Dimethicone": ("silicone occlusive", ""),
    "Petrolatum": ("occlusive heavy_occlusive", ""),
    "Butyrospermum Parkii Butter": ("butter", "Shea Butter"),
    "Cera Alba": ("wax", "Beeswax"),
    "Lanolin": ("lanolin occlusive", ""),
    "Retinol": ("retinoid vitamin", ""),
    "Retinyl Palmitate": ("retinoid vitamin", ""),
    "Retinal": ("retinoid vitamin", "Retinaldehyde"),
    "Tretinoin": ("retinoid prescription_retinoid prescription_drug", ""),
    "Bakuchiol": ("bakuchiol", ""),
    "Glycolic Acid": ("aha", ""),
    "Lactic Acid": ("aha", ""),
    "Salicylic Acid": ("bha salicylate", ""),
    "Gluconolactone": ("pha", ""),
    "Ascorbic Acid": ("vitamin_c vitamin", ""),
    "Benzoyl Peroxide": ("benzoyl_peroxide", ""),
    "Azelaic Acid": ("azelaic_acid", ""),
    "Hydroquinone": ("hydroquinone skin_lightener", ""),
    "Copper Tripeptide-1": ("copper_peptide peptide", ""),
    "Zinc Oxide": ("uv_filter uv_mineral colorant", "CI 77947"),
    "Butyl Methoxydibenzoylmethane": ("uv_filter uv_organic", "Avobenzone"),
    "Parfum": ("fragrance", "Fragrance"),
    "Linalool": ("fragrance_allergen perfuming", ""),
    "Lavandula Angustifolia Oil": ("essential_oil fragrance_allergen perfuming", "Lavender Oil"),
    "Butylphenyl Methylpropional": ("fragrance_allergen perfuming", "Lilial"),
    "Alcohol Denat": ("drying_alcohol", "SD Alcohol"),
    "Cetearyl Alcohol": ("fatty_alcohol", ""),
    "Sodium Laureth Sulfate": ("sulfate surfactant", ""),
    "Phenoxyethanol": ("preservative", ""),
    "Methylparaben": ("paraben preservative", ""),
    "Methylisothiazolinone": ("isothiazolinone preservative", ""),
    "DMDM Hydantoin": ("formaldehyde_releaser preservative", ""),
    "Kojic Acid": ("kojic_acid skin_lightener", ""),
    "Xanthan Gum": ("thickener", ""),
}
# slug → (jurisdiction, sort, ingredients, what else)
RULES: dict[str, tuple[str, str, Sequence[str], dict[str, Any]]] = {
    "eu-lilial": (
        "eu",
        "prohibited",
        ["Butylphenyl Methylpropional"],
        {
            "words": "Lilial is forbidden in cosmetics in the European Union.",
            "source": "Reg. (EC) 1223/2009 Annex II/1666",
        },
    ),
    "eu-tretinoin": (
        "eu",
        "prohibited",
        ["Tretinoin"],
        {
            "words": "Tretinoin is forbidden in cosmetics in the European Union.",
            "source": "Reg. (EC) 1223/2009 Annex II/375",
        },
    ),
    "eu-retinol-body": (
        "eu",
        "restricted",
        ["Retinol", "Retinyl Palmitate"],
        {
            "product_kinds": ["body"],
            "max_percent": "0.05",
            "counted_as": {"retinyl-palmitate": "0.546"},
            "without_declaration": "stop",
            "valid_from_placing_on": date(2025, 11, 1),
            "valid_from_available_on": date(2027, 5, 1),
            "words": "Body lotion may hold at most 0.05 % vitamin A in the European Union.",
            "source": "Reg. (EC) 1223/2009 Annex III/376 as amended by (EU) 2024/996",
        },
    ),
    "eu-retinol-other": (
        "eu",
        "restricted",
        ["Retinol", "Retinyl Palmitate"],
        {
            "product_kinds": ["face", "eye", "lip", "hand", "spray", "rinse_off", "hair_rinse_off"],
            "max_percent": "0.3",
            "counted_as": {"retinyl-palmitate": "0.546"},
            "without_declaration": "stop",
            "valid_from_placing_on": date(2025, 11, 1),
            "valid_from_available_on": date(2027, 5, 1),
            "words": "Other cosmetics may hold at most 0.3 % vitamin A in the European Union.",
            "source": "Reg. (EC) 1223/2009 Annex III/376 as amended by (EU) 2024/996",
        },
    ),
    "eu-phenoxyethanol": (
        "eu",
        "restricted",
        ["Phenoxyethanol"],
        {
            "max_percent": "1",
            "words": "A cosmetic may hold at most 1 % phenoxyethanol in the European Union.",
            "source": "Reg. (EC) 1223/2009 Annex V/29",
        },
    ),
    "eu-linalool": (
        "eu",
        "label_duty",
        ["Linalool"],
        {
            "label_text": "Linalool",
            "label_above_percent": {"leave_on": 0.001, "rinse_off": 0.01},
            "words": "Linalool must be named in the list above 0.001 % in a product that stays on.",
            "source": "Reg. (EC) 1223/2009 Annex III/84",
        },
    ),
    "eu-rx-tretinoin": (
        "eu",
        "classifies",
        ["Tretinoin"],
        {
            "regulatory_class": "rx",
            "words": "Tretinoin is a medicine on prescription in the European Union.",
            "source": "National medicines law under Dir. 2001/83/EC",
        },
    ),
    "us-rx-tretinoin": (
        "us",
        "classifies",
        ["Tretinoin"],
        {
            "regulatory_class": "rx",
            "words": "Tretinoin is sold on prescription only in the United States.",
            "source": "FD&C Act 503(b)",
        },
    ),
    "uk-rx-tretinoin": (
        "uk",
        "classifies",
        ["Tretinoin"],
        {
            "regulatory_class": "rx",
            "words": "Tretinoin is sold on prescription only in the United Kingdom.",
            "source": "Human Medicines Regulations 2012",
        },
    ),
    "us-otc-sunscreen": (
        "us",
        "classifies",
        ["Zinc Oxide", "Butyl Methoxydibenzoylmethane"],
        {
            "regulatory_class": "otc_drug",
            "words": "A sunscreen is a drug sold without prescription in the United States.",
            "source": "FDA OTC Monograph M020",
        },
    ),
}
# slug → (when, first class, second class, severity, words, what else)
ADVICE: dict[str, tuple[str, str, str | None, str, str, dict[str, Any]]] = {
    "two-retinoids": (
        "twice",
        "retinoid",
        None,
        "avoid_together",
        "Two of these hold a retinoid. Choose one.",
        {},
    ),
    "retinoid-with-aha": (
        "together",
        "retinoid",
        "aha",
        "alternate",
        "Use the retinoid and the acid on different evenings.",
        {"other_view": "Skin that is used to both may bear them on one evening."},
    ),
    "vitamin-c-with-benzoyl-peroxide": (
        "together",
        "vitamin_c",
        "benzoyl_peroxide",
        "separate_am_pm",
        "One in the morning, the other in the evening.",
        {},
    ),
    "aha-without-sunscreen": (
        "without",
        "aha",
        "uv_filter",
        "info",
        "There is an acid here and no sunscreen. Use one every morning.",
        {"source": "FDA guidance on alpha hydroxy acids, 2005", "grade": "B"},
    ),
    "heavy-occlusive-milia": (
        "high_in_list",
        "heavy_occlusive",
        None,
        "info",
        "A heavy, sealing ingredient stands among the first five.",
        {"within_first": 5, "audience": "milia_prone"},
    ),
    "retinoid-pregnancy": (
        "contains",
        "retinoid",
        None,
        "info",
        "Ask your doctor before you use a retinoid in pregnancy.",
        {"audience": "pregnancy", "source": "Can Fam Physician 2011;57:665", "grade": "B"},
    ),
}
# slug → (name, absent, present, unsure, word for ?free_from=)
CLAIMS: dict[str, tuple[str, str, str, str, str]] = {
    "fragrance_free": (
        "Fragrance free",
        "fragrance essential_oil fragrance_allergen",
        "",
        "perfuming",
        "fragrance",
    ),
    "alcohol_free": ("No drying alcohol", "drying_alcohol", "", "", "alcohol"),
    "paraben_free": ("Paraben free", "paraben", "", "", "parabens"),
    "no_heavy_occlusives": ("No heavy occlusives", "heavy_occlusive", "", "", "heavy-occlusives"),
    "retinoid": ("Contains a retinoid", "", "retinoid", "", ""),
    "aha": ("Contains an AHA", "", "aha", "", ""),
    "uv_filter": ("Contains a UV filter", "", "uv_filter", "", ""),
}
