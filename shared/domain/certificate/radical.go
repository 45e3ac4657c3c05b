package certificate

// radicals maps the characters of the block CJK Radicals Supplement that have the shape of a whole
// character to that character (Unicode's property Equivalent_Unified_Ideograph, for those that
// fonts draw with the same glyph). Text copied from a PDF may contain them: ⻢ (U+2EE2) for 马. The
// other radicals are parts of characters (⺮, ⻊) and no name has one.
var radicals = pairs("" +
	"⺂乛⺃乚⺅亻⺇𠘨⺉刂⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺘扌⺙攵⺛旡⺞歺⺟母⺠民⺡氵⺣灬" +
	"⺦丬⺨犭⺭礻⺯糹⺰纟⺱罓⺲罒⺹耂⺺肀⺽𦥑⺾艹⻁虎⻂衤⻃覀⻅见⻆角⻇𧢲⻈讠⻉贝⻋车" +
	"⻌辶⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨" +
	"⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟")
