// Times and days as the pages show them, in the time of China (UTC+8).

import {element} from './element.js';
import {english, language, say} from './language.js';

// instant is a time as the service writes one: 2021-10-19T09:30:00.000+08:00.
export const instant = (time = Date.now()) => new Date(Number(time) + 8 * 3_600_000).toISOString().replace('Z', '+08:00');

// minute is an instant as it is shown: 2021-10-19 09:30.
export const minute = instant => instant.slice(0, 16).replace('T', ' ');

// day is the day of a time, YYYY-MM-DD.
export const day = time => instant(time).slice(0, 10);

// isDay returns whether a text is a day, YYYY-MM-DD.
export const isDay = text => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && day(Date.parse(text)) === text;

// dayInText is a day within a sentence: 2021年10月9日 in Chinese.
export const dayInText = day => (english() ? day : day.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日'));

// dayInput is the input of a day. Its language is its own: a browser that follows it writes the day as the
// page does.
export const dayInput = attributes => element('input', {lang: language(), type: 'date', ...attributes});

// period is a first and a last day, neither of them broken across lines.
export function period(from, to) {
  return [from, to].flatMap((day, i) => [i ? ` ${say('until')} ` : '', element('span', {class: 'day'}, day)]);
}
