// What pages do beyond reading. Everything here makes something quicker that works without it, or needs what only a
// browser has, such as the clipboard.

import "./copy.js";
import "./dialog.js";
import "./keys.js";
import "./palette.js";
import "./theme.js";
import "./time.js";
