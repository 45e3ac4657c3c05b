// Pages that are complete as they stand: only the language and the foot are added.

import {switcher} from './language.js';
import {footer} from './site.js';

const name = () => { document.title = document.querySelector('h1').textContent; };

switcher(document.getElementById('language'), name);
name();
footer();
