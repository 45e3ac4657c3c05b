package endorsement

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// skeletons returns two forms of a text for comparing how texts look: its characters without
// blanks, marks, punctuation and strokes, each in one form, with look-alikes replaced by the
// character of a label they are mistaken for; and the same with pairs of characters replaced by the
// one that they look like together. Texts that look alike have a skeleton in common. Skeletons are
// compared, never stored or shown.
func skeletons(text string) [2]string {
	bare := letters(text)
	halves := joined.Replace(bare)
	if after, found := strings.CutPrefix(halves, "生名"); found { // 生名 occurs elsewhere, as in 学生名单
		halves = "姓名" + after
	}
	return [2]string{foldLookalikes(bare), foldLookalikes(halves)}
}

// digitSkeletons are skeletons in which every numeral is a digit. Numerals are replaced before
// look-alikes: 八 becomes 8 here, and not 人.
func digitSkeletons(text string) [2]string {
	bare := figures.Replace(letters(text))
	return [2]string{foldLookalikes(bare), foldLookalikes(joined.Replace(bare))}
}

// letters removes blanks, marks, punctuation and strokes from a text.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) || strings.ContainsRune(strokes, r) {
			return -1
		}
		return r
	}, normalizeForm(text))
}

func foldLookalikes(text string) string {
	return strings.Map(func(r rune) rune {
		if like := lookalikes[r]; like != 0 {
			return like
		}
		return unicode.ToLower(r)
	}, text)
}

// normalizeForm returns a text with one code for each character: full-width, enclosed and
// compatibility forms become plain ones (NFKD), radicals become characters, and marks are removed.
func normalizeForm(text string) string {
	text, _ = certificate.Standard(text)
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text))
}

// strokes are letters, by their Unicode category, that look like a line or a dot between two
// characters.
const strokes = "丨丶丿乀乁乙亅〡ーｰ〳〴〵ㅡㅣᅳᅵǀǁǃ"

// lookalikes maps a character to the one of a label, or of a word for a window, that it is mistaken
// for: traditional and variant forms, and characters of nearly the same shape.
var lookalikes = parseLookalikes(
	"姓妵姃", "名各佲茗铭", "性牲", "别別捌刐刖", "出岀", "生玍𤯓", "日曰目白囸", "期朞斯欺稘碁棋朝",
	"注註住往疰", "册冊𠕋𠕁朋栅", "编編偏徧遍惼褊篇", "号號另呺亏",
	"聘娉骋騁", "用甩甪", "企仚全仝", "业業亚亞", "专專専耑",
	"使便駛驶俥吏", "有冇右育肓囿宥", "效効傚俲郊校劾较較放",
	"个個箇亇介", "人入亻八", "签簽籤籖笺筌", "发發髮発友犮",
	"证證証怔症", "机機肌杋讥", "关關関闗芙", "电電申曱甴", "子孑孓予孒", "照炤昭曌", "标標际柰", "识識帜织职職枳",
	"加伽咖迦", "件仵伡", "时時旪旹吋", "间間閒闲问閆闫", "持侍恃待特峙", "声聲殸", "明朙眀",
	"扫掃", "码碼玛", "验驗騐险", "真眞直",
	"限恨根", "至臸致", "截戴栽", "止址", "长長镸", "永氷", "久夂乆", "终終", "年秊", "月冃", "到倒", "届屆", "满滿",
	"务務", "类類", "级級", "书書", "资資", "质質", "称稱", "术術", "岗崗", "单單", "项項", "监監", "师師", "价價", "执執", "题題", "经經", "营營", "范範", "围圍",
	"iı", "lłŀ", "dđ", "tŧ", "hħ", // Latin letters that NFKD leaves as they are
	"京亰", "沪滬", "辽遼", "鲁魯", "苏蘇", "赣贛", "闽閩", "贵貴", "云雲", "陕陝", "宁寧", "琼瓊", "军軍", "粤粵", "晋晉",
)

// parseLookalikes parses groups whose first character is the one that the others look like.
func parseLookalikes(groups ...string) map[rune]rune {
	all := map[rune]rune{}
	for _, group := range groups {
		var first rune
		for i, r := range group {
			if i == 0 {
				first = r
				continue
			}
			all[r] = first
		}
	}
	return all
}

// joined replaces two adjacent characters by the one that they look like together.
var joined = strings.NewReplacer(
	"女生", "姓", "忄生", "性", "另刂", "别", "其月", "期", "十月", "有", "申明", "声明", "𠂇月", "有", "氵主", "注", "纟扁", "编", "口丂", "号", "耳甹", "聘", "亻吏", "使",
	"交攵", "效", "交文", "效", "竹佥", "签", "讠正", "证", "木几", "机", "木示", "标", "讠只", "识", "力口", "加",
	"亻牛", "件", "日寸", "时", "门日", "间", "扌寺", "持", "日月", "明", "阝艮", "限",
)
