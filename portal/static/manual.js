// 证照加注操作手册 (使用手册 一, 二): the portal's steps, with pictures of its pages. `make screenshots`
// takes the pictures.

import {element, sentence} from './element.js';
import {english, say} from './language.js';

const scan = ['qr', '通过"国家政务服务平台"手机 APP 扫描页面上的二维码,在手机上输入页面显示的两位数字,进行人脸识别。', 'm-qr'];
const making = [
  ['endorse', '首次使用或之前加注日期已过期,点击页面右上角[证照加注]按钮,在弹窗页面继续点击[加注]按钮。用途与接收单位可以不填。', 'm-endorse'],
  ['success', '提示"加注成功!"表示电子证照加注完成,加注有效期为180天。', 'm-success'],
];
const fetching = [['history', '电子证照加注成功后,在证照上方点击[pdf下载]或[OFD下载],即可下载 pdf 或 OFD 版电子证照。', 'm-history']];

// steps are the manual's sections of each portal: number, title, and what is done, each with its picture
// and its English meaning.
const steps = {
  mohurd: [
    ['1.1', 'step-login', [['login', '点击门户右上角[登录],填写用户名、密码后登录门户。', 'm-login']]],
    ['1.2', 'step-face', [
      ['center', '登录成功后,点击[用户中心],进入用户中心页面,再点击[我的证照]菜单。', 'm-center'],
      scan,
    ]],
    ['1.3', 'step-endorse', making],
    ['1.4', 'step-fetch', fetching],
  ],
  gjzwfw: [
    ['2.1', 'step-login', [['login', '点击首页右上角[登录],填写用户名、密码后登录平台。', 'm-login']]],
    ['2.2', 'step-face', [
      ['center', '登录成功后,点击[用户中心],进入用户中心页面,在[我的证照]模块点击[查看更多]。', 'm-center-national'],
      ['certificates', '若一级建造师注册证书已显示,点击[查看详情];若未显示,点击[绑定证照],绑定成功后点击[查看详情]。', 'm-certificates'],
      scan,
      ['detail', '人脸识别成功后,即可查看一级建造师电子证照。在证照相关服务模块点击[证照加注服务],进入电子证照加注页面。', 'm-detail'],
    ]],
    ['2.3', 'step-endorse', making],
    ['2.4', 'step-fetch', fetching],
  ],
};

export async function manual({base, portal}) {
  const picture = (name, step) => {
    const src = `/static/manual/${portal.id}-${name}.jpg`;
    return element('a', {href: src, target: '_blank', rel: 'noopener'}, // in its full size
      element('img', {class: 'shot', src, alt: say('manualPicture', {step}), loading: 'lazy', width: 960, height: 600}));
  };
  const part = (step, [name, text, meaning]) => element('li', null,
    element('p', null, sentence(text)), english() && element('p', {class: 'soft'}, say(meaning)), picture(name, step));
  return {
    title: say('manual'), place: '/manual',
    body: [
      element('h1', {tabindex: '-1'}, say('manual')),
      element('p', {class: 'soft'}, say('manualLead')),
      steps[portal.id].map(([number, title, parts]) => element('section', {class: 'card'},
        element('h2', null, `${number} ${say(title)}`), element('ol', {class: 'shots'}, parts.map(p => part(say(title), p))))),
      element('div', {class: 'row'},
        element('a', {class: 'button main', href: `${base}/certificates`}, say('myCertificates')),
        element('a', {class: 'button', href: `${base}/questions`}, say('questions'))),
    ],
  };
}
manual.open = true;
