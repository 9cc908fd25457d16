from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import CheckConstraint, Q

from .facts import Loaded


class IngredientClass(models.TextChoices):
    """What an ingredient is to skin, to the law or to somebody who avoids it. One may be several."""

    RETINOID = "retinoid", "Retinoids"
    PRESCRIPTION_RETINOID = "prescription_retinoid", "Prescription retinoids"
    AHA = "aha", "Alpha hydroxy acids (AHA)"
    BHA = "bha", "Beta hydroxy acids (BHA)"
    PHA = "pha", "Polyhydroxy acids (PHA)"
    VITAMIN_C = "vitamin_c", "Vitamin C (ascorbic acid)"
    VITAMIN_C_DERIVATIVE = "vitamin_c_derivative", "Vitamin C derivatives"
    BENZOYL_PEROXIDE = "benzoyl_peroxide", "Benzoyl peroxide"
    NIACINAMIDE = "niacinamide", "Niacinamide"
    AZELAIC_ACID = "azelaic_acid", "Azelaic acid"
    TRANEXAMIC_ACID = "tranexamic_acid", "Tranexamic acid"
    KOJIC_ACID = "kojic_acid", "Kojic acid"
    ARBUTIN = "arbutin", "Arbutin"
    HYDROQUINONE = "hydroquinone", "Hydroquinone"
    PEPTIDE = "peptide", "Peptides"
    COPPER_PEPTIDE = "copper_peptide", "Copper peptides"
    CERAMIDE = "ceramide", "Ceramides"
    BARRIER_LIPID = "barrier_lipid", "Barrier lipids"
    HUMECTANT = "humectant", "Humectants"
    HYALURONATE = "hyaluronate", "Hyaluronic acid and its salts"
    UREA = "urea", "Urea"
    EMOLLIENT = "emollient", "Emollients"
    OCCLUSIVE = "occlusive", "Occlusives"
    HEAVY_OCCLUSIVE = "heavy_occlusive", "Heavy occlusives"
    SILICONE = "silicone", "Silicones"
    PLANT_OIL = "plant_oil", "Plant oils"
    BUTTER = "butter", "Plant butters"
    WAX = "wax", "Waxes"
    FRAGRANCE = "fragrance", "Fragrance"
    FRAGRANCE_ALLERGEN = "fragrance_allergen", "Fragrance allergens"
    PERFUMING = "perfuming", "Perfuming substances"
    ESSENTIAL_OIL = "essential_oil", "Essential oils"
    DRYING_ALCOHOL = "drying_alcohol", "Drying alcohols"
    FATTY_ALCOHOL = "fatty_alcohol", "Fatty alcohols"
    SULFATE = "sulfate", "Sulfates"
    SURFACTANT = "surfactant", "Surfactants"
    EMULSIFIER = "emulsifier", "Emulsifiers"
    PRESERVATIVE = "preservative", "Preservatives"
    PARABEN = "paraben", "Parabens"
    ISOTHIAZOLINONE = "isothiazolinone", "Isothiazolinones (MI, MCI)"
    FORMALDEHYDE_RELEASER = "formaldehyde_releaser", "Formaldehyde releasers"
    UV_FILTER = "uv_filter", "UV filters"
    UV_MINERAL = "uv_mineral", "Mineral UV filters"
    UV_ORGANIC = "uv_organic", "Organic UV filters"
    IRON_OXIDE = "iron_oxide", "Iron oxides"
    COLORANT = "colorant", "Colorants"
    PHYSICAL_EXFOLIANT = "physical_exfoliant", "Scrub particles"
    ENZYME_EXFOLIANT = "enzyme_exfoliant", "Exfoliating enzymes"
    MALASSEZIA_FOOD = "malassezia_food", "What Malassezia yeast feeds on"
    SALICYLATE = "salicylate", "Salicylates"
    CORTICOSTEROID = "corticosteroid", "Corticosteroids"
    ANTIBIOTIC = "antibiotic", "Antibiotics"
    ANTIDANDRUFF = "antidandruff", "Anti-dandruff agents"
    ANTIFUNGAL = "antifungal", "Antifungals"
    COAL_TAR = "coal_tar", "Coal tar"
    SULFUR = "sulfur", "Sulfur"
    LANOLIN = "lanolin", "Lanolin"
    PROPYLENE_GLYCOL = "propylene_glycol", "Propylene glycol"
    COOLING_AGENT = "cooling_agent", "Cooling agents"
    WITCH_HAZEL = "witch_hazel", "Witch hazel"
    PHOTOTOXIC_CITRUS = "phototoxic_citrus", "Phototoxic citrus oils"
    ANTIOXIDANT = "antioxidant", "Antioxidants"
    SOOTHING = "soothing", "Soothing substances"
    BAKUCHIOL = "bakuchiol", "Bakuchiol"
    PLANT_EXTRACT = "plant_extract", "Plant extracts"
    FERMENT = "ferment", "Ferments"
    PROTEIN_AMINO_ACID = "protein_amino_acid", "Proteins and amino acids"
    VITAMIN = "vitamin", "Vitamins"
    MINERAL = "mineral", "Minerals"
    SOLVENT = "solvent", "Solvents"
    THICKENER = "thickener", "Thickeners"
    FILM_FORMER = "film_former", "Film formers"
    CHELATOR = "chelator", "Chelators"
    PH_ADJUSTER = "ph_adjuster", "pH adjusters"
    ABSORBENT = "absorbent", "Absorbents"
    PROPELLANT = "propellant", "Propellants"
    SELF_TANNER = "self_tanner", "Self-tanners"
    SKIN_LIGHTENER = "skin_lightener", "Skin lighteners"
    LOCAL_ANAESTHETIC = "local_anaesthetic", "Local anaesthetics"
    HORMONE = "hormone", "Hormones"
    ANIMAL_DERIVED = "animal_derived", "From animals"
    CAFFEINE = "caffeine", "Caffeine"
    ANTIPERSPIRANT = "antiperspirant", "Antiperspirants"
    PRESCRIPTION_DRUG = "prescription_drug", "Prescription drugs"


class Ingredient(Loaded):
    """A substance as labels name it (INCI), whatever they call it otherwise."""

    class Origin(models.TextChoices):
        OURS = "ours", "Our knowledge"
        COSING = "cosing", "The EU's CosIng inventory"
        DESK = "desk", "Added at the label desk"

    slug = models.SlugField(max_length=140, unique=True)
    inci_name = models.CharField("INCI name", max_length=500, unique=True)
    cas = models.CharField("CAS number", max_length=200, blank=True)
    functions = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    classes = ArrayField(models.CharField(max_length=40, choices=IngredientClass), default=list, blank=True)
    origin = models.CharField(max_length=8, choices=Origin)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(origin__in=["ours", "cosing", "desk"]), name="ingredient_origin_known"
            ),
            CheckConstraint(
                condition=Q(classes__contained_by=IngredientClass.values), name="ingredient_classes_known"
            ),
            CheckConstraint(condition=~Q(inci_name=""), name="ingredient_has_name"),
        ]
        indexes = [GinIndex(fields=["classes"], name="ingredient_by_class")]

    def __str__(self) -> str:
        return self.inci_name


class IngredientName(models.Model):
    """One way to write an ingredient on a label. A folded name belongs to one ingredient only."""

    class Kind(models.TextChoices):
        INCI = "inci", "INCI name"
        SYNONYM = "synonym", "Synonym"
        TRANSLATION = "translation", "Translation"
        MISSPELLING = "misspelling", "Misspelling"

    ingredient = models.ForeignKey(Ingredient, models.CASCADE, related_name="names")
    text = models.CharField(max_length=500)
    key = models.CharField(max_length=500, unique=True, help_text="The name, folded as labels are.")
    kind = models.CharField(max_length=12, choices=Kind)
    language = models.CharField(max_length=5, blank=True)
    origin = models.CharField(max_length=8, choices=Ingredient.Origin)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(kind__in=["inci", "synonym", "translation", "misspelling"]),
                name="ingredient_name_kind_known",
            ),
            CheckConstraint(
                condition=Q(origin__in=["ours", "cosing", "desk"]), name="ingredient_name_origin_known"
            ),
            CheckConstraint(condition=~Q(key=""), name="ingredient_name_has_key"),
        ]

    def __str__(self) -> str:
        return self.text


class KnowledgeChange(models.Model):
    """That what we know has changed: the diary of loads and desk decisions. The newest id is the version.

    Rows are never altered.
    """

    class Kind(models.TextChoices):
        LOAD = "load", "Knowledge loaded"
        COSING = "cosing", "CosIng loaded"
        DESK = "desk", "Decided at a desk"

    kind = models.CharField(max_length=8, choices=Kind)
    what = models.CharField(max_length=300)
    figures = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(kind__in=["load", "cosing", "desk"]), name="knowledge_change_kind"),
            CheckConstraint(condition=~Q(what=""), name="knowledge_change_says_what"),
        ]

    def __str__(self) -> str:
        return self.what
