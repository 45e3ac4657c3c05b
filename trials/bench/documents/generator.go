package documents

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/internal/pictures"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/photo"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Generator makes what the documents of invented holders are made of.
type Generator struct {
	PhotoBytes int // bytes of a photo as it was reported, on average

	tokens     credential.Signer
	scheme     scheme.Scheme
	photos     []*displaylist.Picture // as the service keeps them
	signatures []*displaylist.Picture
}

// NewGenerator makes the pictures that the holders share.
func NewGenerator(with *Issuer) *Generator {
	const holders = 16
	g := &Generator{tokens: with.Keys.PDF}
	g.scheme, _ = with.Schemes.ByID("constructor-1")
	for i := range holders {
		given := pictures.Photo(i)
		g.PhotoBytes += len(given.Data) / holders
		given.Data = must.Get(photo.Rebuild(given.Data))
		g.photos = append(g.photos, given)
		g.signatures = append(g.signatures, pictures.Handwriting(i))
	}
	return g
}

// Input is what the i-th holder's documents are made of. Pictures are new values each time, as they are when they
// come out of a request.
func (g *Generator) Input(ctx context.Context, i int) issue.Input {
	c := must.Get(holder(i).Copy(func(e endorsement.Endorsement, c certificate.Certificate) (string, error) {
		token, err := credential.Issue(ctx, g.tokens, credential.NewClaims(e, c))
		return credential.Link("https://jiazhu.example.cn", token), err
	}))
	photo, signature := *g.photos[i%len(g.photos)], *g.signatures[i%len(g.signatures)]
	return issue.Input{Scheme: g.scheme, Copy: c, Photo: &photo, SignatureImage: &signature, At: SigningTime()}
}

// holder invents the i-th holder: a name with a character of the whole repertoire, one name in four with one that few
// fonts have, an employer, two specialties, a purpose and a recipient.
func holder(i int) Holder {
	r := rand.New(rand.NewPCG(uint64(i), 33190))
	return Holder{
		Order: i, Name: name(r), Sex: []string{"男", "女"}[r.IntN(2)],
		Birth:    civil.Date{Year: 1970 + r.IntN(30), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)},
		Employer: han(r, 4) + "建设集团第" + han(r, 1) + "工程有限公司", Specialties: specialties(r),
		Purpose: han(r, 6) + "一期工程施工投标", Recipient: han(r, 4) + "房地产开发有限公司",
	}
}

func specialties(r *rand.Rand) []certificate.Specialty {
	all := []certificate.Specialty{
		{Name: "建筑工程", Code: "10401001"}, {Name: "公路工程", Code: "10401002"}, {Name: "铁路工程", Code: "10401003"},
		{Name: "水利水电工程", Code: "10401006"}, {Name: "市政公用工程", Code: "10401010"}, {Name: "机电工程", Code: "10401012"},
	}
	first := r.IntN(len(all) - 1)
	return []certificate.Specialty{all[first], all[first+1+r.IntN(len(all)-first-1)]}
}

// name is a surname in use and a given name of one to three characters.
func name(r *rand.Rand) string {
	surnames := []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "欧阳", "上官", "仝", "逄", "亓", "乜"}
	given := randomCharacter(r) + han(r, r.IntN(2))
	if r.IntN(4) == 0 {
		given += []string{"䶮", "㛃", "𠅤", "𬱖", "𫖯", "𬍛"}[r.IntN(6)]
	}
	return surnames[r.IntN(len(surnames))] + given
}

// commonCharacters are characters in everyday use, as companies and projects have them.
const commonCharacters = "的一是了我不在人们有来他这上着个地到大里说就去子得也和那要下看天时过出小么起你都把好还多没为又可家学只以主会样年想生同老中十从自面前头道它后然走很像见两用她国动进成回什边作对开而己些现山民候经发工向事命给长水几义三声于高手知理眼志点心战二问但身方实吃做叫当住听革打呢真全才四已所敌之最光产情路分总条白话东席次亲如被花口放儿常气五第使写军吧文运再果怎定许快明行因别飞外树物活部门无往船望新带队先力完却站代员机更九您每风级跟笑啊孩万少直意夜比阶连车重便斗马哪化太指变社似士者干石满日决百原拿群究各六本思解立河村八难早论吗根共让相研今其书坐接应关信觉步反处记将千找争领或师结块跑谁草越字加脚紧爱等习阵怕月青半火法题建赶位唱海七女任件感准张团屋离色脸片科倒睛利世刚且由送切星导晚表够整认响雪流未场该并底深刻平伟忙提确近亮轻讲农古黑告界拉名呀土清阳照办史改历转画造嘴此治北必服雨穿内识验传业菜爬睡兴形量咱观苦体众通冲合破友度术饭公旁房极南枪读沙岁线野坚空收算至政城劳落钱特围弟胜教热展包歌类渐强数乡呼性音答哥际旧神座章帮啦受系令跳非何牛取入岸敢掉忽种装顶急林停息句区衣般报叶压慢叔背细"

// han picks characters in everyday use.
func han(r *rand.Rand, n int) string {
	all := []rune(commonCharacters)
	var b strings.Builder
	for range n {
		b.WriteRune(all[r.IntN(len(all))])
	}
	return b.String()
}

// randomCharacter picks a character of the basic block, common and rare alike.
func randomCharacter(r *rand.Rand) string { return string(rune(0x4E00 + r.IntN(0x5000))) }
