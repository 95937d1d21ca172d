// Buttons open and close dialogs by command and commandfor. Browsers that do not know these attributes learn them here.

const knowsCommands = "command" in HTMLButtonElement.prototype;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[commandfor]");
  if (knowsCommands || !button) return;
  const dialog = document.getElementById(button.getAttribute("commandfor"));
  if (button.getAttribute("command") === "show-modal") dialog?.showModal();
  if (button.getAttribute("command") === "close") dialog?.close();
});

// A click beside a dialog closes it.
document.addEventListener("click", (event) => {
  if (event.target.localName !== "dialog") return;
  const box = event.target.getBoundingClientRect();
  const isInside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!isInside && event.clientX + event.clientY > 0) event.target.close();
});

// What has to be typed to confirm is compared at once; the server compares it again.
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-type]");
  if (!form || event.target.name !== "typed") return;
  const isRight = event.target.value.trim() === form.dataset.type;
  event.target.setCustomValidity(isRight ? "" : `Type ${form.dataset.type}`);
});

// A form that is being sent is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent !== undefined) event.preventDefault();
  form.dataset.sent = "";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
