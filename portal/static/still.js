// Pages that are complete as they stand: only the language and the foot are added.

import {switcher} from './language.js';
import {footer} from './site.js';

switcher(document.getElementById('language'), () => {});
footer();
