// Pages with a fixed text: only the language switch and the foot need a script.

import {switcher} from './language.js';
import {footer} from './site.js';

const name = () => { document.title = document.querySelector('h1').textContent; };

switcher(document.getElementById('language'), name);
name();
footer();
