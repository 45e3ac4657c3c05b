// What a holder is registered for, and until when.

import {chinese, element} from './element.js';
import {say} from './language.js';
import {words} from './words.js';
import {day, period} from './time.js';

const soon = 180; // days: a copy is good for as many (使用手册 §1.3)

// label is what the kind of certificate calls a member, by the labels of the service's answer.
export const label = (key, labels) => (labels?.[key] ?? words[key][0]) === words[key][0] ? say(key) : chinese(labels[key]);

// specialties is the list of 注册专业, each with its days, and what is said of one that is not valid today
// or ends soon.
export function specialties(list) {
  return element('ul', null, list.map(s => element('li', null, chinese(s.name), ' ', element('span', {class: 'days'}, period(s.from, s.to)), ' ', remark(s))));
}

// details are the further facts of a certificate, as pairs.
export function details({details: list = []}) {
  return list.map(({name, value}) => [chinese(name), chinese(value)]);
}

function remark({to, valid}) {
  if (!valid) return element('span', {class: 'chip bad'}, say('notValid'));
  const left = Math.round((Date.parse(to) - Date.parse(day())) / 86_400_000);
  return left < soon && element('span', {class: 'chip warn'}, say(left === 0 ? 'endsToday' : 'daysLeft', {days: left}));
}
