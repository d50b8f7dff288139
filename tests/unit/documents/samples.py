"""Documents with everything in them that a document can hold, and text as hostile as people write it."""

from datetime import date

from shared.documents.model import Bar, Chart, Column, Document, Facts, Mark, Section, Table, Text

MARKUP = 'a #panic("no") *b* _c_ $x$ `d` @ref <lab> \\ // = h <script>alert(1)</script> {{ 7*7 }} {% x %} &amp; "q"'
NAMES = {
    "Welsh": "Siân Llŷr Ŵyn",
    "Polish": "Łukasz Żółć-Wiśniewska ąęćńśźż",
    "Romanian": "Ștefan Țepeș",
    "Turkish": "Işık Ğül İnci",
    "Lithuanian": "Žydrūnė Šėčkutė",
    "Vietnamese": "Nguyễn Thị Hằng",
    "Greek": "Γιώργος Παπαδόπουλος",
    "Ukrainian": "Олена Їжакевич Ґудзь",
    "Urdu": "محمد علی ٹڈڑںھہے گلزار",
    "Arabic": "فاطمة الزهراء",
    "Hebrew": "שרה כהן",
    "Panjabi": "ਹਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Bengali": "প্রিয়াঙ্কা চৌধুরী",
    "Gujarati": "પ્રિયા પટેલ",
    "Hindi": "प्रिया शर्मा",
    "Tamil": "தமிழ்செல்வி",
    "decomposed": "Zoe\u0308 Rene\u0301e",
}
URDU = "میں نے بہت کچھ سیکھا۔"
LONG = "Antidis" + "establish" * 40


def whole(text: str = "Some text", rows: int = 3) -> Document:
    """One of everything, with `text` wherever text goes."""
    columns = [Column(heading="Name"), Column(heading="What it is", share=2), Column(heading="Hours", number=True)]
    marks = [Mark(kind="bar", start=0, end=0.5), Mark(kind="line", start=0.2, end=0.9, tone=1)]
    bar = Bar(label=text, value="0.50", marks=[*marks, Mark(kind="dot", start=0.6, end=0.6, tone=2)])
    chart = Chart(caption=f"Chart {text}", columns=("Type", "Share"), rows=[bar], scale=("0", "1"))
    table = Table(
        caption=f"Table {text}",
        columns=columns,
        rows=[[f"Row {number}", text, str(number)] for number in range(rows)],
    )
    own = Section(heading="Reflections", blocks=[Text(text=f"{text}\nA line.\n\nA paragraph.", quoted=True)])
    year = Section(heading="2025-26", blocks=[Facts(rows=[("Held by", text)])], sections=[own])
    return Document(
        title=f"Portfolio of {text}"[:300],
        subtitle="Professional development",
        made_on=date(2026, 11, 28),
        about=[("School", text)],
        sections=[
            Section(heading="Summary", blocks=[Text(text=text, quiet=True), chart]),
            Section(heading="Activities", sections=[year]),
            Section(heading="All of it", blocks=[table]),
        ],
    )
