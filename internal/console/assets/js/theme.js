// The theme changes at once, and the server is told in the background.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]") || !event.submitter) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const theme = event.submitter.value;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of form.elements.theme) button.setAttribute("aria-pressed", String(button === event.submitter));
  fetch(form.action, { method: "POST", body: new URLSearchParams({ theme, back: form.elements.back.value }), redirect: "manual" });
}, { capture: true });
