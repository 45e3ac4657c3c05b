// Pages with a fixed text: only the switches, the way back and the foot need a script.

import './older.js';
import {switcher} from './language.js';
import {modeSwitch} from './mode.js';
import {footer} from './site.js';

const name = () => { document.title = document.querySelector('h1').textContent; };

switcher(document.getElementById('language'), name);
modeSwitch(document.getElementById('mode'));
name();
footer();

const back = document.getElementById('back');
if (back && history.length > 1) {
  back.hidden = false;
  back.addEventListener('click', () => history.back());
}
