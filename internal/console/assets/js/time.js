// Relative times grow old with the page. The words are those of the server (functions.go).

const units = [["second", 60], ["minute", 60], ["hour", 24], ["day", 60], ["month", 24.3], ["year", Infinity]];
const seconds = { second: 1, minute: 60, hour: 3600, day: 86400, month: 2592000, year: 31536000 };

function words(distance) {
  const [unit] = units.find(([name, most]) => distance < seconds[name] * most);
  const n = Math.floor(distance / seconds[unit]);
  return `${n.toLocaleString("en")} ${unit}${n === 1 ? "" : "s"}`;
}

function ago(element) {
  const distance = (Date.now() - Date.parse(element.dateTime)) / 1000;
  if (Number.isNaN(distance)) return element.textContent;
  if (distance < 0) return `in ${words(-distance)}`;
  return distance < 10 ? "just now" : `${words(distance)} ago`;
}

setInterval(() => {
  for (const element of document.querySelectorAll("time[datetime]")) {
    const text = ago(element);
    if (element.textContent !== text) element.textContent = text;
  }
}, 30_000);
