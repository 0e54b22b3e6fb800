"""Survey content for the paper tests: a 28-question sheet with one open question, in English, Spanish and Arabic."""

from dataclasses import replace
from pathlib import Path

from paper.content import Choice, Content, Item, Words
from paper.fonts import find

FONTS = Path(__file__).parents[2] / "build" / "fonts"
FAMILIES = {"en": ["NotoSans"], "es": ["NotoSans"], "ar": ["NotoSansArabic", "NotoSans"]}
LEADING = {"en": 1.25, "es": 1.25, "ar": 1.65}
OPTIONS = ("never", "rarely", "sometimes", "often", "always")

TITLES = {
    "en": "How is school going for you?",
    "es": "¿Cómo te va en la escuela?",
    "ar": "كيف تسير أمورك في المدرسة؟",
}
LABELS = {
    "en": ("Almost never", "Once in a while", "Sometimes", "Often", "Almost always"),
    "es": ("Casi nunca", "De vez en cuando", "Algunas veces", "A menudo", "Casi siempre"),
    "ar": ("نادرًا جدًا", "من حين لآخر", "أحيانًا", "غالبًا", "دائمًا تقريبًا"),
}
QUESTIONS = {
    "en": (
        "How often can you name the feeling you are having?",
        "When something upsets you at school, how often do you find a way to calm down?",
        "How often do you finish what you set out to do, even when it takes longer than you thought?",
        "How often do you notice when someone near you feels left out?",
        "In group work, how often do you listen until the other person has finished?",
        "Before you choose what to do, how often do you think about what could happen next?",
        "How often do you feel safe in the hallways, in the cafeteria and on the way to school?",
    ),
    "es": (
        "¿Con qué frecuencia puedes ponerle nombre a lo que sientes?",
        "Cuando algo te molesta en la escuela, ¿con qué frecuencia encuentras una manera de calmarte?",
        "¿Con qué frecuencia terminas lo que te propones, aunque te lleve más tiempo de lo que pensabas?",
        "¿Con qué frecuencia notas que alguien cerca de ti se siente excluido?",
        "En el trabajo en grupo, ¿con qué frecuencia escuchas hasta que la otra persona termina?",
        "Antes de decidir qué hacer, ¿con qué frecuencia piensas en lo que podría pasar después?",
        "¿Con qué frecuencia te sientes seguro o segura en los pasillos y en la cafetería?",
    ),
    "ar": (
        "كم مرة تستطيع أن تسمّي الشعور الذي تشعر به؟",
        "عندما يزعجك شيء في المدرسة، كم مرة تجد طريقة لتهدأ؟",
        "كم مرة تُنهي ما بدأت به، حتى لو استغرق وقتًا أطول مما توقعت؟",
        "كم مرة تلاحظ أن شخصًا قريبًا منك يشعر بأنه مستبعد؟",
        "في العمل الجماعي، كم مرة تستمع حتى ينتهي الشخص الآخر من كلامه؟",
        "قبل أن تختار ما ستفعله، كم مرة تفكر في ما قد يحدث بعد ذلك؟",
        "كم مرة تشعر بالأمان في الممرات وفي المقصف وفي الطريق إلى المدرسة؟",
    ),
}
OPEN = {
    "en": ("What else should the adults at your school know?",
           "Nobody is watching this right now. If you need help today, call 988."),
    "es": ("¿Qué más deberían saber los adultos de tu escuela?",
           "Nadie está mirando esto en este momento. Si necesitas ayuda hoy, llama al 988."),
    "ar": ("ما الذي تود أن يعرفه الكبار في مدرستك أيضًا؟",
           "لا أحد يراقب هذا الآن. إذا احتجت إلى مساعدة اليوم، فاتصل بالرقم \u2068988\u2069."),
}  # fmt: skip
WORDS = {
    "en": Words(
        promise="Your name is not on this sheet. Your teachers and your family will not see what you marked. "
        "Your school sees results for groups of ten or more. You may skip any question.",
        how_to="Mark one circle for each question, with a pencil or a dark pen. All of these are fine:",
        good="good marks",
        change="Changed your mind? Cross out the wrong one and fill in the right one, like this:",
        page="Page {page} of {pages}",
        online="You can also answer on a phone or laptop: scan the square code.",
        no_folding="Please do not fold this sheet.",
    ),
    "es": Words(
        promise="Tu nombre no está en esta hoja. Ni tus maestros ni tu familia verán lo que marcaste. "
        "Tu escuela ve resultados de grupos de diez o más. Puedes saltarte cualquier pregunta.",
        how_to="Marca un círculo por pregunta, con lápiz o bolígrafo oscuro. Todas estas marcas sirven:",
        good="buenas marcas",
        change="¿Cambiaste de opinión? Tacha la incorrecta y rellena la correcta, así:",
        page="Página {page} de {pages}",
        online="También puedes responder en un teléfono o una computadora: escanea el código cuadrado.",
        no_folding="Por favor, no dobles esta hoja.",
    ),
    "ar": Words(
        promise="اسمك غير مكتوب على هذه الورقة. لن يرى معلموك ولا أسرتك ما وضعت عليه علامة. "
        "ترى مدرستك نتائج مجموعات من عشرة أو أكثر. يمكنك تخطي أي سؤال.",
        how_to="ضع علامة على دائرة واحدة لكل سؤال، بقلم رصاص أو بقلم داكن. كل هذه العلامات مقبولة:",
        good="علامات جيدة",
        change="هل غيّرت رأيك؟ اشطب الدائرة الخطأ واملأ الصحيحة، هكذا:",
        page="صفحة {page} من {pages}",
        online="يمكنك أيضًا الإجابة على هاتف أو حاسوب: امسح الرمز المربع.",
        no_folding="من فضلك لا تطوِ هذه الورقة.",
    ),
}


def content(locale: str = "en", count: int = 28, items: tuple[Item, ...] = ()) -> Content:
    """The sheet in one locale; `items` instead of the usual questions when given."""
    labels = tuple(Choice(option, text) for option, text in zip(OPTIONS, LABELS[locale], strict=True))
    texts = (QUESTIONS[locale] * count)[:count]
    usual = [Item(f"q{number:02d}", "one", text, labels) for number, text in enumerate(texts, 1)]
    usual.append(Item("more", "text", OPEN[locale][0], note=OPEN[locale][1]))
    return Content(
        survey="test-6-12", version="1", locale=locale, title=TITLES[locale], words=WORDS[locale],
        items=items or tuple(usual), direction="rtl" if locale == "ar" else "ltr",
        fonts=find(FONTS, FAMILIES[locale]), leading=LEADING[locale],
    )  # fmt: skip


def mixed(locale: str = "en") -> Content:
    """One question of every kind, short and long options among them."""
    short = tuple(Choice(option, text) for option, text in zip(OPTIONS, LABELS[locale], strict=True))
    long = tuple(Choice(f"o{index}", text) for index, text in enumerate(QUESTIONS[locale][:4]))
    pair = (Choice("yes", LABELS[locale][2]), Choice("no", LABELS[locale][3]))
    text = QUESTIONS[locale]
    items = (
        Item("usual", "one", text[0], short),
        Item("stacked", "one", text[1], long, note=OPEN[locale][1]),
        Item("choose", "many", text[2], short),
        Item("pair", "one", text[3], pair),
        Item("lunch", "number", text[4], digits=2),
        Item("words", "text", text[5]),
    )
    return content(locale, items=items)


def blocks(locale: str = "en", count: int = 14) -> Content:
    """Questions of one scale in a row, which share its words."""
    usual = content(locale, count)
    return replace(usual, items=tuple(replace(i, scale="often") if i.kind == "one" else i for i in usual.items))
