// The browsers inside of apps. They save no files, and what an app shares of a page may lack the part
// of the address after the #.

const names = /MicroMessenger|wxwork|DingTalk|AlipayClient|\bQQ\/|Weibo|baiduboxapp|Lark|Feishu|aweme|BytedanceWebview|NewsArticle|discover\/|; wv\)/i;
const apple = /\((iPhone|iPad|iPod)/;

// inApp returns whether a browser is inside of an app, by the name that it gives itself. On Apple's
// phones only browsers call themselves Safari, and not where a page was put on the home screen.
export const inApp = (agent = navigator.userAgent, installed = navigator.standalone) =>
  names.test(agent) || (apple.test(agent) && !agent.includes('Safari/') && !installed);
