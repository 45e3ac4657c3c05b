// 常见问题 (使用手册 三): the manual's questions and answers, each with what to do.

import {element, sentence} from './element.js';
import {english, say} from './language.js';

// answers are the manual's, word for word, with links; they are shown with full-width punctuation.
const answers = [
  ['3.1', '加注电子证照时,提示"证照过期"。', '请申请办理[延续注册]业务,等待审核通过后再加注。', 'q31', base => [[`${base}/certificates`, 'checkAgain']]],
  ['3.2', '加注电子证照时,一直提示"正在生成证照,请耐心等待!"。', '请前往"国家政务服务平台"检查手机号码是否绑定,如果未绑定,按照提示绑定手机号之后再次加注电子证照。', 'q32', () => [['/gjzwfw/account', 'toPhone']]],
  ['3.3', '加注电子证照时,提示"加注失败"。', '申报完初始注册、重新注册、延续注册等业务后,电子证照提示"加注失败",原因为证照信息还未上报到住房和城乡建设部,请等待一段时间后再加注证照。', 'q33', base => [[`${base}/certificates`, 'checkAgain']]],
  ['3.4', '手写签字和免冠证件照补充及修改', '请到申报业务系统中检查手写签字和免冠证件照是否漏传,如果漏传请前往申报业务系统中进行补充。补充手写签名和免冠证件照后提交审核,等待审核通过后,等待1-2天再重新加注证照。', 'q34', base => [[`${base}/certificates`, 'checkAgain']]],
  ['3.5', '"国家政务服务平台"用户中心中无电子证照。', '请前往"住房和城乡建设部政务服务门户"查看或下载电子证照。', 'q35', () => [['/gjzwfw/certificates', 'bindCertificate'], ['/mohurd/certificates', 'toMinistry']]],
];

export async function questions({base}) {
  return {
    title: say('questions'), place: '/questions',
    body: [
      element('h1', {tabindex: '-1'}, say('questions')),
      element('p', {class: 'soft'}, say('questionsHint'), ' ', element('a', {href: `${base}/manual`}, say('manual'))),
      answers.map(([number, question, answer, meaning, ways]) => element('section', {class: 'card', id: `q${number}`},
        element('h2', null, `${number} `, sentence(question)),
        element('p', null, sentence(answer)),
        english() && element('p', {class: 'soft'}, say(meaning)),
        element('div', {class: 'row'}, ways(base).map(([href, label]) => element('a', {class: 'button', href}, say(label)))))),
    ],
  };
}
questions.open = true;
