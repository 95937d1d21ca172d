// Keys: / goes to the search, g and a letter to a page of the navigation, j and k walk along a list, t changes the
// theme, ? tells of all of them. The dialog of ? is in templates/layout/palette.html.

let isGoing = false;

const keys = {
  "/": () => {
    const search = document.querySelector("[data-search]");
    search?.focus();
    search?.select();
    return search;
  },
  "?": () => {
    document.getElementById("keys")?.showModal();
    return true;
  },
  "g": () => {
    isGoing = true;
    setTimeout(() => { isGoing = false; }, 1000);
    return true;
  },
  "j": () => walk(1),
  "k": () => walk(-1),
  "ArrowDown": () => isInList() && walk(1),
  "ArrowUp": () => isInList() && walk(-1),
  "t": () => {
    const isDark = getComputedStyle(document.documentElement).colorScheme === "light dark"
      ? matchMedia("(prefers-color-scheme: dark)").matches
      : document.documentElement.dataset.theme === "dark";
    const button = document.querySelector(`[data-theme-form] [value=${isDark ? "light" : "dark"}]`);
    button?.click();
    return button;
  },
};

// The links that open the rows of the page's lists.
function rows() {
  return [...document.querySelectorAll("main :is(.table tbody tr, .lines > li)")].map((row) => row.querySelector("a[href]")).filter((link) => link?.checkVisibility());
}

function isInList() { return rows().includes(document.activeElement); }

// walk moves the focus along the rows; Enter then opens the link, as it does anyway.
function walk(step) {
  const links = rows();
  const row = document.activeElement.closest("tr, .lines > li");
  const at = links.findIndex((link) => row?.contains(link));
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return links.length > 0;
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, dialog, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isGoing) {
    isGoing = false;
    const link = document.querySelector(`.nav a[data-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  if (Object.hasOwn(keys, event.key) && keys[event.key]()) event.preventDefault();
});
