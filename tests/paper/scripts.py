"""One sentence in each of fifty languages and every font we have, to try the text layer on; months and days by ICU."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import icu

from paper.content import Choice, Content, Item, Words
from paper.face import face
from paper.fonts import find
from paper.shape import Writing
from tests.paper.contents import FONTS

RTL = frozenset(["ar", "fa", "ps", "ckb", "sd", "ug", "ur", "he", "yi", "aii", "dv", "nqo", "ff-Adlm", "rhg-Rohg"])
SENTENCES = {
    "en": "I like my school because my friends are kind.",
    "fr": "J’aime mon école parce que mes amis sont gentils.",
    "vi": "Em thích trường học vì bạn bè rất tốt với em.",
    "yo": "Mo fẹ́ràn ilé-ìwé mi nítorí àwọn ọ̀rẹ́ mi.",
    "ht": "Mwen renmen lekòl mwen paske zanmi m yo janti.",
    "ru": "Мне нравится школа, потому что там мои друзья.",
    "mn": "Миний найзууд сайхан сэтгэлтэй учраас сургууль надад таалагддаг.",
    "el": "Μου αρέσει το σχολείο, γιατί οι φίλοι μου είναι καλοί.",
    "ar": "أحب مدرستي لأن أصدقائي لطفاء معي كثيرًا.",
    "fa": "من مدرسه‌ام را دوست دارم چون دوستانم مهربان‌اند.",
    "ps": "زه خپل ښوونځی خوښوم ځکه چې ملګري مې ښه دي.",
    "ckb": "قوتابخانەکەم خۆشدەوێت چونکە هاوڕێکانم باشن.",
    "sd": "مون کي پنهنجو اسڪول وڻي ٿو ڇو ته منهنجا دوست سٺا آهن.",
    "ug": "مەكتىپىمنى ياخشى كۆرىمەن، چۈنكى دوستلىرىم ياخشى.",
    "ur": "مجھے اپنا اسکول پسند ہے کیونکہ میرے دوست بہت اچھے ہیں۔",
    "he": "אני אוהב את בית הספר שלי כי החברים שלי נחמדים.",
    "yi": "איך האָב ליב מײַן שול, װײַל מײַנע חבֿרים זײַנען גוט.",
    "aii": "ܡܕܪܫܬܐ ܕܝܠܝ ܫܦܝܪܬܐ ܗܝ.",
    "dv": "ޖުޑަ ސުކޫލް އަޅުގަނޑަށް ކަމުދޭ.",
    "nqo": "ߒߞߏ ߞߊ߬ߙߊ߲",
    "ff-Adlm": "𞤆𞤵𞤤𞤢𞤪 𞤶𞤢𞤲𞤺𞤵𞥅",
    "rhg-Rohg": "𐴌𐴟𐴇𐴥𐴝𐴚𐴒𐴙𐴝",
    "hi": "मुझे अपना स्कूल पसंद है क्योंकि मेरे दोस्त अच्छे हैं।",
    "ne": "मलाई मेरो विद्यालय मन पर्छ किनभने मेरा साथीहरू असल छन्।",
    "mr": "मला माझी शाळा आवडते कारण माझे मित्र चांगले आहेत.",
    "bn": "আমার স্কুল আমার ভালো লাগে কারণ আমার বন্ধুরা ভালো।",
    "as": "মোৰ স্কুলখন ভাল লাগে কাৰণ মোৰ বন্ধুবোৰ ভাল।",
    "pa": "ਮੈਨੂੰ ਆਪਣਾ ਸਕੂਲ ਪਸੰਦ ਹੈ ਕਿਉਂਕਿ ਮੇਰੇ ਦੋਸਤ ਚੰਗੇ ਹਨ।",
    "gu": "મને મારી શાળા ગમે છે કારણ કે મારા મિત્રો સારા છે.",
    "or": "ମୋତେ ମୋ ବିଦ୍ୟାଳୟ ଭଲ ଲାଗେ କାରଣ ମୋର ସାଙ୍ଗମାନେ ଭଲ।",
    "ta": "என் நண்பர்கள் நல்லவர்கள் என்பதால் எனக்குப் பள்ளி பிடிக்கும்.",
    "te": "నా స్నేహితులు మంచివారు కాబట్టి నాకు మా బడి ఇష్టం.",
    "kn": "ನನ್ನ ಗೆಳೆಯರು ಒಳ್ಳೆಯವರು, ಆದ್ದರಿಂದ ನನಗೆ ಶಾಲೆ ಇಷ್ಟ.",
    "ml": "എന്റെ കൂട്ടുകാർ നല്ലവരായതിനാൽ എനിക്ക് സ്കൂൾ ഇഷ്ടമാണ്.",
    "si": "මගේ යාළුවෝ හොඳ නිසා මම පාසලට කැමතියි.",
    "th": "ฉันชอบไปโรงเรียนเพราะมีเพื่อนที่ดีและครูใจดีช่วยสอนทุกวัน",
    "lo": "ຂ້ອຍມັກໄປໂຮງຮຽນເພາະວ່າມີໝູ່ທີ່ດີແລະຄູໃຈດີ",
    "km": "ខ្ញុំចូលចិត្តទៅសាលារៀនព្រោះមានមិត្តភក្តិល្អនិងគ្រូចិត្តល្អ",
    "my": "ကျွန်တော်ကျောင်းသွားရတာကြိုက်ပါတယ်သူငယ်ချင်းကောင်းတွေရှိလို့ပါ",
    "ksw": "ကညီကျိာ် ယဲးကညီကျိာ်",
    "bo": "ང་སློབ་གྲྭར་འགྲོ་རྒྱུར་དགའ་པོ་ཡོད། གྲོགས་པོ་ཡག་པོ་ཡོད།",
    "dz": "ང་སློབ་གྲྭ་ནང་འགྱོ་ནི་ལུ་དགའ།",
    "am": "ትምህርት ቤቴን እወዳለሁ፣ ምክንያቱም ጓደኞቼ ጥሩ ናቸው።",
    "ti": "ቤት ትምህርተይ እፈትዎ እየ፣ ምኽንያቱ ኣዕሩኽተይ ጽቡቓት እዮም።",
    "ka": "მიყვარს ჩემი სკოლა, რადგან კარგი მეგობრები მყავს.",
    "hy": "Ես սիրում եմ իմ դպրոցը, որովհետև ընկերներս բարի են։",
    "chr": "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
    "iu": "ᐃᓄᒃᑎᑐᑦ ᐃᓕᓐᓂᐊᕐᕕᒃ",
    "zh-Hans": "我喜欢我的学校，因为朋友们对我很好，老师也很亲切。",
    "zh-Hant": "我喜歡我的學校，因為朋友們對我很好，老師也很親切。",
    "ja": "友だちがやさしくて、先生も親切なので、学校が好きです。",
    "ko": "친구들이 착하고 선생님도 친절하셔서 우리 학교가 좋아요.",
}  # fmt: skip
_LATIN = frozenset(["en", "fr", "vi", "yo", "ht", "ru", "mn", "el"])
_ONE_OF_A_KIND = {
    "ur": "NotoNastaliqUrdu", "he": "NotoSansHebrew", "yi": "NotoSansHebrew", "aii": "NotoSansSyriac",
    "dv": "NotoSansThaana", "nqo": "NotoSansNKo", "ff-Adlm": "NotoSansAdlam", "rhg-Rohg": "NotoSansHanifiRohingya",
    "hi": "NotoSansDevanagari", "ne": "NotoSansDevanagari", "mr": "NotoSansDevanagari", "bn": "NotoSansBengali",
    "as": "NotoSansBengali", "pa": "NotoSansGurmukhi", "gu": "NotoSansGujarati", "or": "NotoSansOriya",
    "ta": "NotoSansTamil", "te": "NotoSansTelugu", "kn": "NotoSansKannada", "ml": "NotoSansMalayalam",
    "si": "NotoSansSinhala", "th": "NotoSansThai", "lo": "NotoSansLao", "km": "NotoSansKhmer", "my": "Padauk",
    "ksw": "Padauk", "bo": "NotoSerifTibetan", "dz": "NotoSerifTibetan", "am": "NotoSansEthiopic",
    "ti": "NotoSansEthiopic", "ka": "NotoSansGeorgian", "hy": "NotoSansArmenian", "chr": "NotoSansCherokee",
    "iu": "NotoSansCanadianAboriginal", "zh-Hans": "NotoSansSC", "zh-Hant": "NotoSansTC", "ja": "NotoSansJP",
    "ko": "NotoSansKR",
}  # fmt: skip
LARGE = frozenset(("zh-Hans", "zh-Hant", "ja", "ko"))  # whose fonts may still be on their way


@dataclass(frozen=True)
class Script:
    """A language, the family of fonts it is written in, and words in it."""

    tag: str
    family: str
    rtl: bool
    sentence: str

    @property
    def families(self) -> tuple[str, ...]:
        """The chain: letters that a script shares with others, a comma or a digit, come from the second or third."""
        return tuple(dict.fromkeys((self.family, "NotoSans", "NotoSansArabic")))

    @property
    def writing(self) -> Writing:
        return Writing(tuple(face(path) for path in find(FONTS, self.families).regular), self.tag, self.rtl)

    @property
    def names(self) -> tuple[str, ...]:
        """The months, then the days; none where ICU has only those of English."""
        symbols = icu.DateFormatSymbols(icu.Locale.forLanguageTag(self.tag))
        names = tuple(name for name in (*symbols.getMonths(), *symbols.getWeekdays()) if name)
        return () if self.tag != "en" and "January" in names else names

    @property
    def text(self) -> str:
        """A line without digits: HarfBuzz by itself knows of one direction only."""
        names = [name for name in self.names if not any(char.isdigit() for char in name)]
        return " ".join([self.sentence, *names])


def _script(tag: str, sentence: str) -> Script:
    family = _ONE_OF_A_KIND.get(tag) or ("NotoSans" if tag in _LATIN else "NotoSansArabic")
    return Script(tag, family, tag in RTL, sentence)


SCRIPTS = {tag: _script(tag, sentence) for tag, sentence in SENTENCES.items()}


@cache
def sheet(tag: str, count: int = 4) -> Content:
    """A sheet in a language: its sentence as every question, days as options."""
    script = SCRIPTS[tag]
    words = script.names[-5:] or (script.sentence,) * 5
    choices = tuple(Choice(f"o{place}", word) for place, word in enumerate(words))
    asked = [Item(f"q{place}", "one", script.sentence, choices) for place in range(count)]
    said = Words(
        promise=" ".join([script.sentence] * 3), how_to=script.sentence, good=words[0], change=script.sentence,
        page="{page} / {pages}", online=script.sentence, no_folding=words[1],
        good_shown=words[2], change_shown=words[3], tag_shown=words[4],
    )  # fmt: skip
    return Content(
        survey="scripts", version="1", locale=tag, title=words[0], words=said,
        items=(*asked, Item("open", "text", script.sentence, note=script.sentence)),
        direction="rtl" if script.rtl else "ltr", fonts=find(FONTS, script.families), leading=1.25,
    )  # fmt: skip
