/* What makes a textarea in Markdown pleasant to write in. editing.js loads it when the first such field is on the page. */

import "./drafts.js";
import "./markdown-keys.js";
import "./pictures.js";
import "./previews.js";
import "./wiki-links.js";
