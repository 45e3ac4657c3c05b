package certificate

// privateUse maps the private-use characters that GB 18030-2000 and the GBK fonts before it gave to
// 66 ideographs (two-byte codes FE51 to FEA0) to the characters Unicode has for them now, as GB
// 18030-2005 and GB 18030-2022 do. Names from older systems still contain them: 䶮 arrives as
// U+E863. The radicals among those codes are left out, because no name has one.
var privateUse = pairs("" +
	"\uE816𠂇\uE817𠂉\uE818𠃌\uE81A㑳\uE81B㑇\uE81E龴\uE81F㖞\uE820㘚\uE821㘎\uE824㥮" +
	"\uE825㤘\uE826龵\uE827㧏\uE828㧟\uE829㩳\uE82A㧐\uE82B龶\uE82C龷\uE82D㭎\uE82E㱮" +
	"\uE82F㳠\uE831𡗗\uE832龸\uE834䁖\uE835䅟\uE837䌷\uE83B𢦏\uE83C䎱\uE83D䎬\uE83F䏝" +
	"\uE840䓖\uE841䙡\uE842䙌\uE843龹\uE844䜣\uE845䜩\uE846䝼\uE847䞍\uE849䥇\uE84A䥺" +
	"\uE84B䥽\uE84C䦂\uE84D䦃\uE84E䦅\uE84F䦆\uE850䦟\uE851䦛\uE852䦷\uE853䦶\uE854龺" +
	"\uE855𤇾\uE856䲣\uE857䲟\uE858䲠\uE859䲡\uE85A䱷\uE85B䲢\uE85C䴓\uE85D䴔\uE85E䴕" +
	"\uE85F䴖\uE860䴗\uE861䴘\uE862䴙\uE863䶮\uE864龻")

// pairs reads a string of private-use characters, each followed by its standard one.
func pairs(s string) map[rune]rune {
	runes := []rune(s)
	byPrivate := make(map[rune]rune, len(runes)/2)
	for i := 0; i < len(runes); i += 2 {
		byPrivate[runes[i]] = runes[i+1]
	}
	return byPrivate
}
